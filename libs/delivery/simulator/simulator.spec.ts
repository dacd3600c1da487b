import { describe, expect, it } from '@jest/globals';
import type { SharedOutcome } from '../ledger/leased-page.js';
import type { SettledPage } from '../ledger/pages.repository.js';
import { FAULTS } from './faults.js';
import type { MemoryTables } from './memory-ledger/tables.js';
import type { MemoryLine } from './memory-line.js';
import { runSchedule, type Parts } from './schedule.js';

type Change = (parts: Parts) => void;

/** Wraps a method of an object for good. */
function around<T extends object, K extends keyof T>(of: T, name: K, wrap: (real: T[K]) => T[K]): void {
  const method = of[name] as (...args: unknown[]) => unknown;
  of[name] = wrap(method.bind(of) as T[K]);
}

function withKeys(line: MemoryLine, keyOf: (key: string) => string): void {
  around(line, 'clientOf', (real) => (life) => {
    const client = real(life);
    return {
      ...client,
      push: (request, key) => client.push(request, keyOf(key)),
      multicast: (request, key) => client.multicast(request, keyOf(key)),
    };
  });
}

function settleAs(change: (one: SettledPage) => SettledPage): Change {
  return ({ store }) =>
    around(store.pages, 'settle', (real) => (scope, settled) => real(scope, settled.map(change) as never));
}

function whoeverMayBe(unknown: boolean): Change {
  const as = (shared: SharedOutcome) => (shared.state === 'due' ? { ...shared, unknown } : shared);
  return settleAs((one) => ({ ...one, shared: as(one.shared) }));
}

const newestFence = (tables: MemoryTables, { sendId, number }: { sendId: string; number: number }) =>
  tables.page(sendId, number)!.fence;

let made = 0;

/** What a schedule found once, by its seed. */
const FOUND: [what: string, seed: number][] = [
  ['people of a cancelled send who are moved to a page of their own are told so', 103],
  ['a lost answer to a question about content says nothing of a request that LINE refused', 284],
  ['a send that LINE took nothing of goes on when its moment has come while LINE was asked for its quota', 51469],
];

/** Rules of the product, each broken, and what is then seen. */
const BROKEN: [rule: string, seen: RegExp, change: Change][] = [
  ['a retry key is the same for every attempt', /got it 2 times/, ({ line }) => withKeys(line, () => `key ${++made}`)],
  [
    'a retry key belongs to one request',
    /one retry key|and got it|by .+ got/,
    ({ line }) => withKeys(line, (key) => key[0]!),
  ],
  [
    'an attempt that may have been executed is repeated word for word',
    /got it 2 times|and got it/,
    whoeverMayBe(false),
  ],
  ['who was surely not sent to is asked about again', /for the first time though/, whoeverMayBe(true)],
  [
    'only the newest lease writes',
    /./,
    ({ store, tables }) => {
      const newest = <T extends { page: SettledPage['page'] }>(one: T) => ({
        ...one,
        page: { ...one.page, fence: newestFence(tables, one.page) },
      });
      around(store.pages, 'settle', (real) => (scope, settled) => real(scope, settled.map(newest)));
    },
  ],
  [
    'only the newest lease moves people to a new page',
    /its people|there is an outcome|got it/,
    ({ store }) => around(store.pages, 'hold', () => async () => true),
  ],
  [
    'leases of whoever is gone are taken over',
    /there is no end/,
    ({ store }) => around(store.leases, 'recover', () => async () => undefined),
  ],
  [
    'what is unknown for 23 hours is not sent again',
    /got it 2 times/,
    ({ store, tables }) =>
      around(store.leases, 'recover', (real) => (scope, channelId) => {
        for (const page of tables.pages) page.firstAttemptAt &&= scope.clock.now();
        return real(scope, channelId);
      }),
  ],
  [
    'a lease asks who may be sent to',
    /for the first time though/,
    ({ store, tables }) =>
      around(store.leases, 'lease', (real) => async (scope, request) => {
        const before = [...tables.people.values()].map((person) => ({ ...person }));
        for (const person of before)
          tables.people.set(person.lineUserId, { ...person, friendState: 'friend', roles: ['member'] });
        const pages = await real(scope, request);
        for (const person of before) tables.people.set(person.lineUserId, person);
        return pages;
      }),
  ],
];

/** Seeds from the first on, until one is found to be wrong. */
async function firstWrong(change: Change, most: number): Promise<string | undefined> {
  for (let seed = 1; seed <= most; seed++) {
    const { wrong } = await runSchedule(seed, { change });
    if (wrong) return `seed ${seed}: ${wrong}`;
  }
  return undefined;
}

describe('The simulator', () => {
  it('finds everybody sent to once in two thousand schedules of all faults', async () => {
    const met = new Set<string>();
    const wrong: string[] = [];
    for (let seed = 1; seed <= 2_000; seed++) {
      const verdict = await runSchedule(seed);
      if (verdict.wrong) wrong.push(`seed ${seed}: ${verdict.wrong}`);
      for (const kind of verdict.faults.keys()) met.add(kind);
    }
    expect(wrong).toEqual([]);
    expect([...met]).toEqual(expect.arrayContaining([...FAULTS]));
  }, 120_000);

  it.each(FOUND)('keeps to it that %s', async (_what, seed) => {
    expect((await runSchedule(seed)).wrong).toBeUndefined();
  });

  it('does the same for the same seed', async () => {
    const traces = [[], []] as [string[], string[]];
    for (const trace of traces) await runSchedule(4711, { trace: (line) => trace.push(line) });
    expect(traces[0].length).toBeGreaterThan(20);
    expect(traces[1]).toEqual(traces[0]);
  });

  it.each(BROKEN)(
    'sees it where a rule is broken: %s',
    async (_rule, seen, change) => {
      expect(await firstWrong(change, 4_000)).toMatch(seen);
    },
    120_000,
  );
});
