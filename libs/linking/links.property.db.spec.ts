import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineUsers } from '#channels';
import { AppError } from '#kernel';
import { Members } from '#members';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { LINK_ROLES } from './link.entity.js';
import { Links } from './links.service.js';
import { TakeoverStory } from './takeover/testing/takeover-story.js';
import { linkingModules, LinkingStory, lineUser } from './testing/linking-story.js';

const MEMBERS = ['m0', 'm1', 'm2'];
const HOUR = 60 * 60_000;

describe('Links', () => {
  let app: TestApp;
  let story: LinkingStory<TestApp>;
  let takeovers: TakeoverStory;
  let done: string[] = [];

  beforeAll(async () => {
    app = await createTestApp({ imports: linkingModules });
    story = await LinkingStory.start(app, () => drainJobs(app.nest));
    takeovers = new TakeoverStory(app, story.channelId);
  }, 60_000);

  afterAll(() => app.close());

  const member = fc.constantFrom(...MEMBERS);
  const user = fc.integer({ min: 1, max: 4 });
  const role = fc.constantFrom(...LINK_ROLES);

  type Act = () => Promise<unknown>;

  const makes = fc.record({ member, user, role }).map(({ member, user, role }): Act => {
    return async () => {
      const { scope } = app;
      const members = await app.get(Members).find(scope, [member]);
      const people = await app.get(LineUsers).ensure(scope, story.channelId, [lineUser(user)]);
      const [memberId, lineUserId] = [members.get(member)!, people.get(lineUser(user))!];
      await app.get(Links).make(scope, { channelId: story.channelId, memberId, lineUserId, role, route: 'login' });
    };
  });
  const imports = fc.record({ member, user, role, friend: fc.boolean() }).map(({ member, user, ...given }): Act => {
    return () => story.post([{ memberId: member, lineUserId: lineUser(user), ...given }]);
  });
  const words = fc.record({ user, state: fc.constantFrom('friend' as const, 'blocked' as const), at: fc.nat(9) });
  const says = words.map(
    ({ user, state, at }): Act =>
      () =>
        story.says(user, state, at),
  );
  const ends = fc.record({ member, nth: fc.nat(3) }).map(({ member, nth }): Act => {
    return async () => {
      const live = (await story.linksOf(member)).filter(({ endedAt }) => endedAt === null);
      return live.length > 0 && story.end(live[nth % live.length]!.id);
    };
  });
  const moves = fc.record({ member, from: user, to: user }).map(({ member, from, to }): Act => {
    return async () => {
      const { status, body } = await takeovers.ask(member, { lineUserId: lineUser(from) });
      if (status !== 201) return;
      const attempt = await takeovers.newcomer(to, member);
      await takeovers.enter(attempt, body.code);
      await takeovers.confirm(attempt);
      done.push(body.id as string);
    };
  });
  const undoes = fc.nat(9).map(
    (nth): Act =>
      async () =>
        done.length > 0 && takeovers.undo(done[nth % done.length]!),
  );
  const waits = fc.integer({ min: 1, max: 30 }).map(
    (hours): Act =>
      async () =>
        app.scope.clock.advance(hours * HOUR),
  );

  /** What is refused is refused; what is left behind must be right all the same. */
  async function attempt(act: Act): Promise<void> {
    try {
      const answer = (await act()) as { status?: number } | undefined;
      // A deadlock, for one, would be answered so.
      expect(answer?.status ?? 200).toBeLessThan(500);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  async function assertRight(): Promise<void> {
    for (const memberId of MEMBERS) {
      const live = (await story.linksOf(memberId)).filter(({ endedAt }) => endedAt === null);
      const states = live.map(({ friendState }) => friendState);
      expect(await story.tiesOf(memberId)).toEqual({
        linked: live.length > 0,
        friendState: ['friend', 'blocked'].find((state) => states.includes(state)) ?? 'none',
      });
      const keys = live.map((link) => `${link.lineUserId} ${link.role}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  }

  it('tie as a count from scratch says, one a member, LINE user and role, after any makes, ends, imports and takeovers', async () => {
    const act = fc.oneof(makes, imports, says, ends, moves, moves, undoes, waits);
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), async (acts) => {
        await story.reset();
        done = [];
        for (const one of acts) await attempt(one);
        await assertRight();
      }),
      { seed: 11, numRuns: 25 },
    );
  }, 120_000);

  it('do so also where all of it happens at the same time', async () => {
    const act = fc.oneof(makes, imports, ends, moves, undoes);
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 12 }), async (acts) => {
        await story.reset();
        done = [];
        await Promise.all(acts.map(attempt));
        await assertRight();
      }),
      { seed: 12, numRuns: 12 },
    );
  }, 120_000);
});
