import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { activeRules } from '../rules/rule-times.js';
import type { MenuRule } from '../rules/rules.dto.js';
import { MenusAtLine } from '../testing/menus-at-line.js';
import { lineUser, menusModules, MenusStage } from '../testing/menus-stage.js';

const PEOPLE = 4;
const MEMBERS = 3;
const ROLES = ['contractor', 'user', 'member'] as const;
const RANKS = ['gold', `'; drop table members; --`];
const HOUR = 3_600_000;

type When = MenuRule['when'];

interface Tie {
  member: number;
  person: number;
  role: (typeof ROLES)[number];
}

/** What a shop comes to, as its owner would write it down. */
interface World {
  ranks: (string | null)[];
  /** In the segment, which is about tags. */
  vips: Set<number>;
  ties: Tie[];
  blocked: Set<number>;
  /** What was chosen for members, the latest last. */
  choices: { member: number; menu: number }[];
  rules: { when: When; menu: number }[];
}

type Fact =
  | { kind: 'link'; tie: Tie }
  | { kind: 'unlink'; member: number }
  | { kind: 'rank'; member: number; rank: string | null }
  | { kind: 'vip'; member: number; vip: boolean }
  | { kind: 'friend'; person: number; blocked: boolean }
  | { kind: 'choice'; member: number; menu: number | null }
  | { kind: 'rules'; rules: World['rules'] }
  | { kind: 'time'; hours: number };

const person = fc.integer({ min: 0, max: PEOPLE - 1 });
const member = fc.integer({ min: 0, max: MEMBERS - 1 });
const rank = fc.constantFrom(...RANKS, null);
const tie = fc.record({ member, person, role: fc.constantFrom(...ROLES) });
const hours = fc.constantFrom({ from: '09:00', to: '21:00' }, { from: '20:00', to: '10:00' });
/** Conditions that people often fulfil, one or two at a time. */
const asksLink = fc.oneof(
  fc.constant({ linked: true }),
  fc.record({ role: fc.constantFrom(...ROLES) }),
  fc.record({ rank: fc.constantFrom(...RANKS) }),
  fc.constant({ segmentId: 'segment' }),
  fc.record({ role: fc.constantFrom(...ROLES), rank: fc.constantFrom(...RANKS) }),
  fc.record({ rank: fc.constantFrom(...RANKS), hours }),
);
const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 8, arbitrary: asksLink },
  { weight: 2, arbitrary: fc.constant({ linked: false }) },
  { weight: 2, arbitrary: fc.record({ hours }) },
  { weight: 1, arbitrary: fc.constant({ from: '2026-04-16' }) },
);
const rules = fc.array(fc.record({ when, menu: fc.integer({ min: 0, max: 2 }) }), { maxLength: 5 });
const chosen = fc.constantFrom(0, 1, 2, null, null);
const seldom = fc.constantFrom(true, false, false, false);
const fact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('link' as const), tie }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unlink' as const), member }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rank' as const), member, rank }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('vip' as const), member, vip: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('friend' as const), person, blocked: seldom }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('choice' as const), member, menu: chosen }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rules' as const), rules }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), hours: fc.integer({ min: 1, max: 20 }) }) },
);

/** Which of the three menus a person should see; null: the default. Rule by rule, link by link, person by person. */
function naive(world: World, who: number, now: Date): number | null {
  const ties = world.ties.filter((one) => one.person === who);
  const choice = world.choices.findLast(({ member: of }) => ties.some((one) => one.member === of));
  if (choice) return choice.menu;
  const active = activeRules(world.rules as never, now, 'Asia/Tokyo');
  for (const [place, { when: asked, menu }] of world.rules.entries()) {
    if (!active.includes(place)) continue;
    if (asked.linked === false && ties.length > 0) continue;
    const asksAny = asked.linked === true || asked.role || asked.rank || asked.segmentId;
    const holds = ties.some(
      (one) =>
        (asked.role === undefined || one.role === asked.role) &&
        (asked.rank === undefined || world.ranks[one.member] === asked.rank) &&
        (asked.segmentId === undefined || world.vips.has(one.member)),
    );
    if (!asksAny || holds) return menu;
  }
  return null;
}

