import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { ChannelsHttpModule, ChannelsJobsModule } from '../channels.module.js';
import { lineEvent, lineUserId, sendEvents } from '../testing/signed-webhook.js';
import type { FriendState } from './line-user.entity.js';
import { LineUsers } from './line-users.service.js';

const NOON = Date.parse('2026-04-15T12:00:00+09:00');

describe('The friend state of a LINE user', () => {
  let app: TestApp;
  let people: LineUsers;
  let target: { channelId: string; channelSecret: string };

  beforeAll(async () => {
    app = await createTestApp({ imports: [ChannelsHttpModule, ChannelsJobsModule] });
    people = app.get(LineUsers);
    const body = { name: 'S', lineChannelId: '16', channelSecret: 'secret', accessToken: 't', verify: false };
    const { body: channel } = await app.request('POST', '/v1/channels', { body });
    target = { channelId: channel.id, channelSecret: 'secret' };
  });

  afterAll(() => app.close());

  const stateOf = async (userId: string): Promise<FriendState | undefined> => {
    const row = await app
      .get(Database)
      .maybeOne<{ state: FriendState }>(
        app.scope,
        sql`select friend_state as state from line_users where user_id = ${userId}`,
      );
    return row?.state;
  };

  it('is what LINE said last by its own clock, in any order, split, redelivered and repeated', async () => {
    const moments = fc.uniqueArray(
      fc.record({ at: fc.integer({ min: 0, max: 8 }), type: fc.constantFrom('follow', 'unfollow') }),
      {
        minLength: 1,
        maxLength: 8,
        selector: ({ at, type }) => `${at}${type}`,
      },
    );
    const stories = moments.chain((all) =>
      fc.record({
        all: fc.constant(all),
        arrivals: fc.array(fc.subarray(all), { maxLength: 4 }).map((parts) => [...parts, [...all].reverse()]),
      }),
    );
    let nth = 100;
    await fc.assert(
      fc.asyncProperty(stories, async ({ all, arrivals }) => {
        const userId = lineUserId(nth++);
        for (const part of arrivals) {
          await sendEvents(
            app,
            target,
            part.map(({ at, type }) => lineEvent(type, userId, NOON + at)),
          );
          await drainJobs(app.nest);
        }
        const last = Math.max(...all.map(({ at }) => at));
        const wentLast = all.some(({ at, type }) => at === last && type === 'unfollow');
        expect(await stateOf(userId)).toBe(wentLast ? 'blocked' : 'friend');
      }),
      { seed: 7, numRuns: 25 },
    );
  });

  it('is believed until LINE has spoken, and by LINE alone afterwards', async () => {
    const userId = lineUserId(1);
    const ids = await people.ensure(app.scope, target.channelId, [userId, userId]);
    const believe = (friend: boolean) => people.believe(app.scope, [{ id: ids.get(userId)!, friend }]);
    expect(await stateOf(userId)).toBe('none');
    expect(await believe(true)).toEqual([ids.get(userId)]);
    expect(await believe(true)).toEqual([]);
    expect(await stateOf(userId)).toBe('friend');
    await believe(false);
    expect(await stateOf(userId)).toBe('none');
    await sendEvents(app, target, [lineEvent('unfollow', userId, NOON)]);
    await drainJobs(app.nest);
    expect(await believe(true)).toEqual([]);
    expect(await stateOf(userId)).toBe('blocked');
  });

  it('is announced when it changes or when somebody follows, and only then', async () => {
    const userId = lineUserId(2);
    const changes = async (type: string, at: number) => {
      await sendEvents(app, target, [lineEvent(type, userId, NOON + at)]);
      return (await drainJobs(app.nest)).filter(({ job }) => job === 'channels.friend_changed').length;
    };
    expect(await changes('follow', 1)).toBe(1);
    // Blocked and come back between two readings looks like this: LINE has forgotten their menu.
    expect(await changes('follow', 2)).toBe(1);
    expect(await changes('follow', 2)).toBe(0);
    expect(await changes('unfollow', 1)).toBe(0);
    expect(await changes('unfollow', 3)).toBe(1);
  });

  it('is not shared by the same user id behind two channels', async () => {
    const body = { name: 'T', lineChannelId: '17', channelSecret: 'secret', accessToken: 't', verify: false };
    const { body: second } = await app.request('POST', '/v1/channels', { body });
    const userId = lineUserId(3);
    const ids = await Promise.all([target.channelId, second.id].map((id) => people.ensure(app.scope, id, [userId])));
    expect(ids[0]!.get(userId)).not.toBe(ids[1]!.get(userId));
  });

  it('is made once by many who ask at the same time, in any order', async () => {
    const users = Array.from({ length: 50 }, (_, n) => lineUserId(1_000 + n));
    const answers = await Promise.all(
      [users, [...users].reverse(), users, [...users].reverse()].map((asked) =>
        people.ensure(app.scope, target.channelId, asked),
      ),
    );
    for (const ids of answers) {
      expect(ids.size).toBe(50);
      expect([...ids].sort()).toEqual([...answers[0]!].sort());
    }
  });
});
