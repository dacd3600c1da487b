import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestApp, type TestApp } from '#testing';
import { Workspaces, type Cap } from '#workspaces';
import { DeliveryJobsModule } from '../delivery.module.js';
import { DeliveryStage, HELLO, PeopleModule } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';

const DAY_MS = 24 * 60 * 60_000;
const WEEKLY: Cap[] = [{ class: 'promotional', count: 2, days: 7 }];

describe('Attention', () => {
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

  const open = async (friends: number, caps: Cap[]) => {
    const stage = await DeliveryStage.open(app, line, friends);
    await app.get(Workspaces).update(stage.scope, { caps });
    return stage;
  };
  const send = async (stage: DeliveryStage, value = 0, more: object = {}) => {
    const id = await stage.planned(HELLO, { value, ...more });
    await stage.drainToTheEnd(id);
    return stage.totals(id);
  };

  it('is taken by at most so many messages of a class in so many days, whatever sends them', async () => {
    const stage = await open(5, WEEKLY);
    expect(await send(stage)).toMatchObject({ accepted: 5 });
    expect(await send(stage)).toMatchObject({ accepted: 5 });
    expect(await send(stage)).toMatchObject({ accepted: 0, skipped: { capped: 5 } });
    expect(await send(stage, 0, { class: 'transactional' })).toMatchObject({ accepted: 5 });
    stage.scope.clock.advance(7 * DAY_MS);
    expect(await send(stage)).toMatchObject({ accepted: 5 });
  });

  it('goes to the higher value where two compete for the last message, and is told to the other', async () => {
    const stage = await open(5, [{ class: 'promotional', count: 1, days: 1 }]);
    const low = await stage.planned(HELLO, { value: 1 });
    const high = await stage.planned(HELLO, { value: 5 });
    const equal = await stage.planned(HELLO, { value: 5 });
    expect(await stage.totals(equal)).toMatchObject({ planned: 0, skipped: { capped: 5 } });
    expect((await stage.outcomes(equal))[0]).toMatchObject({ reason: 'capped', detail: '1 in 1 days' });
    await stage.drainToTheEnd(low);
    expect(await stage.totals(low)).toMatchObject({ accepted: 0, skipped: { capped: 5 } });
    await stage.drainToTheEnd(high);
    expect(await stage.totals(high)).toMatchObject({ accepted: 5 });
  });

  it('is not taken back from who has been sent to', async () => {
    const stage = await open(5, [{ class: 'promotional', count: 1, days: 1 }]);
    expect(await send(stage, 0)).toMatchObject({ accepted: 5 });
    expect(await send(stage, 100)).toMatchObject({ accepted: 0, skipped: { capped: 5 } });
  });

  it('is given back by who is skipped, cancelled or refused', async () => {
    const stage = await open(3, [{ class: 'promotional', count: 1, days: 30 }]);
    const cancelled = await stage.planned(HELLO);
    await stage.sends.cancel(stage.scope, cancelled);
    const skipped = await stage.planned(HELLO);
    await stage.peopleTable.setFriend(stage.scope, stage.people[0]!.userId, 'blocked');
    await stage.drainToTheEnd(skipped);
    await stage.peopleTable.setFriend(stage.scope, stage.people[0]!.userId, 'friend');
    expect(await stage.totals(skipped)).toMatchObject({ accepted: 2, skipped: { blocked: 1 } });
    expect(await send(stage)).toMatchObject({ accepted: 1, skipped: { capped: 2 } });
  });

  it('is never taken more often than a cap allows, by planners and workers at once', async () => {
    const sends = fc.array(
      fc.record({ value: fc.integer({ min: 0, max: 3 }), hours: fc.integer({ min: 0, max: 40 }) }),
      {
        minLength: 2,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(sends, fc.integer({ min: 1, max: 2 }), async (orders, count) => {
        const stage = await open(4, [{ class: 'promotional', count, days: 365 }]);
        const ids = await Promise.all(orders.map(({ value }) => stage.start(HELLO, { value })));
        await Promise.all(ids.flatMap((id) => [stage.plan(id), stage.drain()]));
        for (const id of ids) await stage.drainToTheEnd(id);
        const totals = await Promise.all(ids.map((id) => stage.totals(id)));
        const received = [...(await line.received()).values()];
        // Each of the four gets as many as there is room for: slots are neither lost nor taken twice.
        expect(received).toEqual(Array.from({ length: 4 }, () => Math.min(count, orders.length)));
        for (const { audience, planned, accepted, skipped } of totals)
          expect([audience, planned, accepted + (skipped.capped ?? 0)]).toEqual([4, 0, 4]);
      }),
      { numRuns: 8, seed: 12 },
    );
  }, 120_000);
});
