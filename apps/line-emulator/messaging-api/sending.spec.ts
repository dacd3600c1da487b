import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';

const unknown = `U${'e'.repeat(32)}`;
const text = (count: number) => Array.from({ length: count }, () => ({ type: 'text', text: 'a' }));

describe('Sending', () => {
  let line: EmulatorUnderTest;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
  });
  afterEach(() => line.close());

  const states = async () => {
    const [friend, blocked, deleted, stranger] = [0, 1, 2, 3].map((i) => line.friend(i)) as [
      string,
      string,
      string,
      string,
    ];
    for (const [userId, state] of Object.entries({
      [blocked]: 'blocked',
      [deleted]: 'deleted',
      [stranger]: 'stranger',
    })) {
      await line.onChannel('POST /users/state', { userIds: [userId], state });
    }
    return { friend, blocked, deleted, stranger };
  };

  it('says 200 to a push whoever it is for, but reaches friends only', async () => {
    const { friend, blocked, deleted, stranger } = await states();
    for (const to of [friend, blocked, deleted, stranger]) {
      const { status, body } = await line.push(to, 'hello');
      expect(status).toBe(200);
      expect(body.sentMessages).toEqual([{ id: expect.stringMatching(/^\d{18}$/), quoteToken: expect.any(String) }]);
    }
    expect(await line.ledger()).toMatchObject({
      accepted: 4,
      delivered: 1,
      recipients: 1,
      notDelivered: { blocked: 1, deleted: 1, stranger: 1, unknown: 0 },
    });
    expect((await line.api('GET /v2/bot/message/quota/consumption')).body).toEqual({ totalUsage: 1 });
  });

  it('reaches a stranger by push for seven days after they wrote, by multicast not at all', async () => {
    const { stranger } = await states();
    const outcomes = async () =>
      (await line.ledger('', `userId=${stranger}`)).entries.map((entry: { outcome: string }) => entry.outcome);
    await line.onChannel('POST /users/message', { userId: stranger, text: 'hi' });
    await line.push(stranger, 'one');
    await line.multicast([stranger], 'two');
    await line.control('POST /clock', { advanceMs: 7 * 24 * 3_600_000 + 1000 });
    await line.push(stranger, 'three');
    expect(await outcomes()).toEqual(['delivered', 'stranger', 'stranger']);
  });

  it('refuses a push to an id that no user of the provider has', async () => {
    const { status, body } = await line.push(unknown, 'hello');
    expect({ status, body }).toEqual({ status: 400, body: { message: 'Failed to send messages' } });
  });

  it('skips unknown ids of a multicast, or refuses it whole, as it is set', async () => {
    expect((await line.multicast([unknown, line.friend(0)], 'one')).status).toBe(200);
    await line.control('PATCH /settings', { unknownIds: 'refuse' });
    expect((await line.multicast([unknown, line.friend(0)], 'two')).status).toBe(400);
    expect(await line.ledger()).toMatchObject({ delivered: 1, notDelivered: { unknown: 1 } });
  });

  it('names the first malformed id of a multicast and sends to nobody', async () => {
    const { status, body } = await line.multicast([line.friend(0), 'U123', 'x'], 'hello');
    const message = 'The property, to[1], in the request body is invalid (line: -, column: -)';
    expect({ status, body }).toEqual({ status: 400, body: { message } });
    expect(await line.ledger()).toMatchObject({ accepted: 0 });
  });

  it('takes 1 to 500 people and 1 to 5 messages', async () => {
    const many = Array.from({ length: 501 }, () => line.friend(0));
    for (const to of [[], many]) expect((await line.multicast(to, 'a')).status).toBe(400);
    expect((await line.multicast(many.slice(1), 'a')).status).toBe(200);
    for (const count of [0, 6]) {
      const { status, body } = await line.api('POST /v2/bot/message/push', {
        to: line.friend(0),
        messages: text(count),
      });
      expect(status).toBe(400);
      expect(body.details).toEqual([{ message: 'Size must be between 1 and 5', property: 'messages' }]);
    }
  });

  it('counts people, not messages, and stops before the quota is exceeded', async () => {
    await line.onChannel('POST /channels', { quota: 3 });
    await line.api('POST /v2/bot/message/push', { to: line.friend(0), messages: text(5) });
    const all = Array.from({ length: 3 }, (_, i) => line.friend(i));
    const refused = await line.multicast(all, 'too many');
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 429,
      body: { message: 'You have reached your monthly limit.' },
    });
    expect((await line.multicast(all.slice(1), 'just enough')).status).toBe(200);
    expect((await line.push(line.friend(0), 'none left')).status).toBe(429);
    expect((await line.api('GET /v2/bot/message/quota/consumption')).body).toEqual({ totalUsage: 3 });
    await line.control('POST /clock', { advanceMs: 32 * 24 * 3_600_000 });
    expect((await line.push(line.friend(0), 'next month')).status).toBe(200);
  });

  it('refuses while something else holds the quota, though nothing was consumed', async () => {
    await line.onChannel('POST /channels', { quota: 5, reserved: 5 });
    expect((await line.push(line.friend(0), 'hello')).status).toBe(429);
    await line.onChannel('POST /channels', { reserved: 0 });
    expect((await line.push(line.friend(0), 'hello')).status).toBe(200);
  });

  it('goes on sending after 1,000 unit names in a month, but without the unit', async () => {
    const send = (unit: string) =>
      line.api('POST /v2/bot/message/push', { to: line.friend(0), messages: text(1), customAggregationUnits: [unit] });
    await line.control('PATCH /settings', { rateLimits: false });
    for (let i = 0; i <= 1000; i++) await send(`unit_${i}`);
    expect((await line.api('GET /v2/bot/message/aggregation/info')).body).toEqual({
      numOfCustomAggregationUnits: 1000,
    });
    expect(await line.ledger('/summary', 'unit=unit_1000')).toMatchObject({ accepted: 0 });
    expect(await line.ledger()).toMatchObject({ accepted: 1001 });
    for (const wrong of ['a-b', 'a'.repeat(31), '']) expect((await send(wrong)).status).toBe(400);
  });

  it('takes a reply token once, and only within a minute', async () => {
    const ask = async () =>
      (await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'hi' })).replyToken;
    const reply = (replyToken: string) => line.api('POST /v2/bot/message/reply', { replyToken, messages: text(1) });
    const first = await ask();
    expect([(await reply(first)).status, (await reply(first)).status]).toEqual([200, 400]);
    const second = await ask();
    await line.control('POST /clock', { advanceMs: 61_000 });
    expect((await reply(second)).body).toEqual({ message: 'Invalid reply token' });
    expect((await line.api('GET /v2/bot/message/quota/consumption')).body).toEqual({ totalUsage: 0 });
  });
});
