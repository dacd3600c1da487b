import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { linkingModules, LinkingStory, lineUser } from './testing/linking-story.js';

describe('The ties of a member', () => {
  let story: LinkingStory<TestApp>;

  beforeAll(async () => {
    const app = await createTestApp({ imports: linkingModules });
    story = await LinkingStory.start(app, () => drainJobs(app.nest));
  }, 60_000);

  afterAll(() => story.app.close());

  beforeEach(() => story.reset());

  it('are what a count from scratch gives, whatever was linked, ended and said, in any order', async () => {
    type Act = (nth: number) => Promise<unknown>;
    const member = fc.constantFrom('m0', 'm1', 'm2');
    const user = fc.integer({ min: 1, max: 3 });
    const link = fc.record({ memberId: member, user, role: fc.constantFrom('user', 'member'), friend: fc.boolean() });
    const word = fc.record({ user, state: fc.constantFrom('friend' as const, 'blocked' as const), at: fc.nat(9) });
    const act: fc.Arbitrary<Act> = fc.oneof(
      link.map(({ user, ...given }): Act => {
        return (nth) => story.post([{ ...given, lineUserId: lineUser(nth + user) }]);
      }),
      word.map(({ user, state, at }): Act => {
        return (nth) => story.says(nth + user, state, at);
      }),
      member.map((memberId): Act => {
        return async () => {
          const live = (await story.linksOf(memberId)).find(({ endedAt }) => endedAt === null);
          if (live) await story.app.request('DELETE', `/v1/links/${live.id}`);
        };
      }),
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        round += 10;
        for (const act of acts) await act(round);
        for (const memberId of ['m0', 'm1', 'm2']) {
          const live = (await story.linksOf(memberId)).filter(({ endedAt }) => endedAt === null);
          const states = live.map(({ friendState }) => friendState);
          expect(await story.tiesOf(memberId)).toEqual({
            linked: live.length > 0,
            friendState: ['friend', 'blocked'].find((state) => states.includes(state)) ?? 'none',
          });
        }
      }),
      { seed: 3, numRuns: 20 },
    );
  });

  it('are right after links, ends and LINE’s words that all came at the same time', async () => {
    const links = (n: number) =>
      [0, 1, 2].map((m) => ({ memberId: `m${m}`, lineUserId: lineUser(n), friend: n % 2 === 0 }));
    await story.post(links(1));
    const [first] = await story.linksOf('m0');
    await Promise.all([
      ...[1, 2, 3, 4].map((n) => story.post(links(n))),
      ...[1, 2, 3, 4].map((n) => story.says(n, 'blocked', n)),
      story.end(first!.id),
    ]);
    await drainJobs(story.app.nest);
    for (const memberId of ['m0', 'm1', 'm2']) {
      expect(await story.tiesOf(memberId)).toEqual({ linked: true, friendState: 'blocked' });
    }
  });
});
