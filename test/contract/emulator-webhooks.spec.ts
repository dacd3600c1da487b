import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';
import { WebhookReceiver } from '../../apps/line-emulator/testing/webhook-receiver.js';
import { describeContract, validateWebhook } from './openapi.js';

describeContract('What the emulator sends to a webhook', () => {
  let line: EmulatorUnderTest;
  let bot: WebhookReceiver;

  beforeAll(async () => {
    bot = await new WebhookReceiver().start();
    line = await EmulatorUnderTest.start();
    await line.onChannel('POST /channels', { webhookUrl: bot.url });
  });
  beforeEach(() => {
    bot.received.length = 0;
  });
  afterAll(async () => {
    await line.close();
    await bot.close();
  });

  function expectContract(types: string[]): void {
    for (const { body } of bot.received) expect(validateWebhook(body)).toEqual([]);
    expect(bot.events.map(({ type }) => type)).toEqual(types);
    for (const { raw, signature, body } of bot.received) {
      expect(signature).toBe(createHmac('sha256', line.channel.channelSecret).update(raw).digest('base64'));
      expect(body.destination).toBe(line.channel.botUserId);
    }
  }

  it('fits when a person blocks, comes back, writes and taps', async () => {
    const userId = line.friend(0);
    await line.onChannel('POST /users/state', { userIds: [userId], state: 'blocked' });
    await line.onChannel('POST /users/state', { userIds: [userId], state: 'friend' });
    await line.onChannel('POST /users/message', { userId, text: 'こんにちは😀' });
    await line.onChannel('POST /users/message', {
      userId,
      message: { type: 'location', latitude: 35, longitude: 139 },
    });
    await line.onChannel('POST /users/postback', { userId, data: 'a=1', params: { date: '2026-11-20' } });
    expectContract(['unfollow', 'follow', 'message', 'message', 'postback']);
    expect(bot.events[1]?.['follow']).toEqual({ isUnblocked: true });
  });

  it('fits for account links, of both results, and for kinds the files do not know', async () => {
    const events = [
      { type: 'accountLink', userId: line.friend(0), link: { result: 'ok', nonce: 'n-0123456789' } },
      { type: 'accountLink', link: { result: 'failed', nonce: 'n-0123456789' } },
      { type: 'somethingNew', userId: line.friend(1), somethingNew: { a: 1 } },
    ];
    await line.onChannel('POST /webhooks', { events });
    expectContract(['accountLink', 'accountLink', 'somethingNew']);
    expect(bot.events[1]).not.toHaveProperty('source');
    expect(bot.events[1]).not.toHaveProperty('replyToken');
  });

  it('fits for account links as people open the dialog', async () => {
    for (const opener of [line.friend(2), line.friend(3)]) {
      const { linkToken } = (await line.api(`POST /v2/bot/user/${line.friend(2)}/linkToken`)).body;
      const url = `${line.url}/dialog/bot/accountLink?linkToken=${linkToken}&nonce=n-0123456789`;
      await line.control('POST /account-link', { userId: opener, url });
    }
    expectContract(['accountLink', 'accountLink']);
    expect(bot.events.map(({ link }) => link.result)).toEqual(['ok', 'failed']);
  });

  it('fits when there are no events, and when they come again', async () => {
    await line.onChannel('POST /webhooks', { events: [] });
    bot.status = 500;
    await line.onChannel('POST /users/message', { userId: line.friend(0), text: '届いた?' });
    bot.status = 200;
    await line.onChannel('POST /webhooks/redeliver');
    expectContract(['message', 'message']);
    const [first, again] = bot.events;
    expect(again).toEqual({ ...first, deliveryContext: { isRedelivery: true } });
  });
});
