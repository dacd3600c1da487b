import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';

describe('The ledger', () => {
  let line: EmulatorUnderTest;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
  });
  afterEach(() => line.close());

  const multicast = (people: number[], words: string, unit?: string) =>
    line.api('POST /v2/bot/message/multicast', {
      to: people.map((i) => line.friend(i)),
      messages: [{ type: 'text', text: words }],
      ...(unit === undefined ? {} : { customAggregationUnits: [unit] }),
    });

  it('tells who got what and how often, by unit and by words', async () => {
    await multicast([0, 1, 2], 'spring', 'a');
    await multicast([2, 3], 'spring sale', 'a');
    await multicast([3, 3], 'summer', 'b');
    expect(await line.ledger('/summary', 'unit=a')).toMatchObject({
      accepted: 2,
      delivered: 5,
      receivedOnce: 3,
      receivedMore: 1,
    });
    expect(await line.ledger('/summary', 'text=spring')).toMatchObject({ accepted: 1, recipients: 3 });
    expect(await line.ledger('/summary', 'contains=spring')).toMatchObject({ accepted: 2, recipients: 4 });
    const counts = await line.ledger('/counts', 'unit=b');
    expect(counts).toEqual({ userIds: [line.friend(3)], counts: [2] });
    const entries = (await line.ledger('', `userId=${line.friend(2)}`)).entries;
    expect(entries).toMatchObject([
      { unit: 'a', messages: [{ text: 'spring' }], outcome: 'delivered', answered: 'yes', endpoint: 'multicast' },
      { unit: 'a', messages: [{ text: 'spring sale' }] },
    ]);
    expect((await line.ledger('/requests', 'unit=b')).requests).toMatchObject([{ addressed: 2, delivered: 2 }]);
  });

  it('sums a crowd up in a digest that others can compute', async () => {
    await multicast([4, 1, 4], 'hello');
    const ids = [line.friend(1), line.friend(4)].join('\n');
    const { digest } = await line.ledger('/summary', 'digest=true');
    expect(digest).toBe(createHash('sha256').update(ids).digest('hex'));
  });

  it('shows a conversation from both sides in order', async () => {
    await line.push(line.friend(0), 'hello');
    await line.control('POST /clock', { advanceMs: 1000 });
    await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'hi' });
    const path = `GET /chat?channelId=${line.channel.channelId}&userId=${line.friend(0)}`;
    expect((await line.control(path)).entries).toMatchObject([
      { from: 'account', messages: [{ text: 'hello' }] },
      { from: 'user', messages: [{ text: 'hi' }] },
    ]);
  });

  it('forgets on request what happened, or everything', async () => {
    await multicast([0], 'hello');
    await line.control('POST /reset', { keep: 'accounts' });
    expect(await line.ledger()).toMatchObject({ accepted: 0 });
    expect((await line.push(line.friend(0), 'still there')).status).toBe(200);
    await line.control('POST /reset', {});
    expect(await line.control('GET /channels')).toEqual({ channels: [] });
    expect((await line.push(line.friend(0), 'gone')).status).toBe(401);
  });
});
