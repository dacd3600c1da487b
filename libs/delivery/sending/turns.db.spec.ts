import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import { DeliveryStage, HELLO, PeopleModule } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';
import { Waking } from './waking.service.js';

describe('turns', () => {
  let line: EmulatedLine;
  let app: TestApp;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000, databasePoolSize: 20 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  const open = (friends: number) => DeliveryStage.open(app, line, friends);

  it('serves transactional before triggered before promotional, and sends of a class by turns', async () => {
    const stage = await open(1_000);
    const promotional = [await stage.planned(HELLO), await stage.planned(HELLO)];
    const triggered = await stage.planned(HELLO, { class: 'triggered' });
    const urgent = await stage.planned(HELLO, { class: 'transactional' });
    const order: string[] = [];
    let after: string | undefined;
    for (let i = 0; i < 8; i++) {
      const [page] = await stage.lease(false, after);
      after = page!.sendId;
      order.push(page!.sendId);
    }
    const [a, b] = promotional;
    expect(order).toEqual([urgent, urgent, triggered, triggered, a, b, a, b]);
  });

  it('is woken for what is due, and for nothing else', async () => {
    const stage = await open(10);
    const id = await stage.planned(HELLO);
    await drainJobs(app.nest);
    await line.reset();
    await line.addFriends(stage.people.map(({ userId }) => userId));
    const second = await stage.planned(HELLO);
    await line.fault({ kind: 'before500', endpoint: 'multicast', times: 1 });
    await drainJobs(app.nest);
    const waking = app.get(Waking);
    await waking.sweep();
    expect(await drainJobs(app.nest)).toEqual([]);
    stage.scope.clock.advance(60_000);
    await waking.sweep();
    await waking.sweep();
    expect(await drainJobs(app.nest)).toMatchObject([{ job: 'delivery.drain', outcome: 'done' }]);
    expect([await stage.state(id), await stage.state(second)]).toEqual(['sent', 'sent']);
    expect([...(await line.received()).values()]).toEqual(Array(10).fill(1));
  });

  describe('by a clock that is turned back an hour', () => {
    const FIRST_HELD = { split: { firstPercent: 0 } };
    it.each<[string, (stage: DeliveryStage) => Promise<string>]>([
      ['planned', (stage) => stage.planned(HELLO)],
      [
        'resumed',
        async (stage) => {
          const id = await stage.planned(HELLO);
          await stage.sends.pause(stage.scope, id);
          await stage.sends.resume(stage.scope, id);
          return id;
        },
      ],
      [
        'released',
        async (stage) => {
          const id = await stage.planned(HELLO, FIRST_HELD);
          expect(await stage.sends.release(stage.scope, id)).toBe(true);
          return id;
        },
      ],
    ])('send what was %s before', async (_, prepare) => {
      const stage = await open(10);
      const id = await prepare(stage);
      stage.scope.clock.advance(-3_600_000);
      await app.get(Waking).sweep();
      await drainJobs(app.nest);
      expect(await stage.state(id)).toBe('sent');
      expect([...(await line.received()).values()]).toEqual(Array(10).fill(1));
    });

    it('wait for what was put off on purpose', async () => {
      const stage = await open(10);
      const id = await stage.planned(HELLO);
      await line.fault({ kind: 'before500', endpoint: 'multicast', times: 1 });
      await stage.drain();
      stage.scope.clock.advance(-3_600_000);
      await stage.drain();
      expect(await stage.state(id)).toBe('sending');
      stage.scope.clock.advance(3_660_000);
      await stage.drain();
      expect(await stage.state(id)).toBe('sent');
    });
  });

  it('goes on at once with what came in while the channel was busy', async () => {
    const stage = await open(10);
    const first = await stage.start(HELLO);
    const second = await stage.start(HELLO, { class: 'transactional' });
    await drainJobs(app.nest);
    expect([await stage.state(first), await stage.state(second)]).toEqual(['sent', 'sent']);
    expect([...(await line.received()).values()]).toEqual(Array(10).fill(2));
  });
});
