import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { localDate, newId } from '#kernel';
import { createTestApp, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import { TotalsRepository } from '../ledger/totals.repository.js';
import { DeliveryStage, HELLO, PeopleModule } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';
import { Retention } from './retention.service.js';

describe('The ledger of old months', () => {
  let line: EmulatedLine;
  let app: TestApp;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000, ledgerMonths: 13 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  const months = async () => {
    const rows = await app.get(Database).call<{ name: string }>(
      null,
      sql`select relname as name from pg_inherits join pg_class on oid = inhrelid
           where inhparent = 'pages'::regclass and relname like 'pages_2%' order by 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('is given up whole, once its totals are written down and nothing of it goes on', async () => {
    const stage = await DeliveryStage.open(app, line, 30);
    await stage.peopleTable.setFriend(stage.scope, stage.people[0]!.userId, 'blocked');
    const origin = { kind: 'journey' as const, id: newId() };
    const ended = await stage.planned(HELLO, { origin });
    await stage.drainToTheEnd(ended);
    const totals = await stage.totals(ended);
    expect(totals).toMatchObject({ accepted: 29, skipped: { blocked: 1 } });
    const sentByMonth = () => app.get(TotalsRepository).sentByMonth(stage.scope, stage.channelId, origin.id);
    const month = localDate(stage.scope.clock.now(), stage.scope.timeZone).toString().slice(0, 7);
    expect(await sentByMonth()).toEqual(new Map([[month, 29]]));
    const paused = await stage.planned(HELLO);
    await stage.sends.pause(stage.scope, paused);

    // Sends are of the month that their ids tell, which is the machine's.
    const thisMonth = `pages_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
    const twoYears = new Date();
    twoYears.setUTCFullYear(twoYears.getUTCFullYear() + 2);
    stage.scope.clock.advance(twoYears.getTime() - stage.scope.clock.now().getTime());
    await app.get(Retention).run();
    expect(await months()).toContain(thisMonth);
    expect(await stage.outcomes(ended)).toHaveLength(30);
    expect(await stage.totals(ended)).toEqual(totals);

    await stage.sends.cancel(stage.scope, paused);
    await app.get(Retention).run();
    await app.get(Retention).run();
    expect(await months()).not.toContain(thisMonth);
    expect(await stage.outcomes(ended)).toEqual([]);
    expect(await sentByMonth()).toEqual(new Map([[month, 29]]));
    expect(await stage.totals(ended)).toEqual(totals);
    const ahead = `pages_${twoYears.toISOString().slice(0, 7).replace('-', '_')}`;
    expect(await months()).toContain(ahead);
  });
});
