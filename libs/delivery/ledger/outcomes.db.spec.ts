import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database, sql } from '#database';
import { createTestApp, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import { Outcomes } from '../outcomes.service.js';
import { DeliveryStage, HELLO, PeopleModule, PERSONAL } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';
import type { RecipientOutcome } from './outcomes.repository.js';

describe('The ledger', () => {
  let line: EmulatedLine;
  let app: TestApp;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  const open = (friends: number) => DeliveryStage.open(app, line, friends);

  it('finds a member on any page by the blocks around them', async () => {
    const ids = fc.oneof(fc.integer({ min: -1_000, max: 100_000 }).map(BigInt), fc.bigInt(-(2n ** 50n), 2n ** 50n));
    const ranges = fc.array(fc.tuple(ids, ids), { minLength: 1, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(ranges, ids, async (pairs, member) => {
        const ordered = pairs.map(([a, b]) => (a < b ? [a, b] : [b, a]));
        const rows = await app.get(Database).query<{ missed: boolean }>(
          null,
          sql`select r.member between r.first and r.last and block_around(r.first, r.last) <> all(blocks_around(r.member)) as missed
                from (select first, last, unnest(array[first, last, first + (last - first) / 2, ${String(member)}::bigint]) as member
                        from unnest(${ordered.map(([first]) => String(first))}::bigint[],
                                    ${ordered.map(([, last]) => String(last))}::bigint[]) p (first, last)) r`,
        );
        expect(rows.filter(({ missed }) => missed)).toEqual([]);
      }),
      { numRuns: 50, seed: 21 },
    );
  });

  it('tells what a member was sent over all sends, the newest first', async () => {
    const stage = await open(600);
    const someone = stage.people[300]!;
    const campaign = await stage.planned(HELLO);
    await stage.drainToTheEnd(campaign);
    const personal = await stage.planned(PERSONAL, { audience: { people: [someone.memberId] } });
    await stage.drainToTheEnd(personal);
    await stage.peopleTable.setFriend(stage.scope, someone.userId, 'blocked');
    const skipped = await stage.planned(HELLO);
    const sends = await app.get(Outcomes).ofMember(stage.scope, someone.memberId, { limit: 10 });
    expect(sends.map(({ sendId, state, reason }) => [sendId, state, reason])).toEqual([
      [skipped, 'skipped', 'blocked'],
      [personal, 'accepted', null],
      [campaign, 'accepted', null],
    ]);
    expect(sends[1]!.requestId).not.toBeNull();
    const rest = await app.get(Outcomes).ofMember(stage.scope, someone.memberId, { before: personal, limit: 10 });
    expect(rest.map(({ sendId }) => sendId)).toEqual([campaign]);
    const stranger = (await app.workspace()).scope;
    expect(await app.get(Outcomes).ofMember(stranger, someone.memberId, { limit: 10 })).toEqual([]);
  });

  it('lists everybody once, in pieces of any size and by any filter', async () => {
    const stage = await open(1_100);
    for (const { userId } of stage.people.filter((_, i) => i % 7 === 0))
      await stage.peopleTable.setFriend(stage.scope, userId, 'blocked');
    const id = await stage.planned(HELLO, { split: { holdoutPercent: 20 } });
    const everybody = await stage.outcomes(id);
    expect(new Set(everybody.map(({ memberId }) => memberId)).size).toBe(1_100);
    for (const filter of [{}, { reason: 'holdout' }, { reason: 'blocked' }, { state: 'planned' }] as const) {
      const pieces: RecipientOutcome[] = [];
      for (;;) {
        const piece = await stage.outcomes(id, { ...filter, after: pieces.at(-1), limit: 97 });
        pieces.push(...piece);
        if (piece.length < 97) break;
      }
      const fits = ({ state, reason }: RecipientOutcome) =>
        ('reason' in filter ? reason === filter.reason : true) && ('state' in filter ? state === filter.state : true);
      expect(pieces).toEqual(everybody.filter(fits));
    }
  });
});
