import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { CART, cart, DAY, HOUR, journeysModules, JourneysStage, send, wait } from '../testing/journeys-stage.js';
import { RunRetention } from './retention.service.js';

describe('Runs that ended long ago', () => {
  let app: TestApp;
  let shop: JourneysStage;

  beforeAll(async () => {
    app = await createTestApp({
      imports: journeysModules,
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200, journeyMonths: 13 },
    });
  });
  beforeEach(async () => {
    app.scope.clock.set('2026-04-15T12:00:00+09:00');
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
  });
  afterAll(() => app.close());

  /** Rows that are kept of them. */
  const rows = async () => {
    const count = (table: 'runs' | 'decisions' | 'sends') =>
      sql`(select count(*)::int from ${{ runs: sql`journey_runs`, decisions: sql`journey_decisions`, sends: sql`journey_sends` }[table]}
            where workspace_id = ${shop.scope.workspaceId})`;
    return app
      .get(Database)
      .one(
        shop.scope,
        sql`select ${count('runs')} as runs, ${count('decisions')} as decisions, ${count('sends')} as sends`,
      );
  };
  const later = async (days: number) => {
    shop.scope.clock.advance(days * DAY);
    await app.get(RunRetention).run();
  };

  it('are given up with their decisions and sends, and no others', async () => {
    await shop.journey({ ...CART, steps: [wait(), send()] });
    await shop.journey({ ...CART, steps: [wait('years', { days: 366 }), wait('more', { days: 366 })] });
    await shop.happens(cart('a'));
    await shop.pass(HOUR + 1);
    const all = { runs: 2, decisions: 7, sends: 1 };
    expect(await rows()).toEqual(all);
    await later(395);
    expect(await rows()).toEqual(all);
    await later(2);
    expect(await rows()).toEqual({ runs: 1, decisions: 2, sends: 0 });
    expect(await shop.runsOf('a')).toMatchObject([{ state: 'waiting' }]);
  });

  it('still let nobody in twice who may not come in twice', async () => {
    const once = await shop.journey({ ...CART, reentry: { once: true }, steps: [send()] });
    const byCart = await shop.journey({ ...CART, reentry: { key: ['cartId'] }, steps: [send()] });
    await shop.happens(cart('a', 'first'));
    for (let run = 0; run < 2; run++) await later(400);
    expect(await rows()).toEqual({ runs: 2, decisions: 0, sends: 0 });
    expect(await shop.runsOf('a')).toMatchObject([
      { state: 'done', startedBy: { body: {} }, decisions: [] },
      { state: 'done', startedBy: { body: {} }, decisions: [] },
    ]);
    await shop.happens(cart('a', 'first'), cart('a', 'second'));
    expect([(await shop.runs(once)).length, (await shop.runs(byCart)).length]).toEqual([1, 2]);
  });
});
