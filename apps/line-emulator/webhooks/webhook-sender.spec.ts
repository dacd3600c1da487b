import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { WebhookReceiver } from '../testing/webhook-receiver.js';
import { sign } from './webhook-sender.js';

describe('Webhooks', () => {
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

  const types = () => bot.events.map(({ type }) => type);

  it('are signed as in the vector of LINE’s documentation', () => {
    const body = '{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}';
    expect(sign('8c570fa6dd201bb328f1c1eac23a96d8', body)).toBe('GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=');
  });

  it('tell of blocking and unblocking, once per change', async () => {
    const userIds = [line.friend(0), line.friend(1)];
    await line.onChannel('POST /users/state', { userIds, state: 'blocked' });
    await line.onChannel('POST /users/state', { userIds, state: 'blocked' });
    await line.onChannel('POST /users/state', { userIds: userIds.slice(1), state: 'friend' });
    expect(types()).toEqual(['unfollow', 'unfollow', 'follow']);
    expect((await line.push(line.friend(0), 'hello')).status).toBe(200);
    expect(await line.ledger()).toMatchObject({ notDelivered: { blocked: 1 } });
  });

  it('come twice, apart and out of order when asked for, each event with its own time', async () => {
    const events = [1, 2, 3].map((timestamp) => ({ type: 'message', userId: line.friend(0), timestamp }));
    const sent = { events, separately: true, order: 'reversed', copies: 2 };
    await line.onChannel('POST /webhooks', sent);
    expect(bot.received).toHaveLength(6);
    expect(bot.events.map(({ timestamp }) => timestamp)).toEqual([3, 2, 1, 3, 2, 1]);
    expect(new Set(bot.events.map(({ webhookEventId }) => webhookEventId)).size).toBe(3);
  });

  it('can carry any body and a wrong signature', async () => {
    await line.onChannel('POST /webhooks', { events: [], body: '{"events":"😀"}', signature: 'wrong' });
    expect(bot.received).toMatchObject([{ raw: '{"events":"😀"}', signature: 'wrong' }]);
  });

  it('come again by hand only if they were not taken, and the reply token lives on', async () => {
    await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'taken' });
    bot.status = 500;
    const { replyToken } = await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'lost' });
    bot.status = 200;
    await line.control('POST /clock', { advanceMs: 10 * 60_000 });
    const { deliveries } = await line.onChannel('POST /webhooks/redeliver');
    expect(deliveries).toMatchObject([{ status: 200, isRedelivery: true }]);
    expect(bot.events.at(-1)).toMatchObject({ message: { text: 'lost' }, deliveryContext: { isRedelivery: true } });
    const messages = [{ type: 'text', text: 'sorry' }];
    expect((await line.api('POST /v2/bot/message/reply', { replyToken, messages })).status).toBe(200);
  });

  it('come again by themselves where the channel wants it', async () => {
    await line.onChannel('POST /channels', { redelivery: { attempts: 3, spacingMs: 1 } });
    bot.status = 500;
    const arrived = bot.arrivals(4);
    await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'hello' });
    await arrived;
    expect(new Set(bot.events.map(({ webhookEventId }) => webhookEventId)).size).toBe(1);
    expect(bot.events.map(({ deliveryContext }) => deliveryContext.isRedelivery)).toEqual([false, true, true, true]);
  });

  it('are given up after two seconds, or at once where nobody listens', async () => {
    bot.status = 0;
    const late = await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'hello' });
    expect(late.delivery).toMatchObject({ status: 0, reason: 'REQUEST_TIMEOUT' });
    await line.onChannel('POST /channels', { webhookUrl: 'http://127.0.0.1:1/' });
    const nobody = await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'hello' });
    expect(nobody.delivery).toMatchObject({ status: 0, reason: 'COULD_NOT_CONNECT' });
    await line.onChannel('POST /channels', { webhookActive: false });
    const off = await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'hello' });
    expect(off.delivery).toMatchObject({ reason: 'NOT_SENT' });
  });
});
