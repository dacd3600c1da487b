import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, TcpProxy, type TestDatabase } from '#testing';
import { call, callAlone, rumoured, write, writeAlone, written } from './testing/errands.js';
import { ErrandsStage } from './testing/errands-stage.js';

/** A killed worker's row runs again within this. */
const RESUMED_WITHIN_MS = 10_000;
/** Of the sweeper, which finds what was not woken. */
const FOUND_WITHIN_MS = 6_000;

/** What a spec may take whose worker is killed. */
const LONG = 60_000;

const queues: [name: string, url: string | undefined][] = [['Postgres', undefined]];
if (process.env.QUEUE_URL) queues.push(['Redis', process.env.QUEUE_URL]);

const describeWithRedis = process.env.QUEUE_URL ? describe : describe.skip;

describeWithRedis('When Redis goes away', () => {
  it(
    'enqueueing goes on, and what was enqueued meanwhile is done within 10 s of its return',
    async () => {
      const database = await createTestDatabase();
      const redis = new URL(process.env.QUEUE_URL!);
      const proxy = await TcpProxy.to(Number(redis.port || 6379), redis.hostname);
      Object.assign(redis, { hostname: '127.0.0.1', port: String(proxy.port) });
      const stage = new ErrandsStage(database, redis.toString());
      try {
        const api = await stage.play(false);
        await api.notes.addWorkspace(stage.scope);
        await stage.play(true);
        const isDone = async (note: string) => (await api.notes.all(stage.scope)).includes(note);
        await api.jobs.enqueue(stage.scope, write, { ...stage.scope, note: 'before' });
        await eventually('the first is done', () => isDone('before'));
        proxy.cut();
        const began = performance.now();
        for (let index = 0; index < 50; index++) {
          await api.jobs.enqueue(stage.scope, write, { ...stage.scope, note: `meanwhile ${index}` });
        }
        expect(performance.now() - began).toBeLessThan(2_000);
        proxy.mend();
        const took = await eventually('the last is done', () => isDone('meanwhile 49'));
        expect(took).toBeLessThan(RESUMED_WITHIN_MS);
      } finally {
        await stage.close();
        await stage.flushQueue();
        await proxy.close();
        await database.drop();
      }
    },
    LONG,
  );
});

describe('Without a queue', () => {
  it(
    'enqueueing goes on, as fast as ever',
    async () => {
      const database = await createTestDatabase();
      const stage = new ErrandsStage(database, 'redis://127.0.0.1:1');
      try {
        const api = await stage.play(false);
        await api.notes.addWorkspace(stage.scope);
        const began = performance.now();
        for (let index = 0; index < 20; index++) {
          await api.jobs.enqueue(stage.scope, write, { ...stage.scope, note: `${index}` });
        }
        expect(performance.now() - began).toBeLessThan(2_000);
      } finally {
        await stage.close();
        await database.drop();
      }
    },
    LONG,
  );
});