describe('What people should see', () => {
  let app: TestApp;
  let line: MenusAtLine;
  let stage: MenusStage;

  beforeAll(async () => {
    line = await MenusAtLine.start();
    app = await createTestApp({
      imports: menusModules,
      config: { lineApiBaseUrl: line.url, lineDataApiBaseUrl: line.url },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  beforeEach(async () => {
    stage = await MenusStage.open(app, line, () => drainJobs(app.nest, { schedules: true }));
  });

  it('is what a naive look at rules, links and members says, and LINE shows it, whatever happens', async () => {
    const menus = [await stage.menu('menu 0'), await stage.menu('menu 1'), await stage.menu('menu 2')];
    const rule = { kind: 'tag', any: ['vip'] };
    const { body: segment } = await stage.request('POST', '/v1/segments', { name: 'vips', rule });
    for (let n = 0; n < MEMBERS; n++) await stage.member(`m${n}`);
    const people = [...(await stage.friends(0, PEOPLE)).values()];
    const world: World = {
      ranks: Array<null>(MEMBERS).fill(null),
      vips: new Set(),
      ties: [],
      blocked: new Set(),
      choices: [],
      rules: [],
    };

    const happen: { [K in Fact['kind']]: (one: Extract<Fact, { kind: K }>) => Promise<void> } = {
      link: async ({ tie: made }) => {
        await stage.link([[`m${made.member}`, made.person, made.role]]);
        const same = (one: Tie) => JSON.stringify(one) === JSON.stringify(made);
        if (!world.ties.some(same)) world.ties.push(made);
      },
      unlink: async (one) => {
        await stage.unlink(`m${one.member}`);
        world.ties = world.ties.filter(({ member: of }) => of !== one.member);
      },
      rank: async (one) => {
        await stage.member(`m${one.member}`, { rank: one.rank });
        world.ranks[one.member] = one.rank;
      },
      vip: async (one) => {
        await stage.member(`m${one.member}`, { tags: one.vip ? ['vip'] : [] });
        world.vips[one.vip ? 'add' : 'delete'](one.member);
      },
      friend: async (one) => {
        if (world.blocked.has(one.person) === one.blocked) return;
        stage.scope.clock.advance(1_000);
        await line.setState(lineUser(one.person), one.blocked ? 'blocked' : 'friend');
        await stage.hear([people[one.person]!], one.blocked ? 'blocked' : 'friend');
        world.blocked[one.blocked ? 'add' : 'delete'](one.person);
      },
      choice: async (one) => {
        stage.scope.clock.advance(1_000);
        await stage.choose(`m${one.member}`, one.menu === null ? null : menus[one.menu]!);
        world.choices = world.choices.filter(({ member: of }) => of !== one.member);
        if (one.menu !== null) world.choices.push({ member: one.member, menu: one.menu });
      },
      rules: async (one) => {
        const written = one.rules.map(({ when: asked, menu }) => ({
          when: Object.assign({}, asked, asked.segmentId !== undefined && { segmentId: segment.id as string }),
          menuId: menus[menu]!,
        }));
        await stage.rules(written);
        world.rules = one.rules;
      },
      time: async (one) => stage.pass(one.hours * HOUR),
    };

    /** Reads what is decided, and what LINE has. */
    const look = async () => {
      await stage.drain();
      await stage.pass(61_000);
      const owned = await line.owned();
      const rows = await app
        .get(Database)
        .query<{ id: string; menuId: string | null }>(
          stage.scope,
          sql`select line_user_id as id, menu_id as "menuId" from rich_menu_assignments where channel_id = ${stage.channelId}`,
        );
      return people.map((id, n) => ({
        decided: rows.find((row) => row.id === id)?.menuId ?? null,
        shown: world.blocked.has(n) ? 'blocked' : (owned.get(lineUser(n)) ?? null),
      }));
    };

    await fc.assert(
      fc.asyncProperty(fc.array(fact, { minLength: 3, maxLength: 20 }), async (facts) => {
        for (const one of facts) await happen[one.kind](one as never);
        const found = await look();
        const now = stage.scope.clock.now();
        expect(found).toEqual(
          people.map((_, n) => {
            const menu = naive(world, n, now);
            const shown = menu === null ? null : `menu ${menu}`;
            // Who blocked before they were ever given a menu has no row; they are decided about when they come back.
            const decided = menu === null ? null : menus[menu]!;
            return { decided, shown: world.blocked.has(n) ? 'blocked' : shown };
          }),
        );
      }),
      { seed: 20, numRuns: 40, endOnFailure: true },
    );
  }, 300_000);
});
