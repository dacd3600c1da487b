import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database, sql } from '#database';
import { ChannelsHttpModule, Channels } from '#channels';
import { Events, EventsHttpModule } from '#events';
import { currencyDecimals, startOfLocalDayBefore, type Scope } from '#kernel';
import { LinkingHttpModule } from '#linking';
import { Members, MembersHttpModule } from '#members';
import { createTestApp, type TestApp, type TestWorkspace } from '#testing';
import { Definitions } from './definitions.service.js';
import { PastMemberships, type PastChange } from './past/past-memberships.service.js';
import type { Stretch } from './past/turning-moments.js';
import { parseRule } from './rules/parse-rule.js';
import { SegmentsHttpModule } from './segments.module.js';
import { Segments } from './segments.service.js';
import { NaiveEvaluator } from './testing/naive-evaluator.js';
import { randomMoment, randomRule } from './testing/random-rule.js';
import { instants, randomWorld, type WorldSettings } from './testing/random-world.js';
import type { Plain, World } from './testing/world.js';

const DAY = 86_400_000;
/** How many rules are asked in each workspace; more for a night. */
const RULES = Number(process.env.SEGMENTS_PROPERTY_RUNS ?? 40);

describe.each([
  { timeZone: 'Asia/Tokyo', currency: 'JPY', seed: 11 },
  { timeZone: 'America/New_York', currency: 'USD', seed: 12 },
  { timeZone: 'Australia/Lord_Howe', currency: 'KWD', seed: 13 },
])('Rules of any shape in $timeZone', ({ timeZone, currency, seed }) => {
  let app: TestApp;
  let tenant: TestWorkspace;
  let world: World;
  let settings: WorldSettings;
  /** Inside ids of the members by external id. */
  let ids: Map<string, string>;
  const naive = new Map<number, NaiveEvaluator>();

  beforeAll(async () => {
    app = await createTestApp({
      imports: [ChannelsHttpModule, MembersHttpModule, LinkingHttpModule, EventsHttpModule, SegmentsHttpModule],
    });
    tenant = await app.workspace({ timeZone, currency });
    const channels = [await createChannel('1'), await createChannel('2')];
    settings = { timeZone, decimals: currencyDecimals(currency), now: tenant.scope.clock.now(), channels };
    world = fc.sample(randomWorld(settings), { numRuns: 1, seed })[0]!;
    await post();
    ids = await app.get(Members).find(
      tenant.scope,
      world.members.map(({ externalId }) => externalId),
    );
    for (const rule of fc.sample(randomRule(settings, []), { numRuns: 3, seed })) await define(rule);
    for (const rule of fc.sample(randomRule(settings, [...world.segments.keys()]), { numRuns: 2, seed }))
      await define(rule);
  }, 60_000);

  afterAll(() => app.close());

  it('mean the same people to preview, explain and planning as to the contract read aloud', async () => {
    const rules = randomRule(settings, [...world.segments.keys()]);
    const people = world.members.map(({ externalId }) => externalId);
    await fc.assert(
      fc.asyncProperty(rules, randomMoment(settings), async (plain, asOf) => {
        const rule = parseRule(plain, '');
        const naive = new NaiveEvaluator(world, asOf);
        const expected = naive.members(rule);
        const segments = app.get(Segments);
        expect(await planned(plain, asOf)).toEqual(expected);
        expect(await segments.preview(tenant.scope, { rule, asOf })).toMatchObject(tiesOf(expected));
        for (const memberId of people) {
          const { matches, tree } = await segments.explain(tenant.scope, { rule, memberId, asOf });
          expect([memberId, matches]).toEqual([memberId, expected.includes(memberId)]);
          expect(tree.matches).toBe(matches);
        }
      }),
      { numRuns: RULES, seed },
    );
  }, 600_000);

  it('mean the same members each as of a moment of its own', async () => {
    const rules = randomRule(settings, [...world.segments.keys()]);
    const pair = fc.record({ memberId: fc.constantFrom(...ids.keys()), asOf: randomMoment(settings) });
    const pairs = fc.oneof(
      fc.array(pair, { minLength: 1, maxLength: 40 }),
      randomMoment(settings).map((asOf) => [...ids.keys()].map((memberId) => ({ memberId, asOf }))),
    );
    await fc.assert(
      fc.asyncProperty(rules, pairs, async (plain, asked) => {
        const rule = parseRule(plain, '');
        const expected = asked.map(({ memberId, asOf }) =>
          new NaiveEvaluator(world, asOf).holds(
            rule,
            world.members.find((m) => m.externalId === memberId)!,
          ),
        );
        const given = asked.map(({ memberId, asOf }) => ({
          memberId: ids.get(memberId)!,
          at: momentOf(asOf).getTime(),
        }));
        expect(await app.get(Segments).matches(tenant.scope, plain, given)).toEqual(expected);
      }),
      { numRuns: 5 * RULES, seed },
    );
  }, 600_000);

  it('mean whoever had entered and not left by then, at any moment', async () => {
    const rules = randomRule(settings, [...world.segments.keys()]);
    const shift = fc.integer({ min: -5 * DAY, max: 5 * DAY });
    await fc.assert(
      fc.asyncProperty(rules, shift, shift, async (plain, earlier, later) => {
        const rule = parseRule(plain, '');
        const { id } = await app.get(Definitions).create(tenant.scope, { name: 's', rule });
        const now = settings.now.getTime();
        const stretch = { from: now - 60 * DAY + earlier, to: now + 60 * DAY + later };
        const changes = await app.get(PastMemberships).changes(tenant.scope, id, [...ids.values()], stretch);
        const before = world.members.filter((member) => naiveAt(stretch.from - 1).holds(rule, member));
        for (const at of momentsOf(stretch, changes)) {
          const expected = world.members.filter((member) => naiveAt(at).holds(rule, member));
          const belongs = ({ externalId }: { externalId: string }, began: boolean) =>
            (changes.get(ids.get(externalId)!) ?? [])
              .filter((change) => change.at <= at)
              .reduce((inside, { change }) => {
                expect(change).toBe(inside ? 'left' : 'entered');
                return change === 'entered';
              }, began);
          expect(world.members.filter((member) => belongs(member, before.includes(member)))).toEqual(expected);
        }
      }),
      { numRuns: RULES / 2, seed },
    );
  }, 600_000);

  it('mean nobody who is gone', async () => {
    const at = settings.now.getTime();
    const asked = [...ids.values(), '999999999'].map((memberId, index) => ({ memberId, at: at + index }));
    const everybody = { kind: 'not', rule: { kind: 'rank', in: ['of nobody'] } };
    const answers = await app.get(Segments).matches(tenant.scope, everybody, asked);
    expect(answers).toEqual(asked.map((_, index) => index < ids.size));
  });

  it('list the same people page by page', async () => {
    const naive = new NaiveEvaluator(world, tenant.scope.clock.now().toISOString());
    for (const [id, rule] of world.segments) {
      const listed: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await app.get(Segments).members(tenant.scope, id, 3, after);
        listed.push(...page.map(({ externalId }) => externalId));
        if (page.length < 3) break;
        after = page.at(-1)!.id;
      }
      expect(listed.sort()).toEqual(naive.members(rule));
    }
  });

  async function createChannel(lineChannelId: string): Promise<string> {
    const dto = { name: 'c', lineChannelId, channelSecret: 's', accessToken: 't', verify: false };
    return (await app.get(Channels).create(tenant.scope, dto)).id;
  }

  async function define(plain: Plain): Promise<void> {
    const { id, rule } = await app.get(Definitions).create(tenant.scope, { name: 's', rule: parseRule(plain, '') });
    world.segments.set(id, rule);
  }

  /** Through the doors that integrators use; what only LINE can say is written where it would be written. */
  async function post(): Promise<void> {
    const { key, scope } = tenant;
    const members = world.members.map(({ links: _links, ...profile }) => profile);
    const answer = await app.request('POST', '/v1/members/batch', { key, body: { members } });
    expect(answer.body).toMatchObject({ rejected: [] });
    for (let at = 0; at < world.events.length; at += 7) {
      const posted = await app.get(Events).post(scope, world.events.slice(at, at + 7));
      expect(posted.rejected).toEqual([]);
    }
    for (const channelId of settings.channels) {
      const links = world.members.flatMap((member) =>
        member.links
          .filter((link) => link.channelId === channelId)
          .map(({ lineUserId, role, linkedAt }) => ({ memberId: member.externalId, lineUserId, role, linkedAt })),
      );
      const made = await app.request('POST', '/v1/links/batch', { key, body: { channelId, links } });
      expect(made.body).toMatchObject({ rejected: [] });
    }
    await settleTies(scope);
  }

  async function settleTies(scope: Scope): Promise<void> {
    const db = app.get(Database);
    const mine = sql`workspace_id = ${scope.workspaceId}`;
    for (const member of world.members)
      for (const { channelId, lineUserId, role } of member.links.filter(({ ended }) => ended))
        await db.execute(
          scope,
          sql`update links l set ended_at = l.linked_at from members m, line_users u
               where l.${mine} and m.id = l.member_id and m.external_id = ${member.externalId} and u.id = l.line_user_id
                 and u.user_id = ${lineUserId} and u.channel_id = ${channelId}::uuid and l.role = ${role}`,
        );
    for (const [user, state] of world.friendStates) {
      const [channelId, userId] = user.split(' ');
      await db.execute(
        scope,
        sql`update line_users set friend_state = ${state} where channel_id = ${channelId}::uuid and user_id = ${userId}`,
      );
    }
    await db.execute(
      scope,
      sql`update members m set linked = t.n > 0, friend_state = (case when t.friend then 'friend' when t.blocked then 'blocked' else 'none' end)::friend_state
            from (select m2.id, count(u.id) as n, bool_or(u.friend_state = 'friend') as friend, bool_or(u.friend_state = 'blocked') as blocked
                    from members m2 left join links l on l.member_id = m2.id and l.ended_at is null
                    left join line_users u on u.id = l.line_user_id group by m2.id) t
           where t.id = m.id`,
    );
  }

  async function planned(rule: unknown, asOf: string): Promise<string[]> {
    const db = app.get(Database);
    const moment = momentOf(asOf);
    const rows = await db.transaction(tenant.scope, async () => {
      const condition = await app.get(Segments).condition(tenant.scope, rule, moment);
      return db.query<{ id: string; unknown: boolean }>(
        tenant.scope,
        sql`select m.external_id as id, (${condition}) is null as unknown from members m
             where m.workspace_id = ${tenant.scope.workspaceId} and (${condition}) is not false order by m.external_id`,
      );
    });
    expect(rows.filter(({ unknown }) => unknown)).toEqual([]);
    return rows.map(({ id }) => id);
  }

  /** When something might be seen to be missing, or too much: beside what happened, what was told, and midnights. */
  function momentsOf({ from, to }: Stretch, changes: ReadonlyMap<string, readonly PastChange[]>): number[] {
    const midnights = Array.from({ length: 131 }, (_, n) =>
      startOfLocalDayBefore(settings.now, n - 65, timeZone).getTime(),
    );
    const told = [...changes.values()].flatMap((of) => of.map(({ at }) => at));
    const around = [...midnights, ...told, ...instants(settings).map(Date.parse)].flatMap((at) => [at - 1, at, at + 1]);
    return [...new Set(around)].filter((at) => at >= from && at < to);
  }

  function naiveAt(at: number): NaiveEvaluator {
    const known = naive.get(at) ?? new NaiveEvaluator(world, new Date(at).toISOString());
    naive.set(at, known);
    return known;
  }

  /** The evaluator's own reading, so that both are asked as of one moment. */
  function momentOf(asOf: string): Date {
    return new Date((new NaiveEvaluator(world, asOf) as unknown as { asOf: number }).asOf);
  }

  function tiesOf(externalIds: string[]): { count: number; linked: number; reachable: number } {
    const people = world.members.filter(({ externalId }) => externalIds.includes(externalId));
    const live = people.map(({ links }) => links.filter(({ ended }) => !ended));
    const friends = live.filter((links) =>
      links.some((link) => world.friendStates.get(`${link.channelId} ${link.lineUserId}`) === 'friend'),
    );
    return { count: people.length, linked: live.filter((links) => links.length > 0).length, reachable: friends.length };
  }
});
