import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, Installation } from '#testing';
import { ApiClient } from '../../apps/standalone/api-client.js';
import type { DemoWorkspace } from '../../apps/standalone/demo-workspace/seed.js';
import type { Secrets } from '../../apps/standalone/secrets.js';
import { AGENTS, Browser, overHttp } from '../../apps/line-emulator/testing/browser.js';
import { PeopleAtLine } from '../../tools/demo/linking/people-at-line.js';

/** What the README says under "Link your first member", on a computer. */
describe('Somebody who has just started the demo', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.create({});
    await installation.start();
  }, 60_000);

  afterAll(async () => {
    await installation.stop();
    installation.remove();
  }, 60_000);

  it('links the member that the start message names, and sees the menu change', async () => {
    const notes: DemoWorkspace = installation.notes();
    const { loginId, password, lineUserId } = notes.member!;
    const secrets = JSON.parse(readFileSync(join(installation.directory, 'secrets.json'), 'utf8')) as Secrets;
    const line = new PeopleAtLine(new ApiClient(installation.notes().emulatorUrl!), secrets.lineAccount);
    await eventually('the first menu is there', async () => (await line.menuOf(lineUserId)).by === 'default');
    const first = await line.menuOf(lineUserId);
    const browser = new Browser(overHttp, installation.apiUrl, { agent: AGENTS.computer });
    await browser.open(`/p/line/connect/${notes.channelId}`);
    await browser.send('/start');
    await browser.open(await line.logsIn(lineUserId, browser.page.url));
    await browser.send('/sign-in', { loginId, password });
    expect((await browser.send('/consent')).body).toContain('連携が完了しました');
    await eventually('the menu is another one', async () => {
      const { by, shown } = await line.menuOf(lineUserId);
      return by === 'user' && shown !== first.shown;
    });
    const api = new ApiClient(installation.apiUrl, notes.apiKey);
    const { items } = await api.get<{ items: object[] }>(`/v1/members/${loginId}/rich-menu`);
    expect(items).toEqual([expect.objectContaining({ menu: expect.objectContaining({ name: '連携後' }) })]);
    const { ok, checks } = await api.post<{ ok: boolean; checks: object[] }>(
      `/v1/channels/${notes.channelId}/check`,
      {},
    );
    expect({ ok, checks }).toMatchObject({ ok: true });
  }, 60_000);
});
