import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageSamples } from '../testing/message-samples.js';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { messageView } from './messages-view.js';

const evil = `<img src=x onerror="alert(1)">'&`;

describe('The phones', () => {
  let line: EmulatorUnderTest;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
  });
  afterEach(() => line.close());

  const piece = async (path: string) => {
    const response = await fetch(`${line.url}/_phones/${path}&channelId=${line.channel.channelId}`);
    return (await response.json()) as { markup?: string; version?: number };
  };

  it('stand on a page that runs its own script only', async () => {
    const response = await fetch(line.url);
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'nonce-[^']+';/);
    expect(await response.text()).toContain('<title>LINE emulator · phones</title>');
  });

  it('show names and messages as text, whatever they hold', async () => {
    const userId = line.friend(0);
    await line.onChannel('POST /users', { users: [{ userId, displayName: evil }] });
    await line.push(userId, evil);
    await line.onChannel('POST /users/message', { userId, text: evil });
    for (const path of [`chat?userId=${userId}`, 'people?q=']) {
      const { markup } = await piece(path);
      expect(markup).not.toContain('<img');
      expect(markup).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;');
    }
  });

  it('tell quickly that nothing is new', async () => {
    const { version, markup } = await piece(`chat?userId=${line.friend(0)}`);
    expect(markup).toBeDefined();
    expect(await piece(`chat?userId=${line.friend(0)}&since=${version ?? 0}`)).toEqual({ version });
    await line.push(line.friend(0), 'news');
    expect((await piece(`chat?userId=${line.friend(0)}&since=${version ?? 0}`)).markup).toContain('news');
  });

  it('find people by name', async () => {
    await line.onChannel('POST /users', { users: [{ displayName: '髙橋 花子' }] });
    const { markup } = await piece(`people?q=${encodeURIComponent('花子')}`);
    expect(markup?.match(/data-user/g)).toHaveLength(1);
  });

  it('draw every kind of message and follow no address but the web’s', () => {
    for (const message of Object.values(messageSamples)) expect(messageView(message).markup).not.toBe('');
    const uri = 'javascript:alert(1)';
    const actions = [{ type: 'uri', label: 'a', uri }];
    const template = { type: 'buttons', text: 'a', thumbnailImageUrl: uri, actions };
    expect(messageView({ type: 'template', template }).markup).not.toContain('javascript');
    const text = { type: 'text', text: 'a', color: 'red;background:url(https://a.jp)' };
    const contents = { type: 'bubble', body: { type: 'box', layout: 'vertical', contents: [text] } };
    expect(messageView({ type: 'flex', contents }).markup).not.toContain('url(');
  });
});