describe.each(queues)('Workers with the queue in %s', (_name, queueUrl) => {
  let database: TestDatabase;
  let stage: ErrandsStage;

  beforeEach(async () => {
    database = await createTestDatabase();
    stage = new ErrandsStage(database, queueUrl);
  });

  afterEach(async () => {
    await stage.close();
    await stage.flushQueue();
    await database.drop();
  });

  it(
    'run what another process enqueues, without waiting for a sweep',
    async () => {
      const api = await stage.play(false);
      const worker = await stage.play(true);
      await api.notes.addWorkspace(stage.scope);
      await eventually('the first sweep', () => worker.figures.sweptAt !== undefined);
      await api.jobs.enqueue(stage.scope, write, { ...stage.scope, note: 'now' });
      const took = await eventually('it is written', async () => (await api.notes.all(stage.scope)).includes('now'));
      expect(took).toBeLessThan(1_500);
    },
    LONG,
  );

  it(
    'do everything exactly once though the queue is flushed while they work',
    async () => {
      const api = await stage.play(false);
      await api.notes.addWorkspace(stage.scope);
      const expected: string[] = [];
      for (let index = 0; index < 300; index++) {
        const note = String(index).padStart(3, '0');
        await api.jobs.enqueue(stage.scope, index % 3 ? write : call, { ...stage.scope, note });
        expected.push(note);
      }
      const workers = [await stage.play(true), await stage.play(true)];
      await eventually('some is done', async () => (await api.notes.all(stage.scope)).length > 20);
      await stage.flushQueue();
      await eventually('all is done', async () => (await api.notes.all(stage.scope)).length >= expected.length);
      await Promise.all(workers.map((worker) => worker.close()));
      expect((await api.notes.all(stage.scope)).sort()).toEqual(expected);
    },
    LONG,
  );

  it(
    'run again within 10 s what a killed worker was running, in a transaction or outside of one',
    async () => {
      const api = await stage.play(false);
      await api.notes.addWorkspace(stage.scope);
      const killed = await stage.spawn();
      await api.jobs.enqueue(stage.scope, write, { ...stage.scope, note: 'never mind' });
      await api.jobs.enqueue(stage.scope, callAlone, { ...stage.scope, note: 'never again' });
      await eventually('it is in both', () =>
        /at never mind[^]*at never again|at never again[^]*at never mind/.test(killed.output()),
      );
      await stage.play(true);
      expect(await api.notes.all(stage.scope)).toEqual([]);
      await killed.kill('SIGKILL');
      const took = await eventually('both are done', async () => (await api.notes.all(stage.scope)).length === 2);
      expect(took).toBeLessThan(RESUMED_WITHIN_MS);
    },
    LONG,
  );

  it(
    'finish what they are running when they are told to leave',
    async () => {
      const api = await stage.play(false);
      await api.notes.addWorkspace(stage.scope);
      const leaving = await stage.play(true);
      let finish: () => void = () => undefined;
      const started = new Promise<void>((hasStarted) => {
        leaving.errands.during = (note) => {
          if (note !== 'last') return undefined;
          hasStarted();
          return new Promise<void>((done) => (finish = done));
        };
      });
      await api.jobs.enqueue(stage.scope, call, { ...stage.scope, note: 'last' });
      await started;
      const left = leaving.close();
      finish();
      await left;
      expect(await api.notes.all(stage.scope)).toEqual(['last']);
    },
    LONG,
  );

  it(
    'tell every subscriber of a fact',
    async () => {
      const api = await stage.play(false);
      await api.notes.addWorkspace(stage.scope);
      await stage.play(true);
      await api.jobs.announce(stage.scope, written, { ...stage.scope, note: 'news' });
      await eventually('both know', async () => (await api.notes.all(stage.scope)).length === 2);
      expect((await api.notes.all(stage.scope, 'file')).concat(await api.notes.all(stage.scope, 'read'))).toHaveLength(
        2,
      );
    },
    LONG,
  );

  it(
    'are told once what is announced by the hundred, in far fewer runs',
    async () => {
      const api = await stage.play(false);
      await api.notes.addWorkspace(stage.scope);
      for (let n = 0; n < 2; n++) await stage.play(true);
      const rumours = Array.from({ length: 200 }, (_, n) => String(n).padStart(3, '0'));
      await Promise.all(rumours.map((note) => api.jobs.announce(stage.scope, rumoured, { ...stage.scope, note })));
      const heard = async () => (await api.notes.all(stage.scope, 'spread')).flatMap((note) => note.split('+'));
      const took = await eventually('all is heard', async () => (await heard()).length >= rumours.length);
      expect((await heard()).sort()).toEqual(rumours);
      expect((await api.notes.all(stage.scope, 'spread')).length).toBeLessThan(rumours.length / 2);
      expect(took).toBeLessThan(FOUND_WITHIN_MS);
    },
    LONG,
  );

  it(
    'run rows of one key one at a time, without waiting for sweeps in between',
    async () => {
      const api = await stage.play(false);
      await api.notes.addWorkspace(stage.scope);
      let running = 0;
      let most = 0;
      for (const worker of [await stage.play(true), await stage.play(true)]) {
        worker.errands.during = async (note) => {
          if (!note.startsWith('pen')) return;
          most = Math.max(most, ++running);
          await worker.notes.all(stage.scope);
          running--;
        };
      }
      const jobs = Array.from({ length: 20 }, (_, index) => `pen ${index}`);
      await Promise.all(jobs.map((note) => api.jobs.enqueue(stage.scope, writeAlone, { ...stage.scope, note })));
      const took = await eventually(
        'all are done',
        async () => (await api.notes.all(stage.scope)).length === jobs.length,
      );
      expect(most).toBe(1);
      expect(took).toBeLessThan(FOUND_WITHIN_MS);
    },
    LONG,
  );

  it(
    'run a schedule once per occurrence, whoever of them it is',
    async () => {
      const ticks: number[] = [];
      for (const worker of [await stage.play(true), await stage.play(true)]) {
        worker.errands.during = (note) => note === 'tick' && ticks.push(Math.floor(Date.now() / 1_000));
      }
      await eventually('four ticks', () => ticks.length >= 4);
      expect(new Set(ticks).size).toBe(ticks.length);
    },
    LONG,
  );
});
