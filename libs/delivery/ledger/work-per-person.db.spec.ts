import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { Workspaces } from '#workspaces';
import { DeliveryJobsModule } from '../delivery.module.js';
import { DeliveryStage, HELLO, PeopleModule } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';
import { PlansRepository } from '../testing/plans.repository.js';

const PEOPLE = 1_500;
/** Nodes of a plan that a person passes, and some room; comparing each with everybody would come to hundreds. */
const PER_PERSON = 40;

describe('the work that a person is for Postgres', () => {
  let line: EmulatedLine;
  let app: TestApp;
  let stage: DeliveryStage;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000 },
    });
    stage = await DeliveryStage.open(app, line, PEOPLE);
    await app.get(Workspaces).update(stage.scope, { caps: [{ class: 'promotional', count: 1, days: 1 }] });
    await optOut(0);
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  const optOut = (from: number) =>
    stage.peopleTable.optOut(
      stage.scope,
      stage.people.filter((_, i) => i % 3 === from).map(({ memberId }) => memberId),
    );

  it('does not grow with those who have opted out or have slots, at planning and at leasing', async () => {
    const plans = app.get(PlansRepository);
    const id = await stage.start(HELLO);
    const planned = await plans.rowsGoneThrough(stage.scope, 'with slice as', () => stage.plan(id));
    expect(await stage.totals(id)).toMatchObject({ planned: 1_000, skipped: { opted_out: 500 } });
    await optOut(1);
    const leased = await plans.rowsGoneThrough(stage.scope, 'with open as', () => stage.lease(false));
    expect(planned).toBeLessThan(PER_PERSON * PEOPLE);
    expect(leased).toBeLessThan(PER_PERSON * 500);
  });
});
