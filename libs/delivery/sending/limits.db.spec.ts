import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OptOuts } from '#members';
import { createTestApp, type TestApp } from '#testing';
import { Workspaces } from '#workspaces';
import { DeliveryJobsModule } from '../delivery.module.js';
import { DeliveryStage, HELLO, PeopleModule, PERSONAL } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';

const NIGHT = { from: '21:00', to: '08:00', exempt: ['transactional' as const] };

describe('What leaves', () => {
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

  /** The clock goes on over all stages: each begins at noon of another day. */
  const open = async (friends: number, quietHours: typeof NIGHT | null = null) => {
    const stage = await DeliveryStage.open(app, line, friends, quietHours);
    goTo(stage, '12:00');
    return stage;
  };
  const goTo = ({ scope }: DeliveryStage, time: string) => {
    const day = 24 * 60 * 60_000;
    const [hours, minutes, seconds = 0] = time.split(':').map(Number);
    const local = (scope.clock.now().getTime() + 9 * 60 * 60_000) % day;
    scope.clock.advance((day + (hours! * 3_600 + minutes! * 60 + seconds) * 1_000 - local) % day);
  };
  const received = async () => (await line.received()).size;

  it.each([
    ['multicast', HELLO],
    ['push', PERSONAL],
  ])('by %s waits for the end of quiet hours, but for what is exempt', async (_, messages) => {
    const stage = await open(3, NIGHT);
    goTo(stage, '21:00');
    const promotional = await stage.planned(messages);
    await stage.drain();
    expect(await received()).toBe(0);
    expect(await stage.totals(promotional)).toMatchObject({ planned: 3 });
    const urgent = await stage.planned(messages, { class: 'transactional' });
    await stage.drain();
    expect(await stage.totals(urgent)).toMatchObject({ accepted: 3 });
    expect(await stage.totals(promotional)).toMatchObject({ planned: 3 });
    goTo(stage, '07:59:59');
    await stage.drain();
    expect(await stage.totals(promotional)).toMatchObject({ planned: 3 });
    stage.scope.clock.advance(1_000);
    await stage.drain();
    expect(await stage.totals(promotional)).toMatchObject({ accepted: 3 });
  });

  it('is not begun so late that LINE may execute it in quiet hours', async () => {
    const stage = await open(3, NIGHT);
    goTo(stage, '20:59:58');
    const id = await stage.planned(HELLO);
    await stage.drain();
    expect(await received()).toBe(0);
    goTo(stage, '08:00');
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 3 });
  });

  it('is not repeated in quiet hours either', async () => {
    const stage = await open(3, NIGHT);
    goTo(stage, '20:59:50');
    await line.fault({ kind: 'dropped', endpoint: 'multicast', times: 1 });
    const id = await stage.planned(HELLO);
    await stage.drain();
    stage.scope.clock.advance(60 * 60_000);
    await stage.drain();
    expect(await received()).toBe(0);
    goTo(stage, '08:00');
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 3 });
    expect([...(await line.received()).values()]).toEqual([1, 1, 1]);
  });

  it('keeps to the hours of its own send', async () => {
    const stage = await open(3);
    const id = await stage.planned(HELLO, { window: { from: '18:00', to: '20:00' } });
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ planned: 3 });
    goTo(stage, '18:00');
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 3 });
  });

  it.each([
    ['multicast', HELLO],
    ['push', PERSONAL],
  ])('by %s reaches nobody who has opted out of its purpose, as of the moment of the request', async (_, messages) => {
    const stage = await open(4);
    const wish = async (member: string, purpose: 'promotional' | 'triggered') =>
      app.get(OptOuts).optOut(stage.scope, member, purpose, { source: 'spec' });
    await wish('m1', 'promotional');
    await wish('m2', 'triggered');
    const id = await stage.planned(messages);
    expect(await stage.totals(id)).toMatchObject({ planned: 3, skipped: { opted_out: 1 } });
    await wish('m3', 'promotional');
    await stage.drainToTheEnd(id);
    expect(await stage.totals(id)).toMatchObject({ accepted: 2, skipped: { opted_out: 2 } });
    expect((await stage.outcomes(id, { state: 'accepted' })).map(({ externalId }) => externalId)).toEqual(['m2', 'm4']);
  });

  it('stays under the ceiling of the day, and goes on the day after', async () => {
    const stage = await open(1_200);
    await app.get(Workspaces).update(stage.scope, { ceilings: { day: { messages: 700 } } });
    const id = await stage.planned(HELLO);
    for (let turn = 0; turn < 3; turn++) await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 500, planned: 700 });
    expect(await stage.state(id)).toBe('sending');
    goTo(stage, '00:00');
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 1_200 });
  });

  it('does not count what LINE has refused or did not get', async () => {
    const stage = await open(10);
    await app.get(Workspaces).update(stage.scope, { ceilings: { day: { messages: 10 } } });
    await line.fault({ kind: '429-rate', endpoint: 'multicast', times: 2 });
    const id = await stage.planned(HELLO);
    await stage.drainToTheEnd(id);
    expect(await stage.totals(id)).toMatchObject({ accepted: 10 });
  });
});
