import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { readyMenu } from '../testing/rich-menu-samples.js';
import { WebhookReceiver } from '../testing/webhook-receiver.js';

const bounds = { x: 0, y: 0, width: 100, height: 100 };
const actions = [
  { type: 'message', text: 'こんにちは' },
  { type: 'postback', data: 'buy=1', displayText: '買います' },
  { type: 'uri', uri: 'https://shop.example/link' },
  { type: 'datetimepicker', data: 'when', mode: 'date', initial: '2026-11-20' },
  { type: 'clipboard', clipboardText: 'COUPON' },
];

describe('A tap on a rich menu', () => {
  let line: EmulatorUnderTest;
  let bot: WebhookReceiver;

  beforeEach(async () => {
    bot = await new WebhookReceiver().start();
    line = await EmulatorUnderTest.start();
    await line.onChannel('POST /channels', { webhookUrl: bot.url });
  });
  afterEach(async () => {
    await line.close();
    await bot.close();
  });

  const tap = (area: number, own: object = {}) =>
    line.onChannel('POST /users/tap', { userId: line.friend(0), area, ...own });

  it('does what the area’s action says', async () => {
    const richMenuId = await readyMenu(line, { areas: actions.map((action) => ({ bounds, action })) });
    await line.api(`POST /v2/bot/user/${line.friend(0)}/richmenu/${richMenuId}`);
    expect((await tap(0)).delivery.status).toBe(200);
    await tap(1);
    expect(await tap(2)).toEqual({ open: 'https://shop.example/link' });
    await tap(3);
    await tap(3, { params: { date: '2027-01-01' } });
    expect(await tap(4)).toEqual({ copied: 'COUPON' });
    expect(bot.events.map(({ message, postback }) => message?.text ?? postback)).toEqual([
      'こんにちは',
      { data: 'buy=1' },
      { data: 'when', params: { date: '2026-11-20' } },
      { data: 'when', params: { date: '2027-01-01' } },
    ]);
    const { entries } = await line.control(`GET /chat?channelId=${line.channel.channelId}&userId=${line.friend(0)}`);
    expect(entries.map(({ messages }: { messages: { text: string }[] }) => messages[0]?.text)).toEqual([
      'こんにちは',
      '買います',
    ]);
  });

  it('is a mistake where there is no menu or no such area', async () => {
    await expect(tap(0)).rejects.toThrow('this person sees no rich menu');
    await line.api(`POST /v2/bot/user/all/richmenu/${await readyMenu(line)}`);
    await expect(tap(2)).rejects.toThrow('the rich menu has 2 areas');
  });
});
