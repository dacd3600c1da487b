import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { Database, sql } from '#database';
import { AppError } from '#kernel';
import { createTestDatabase, drainJobs, testScope, type TestDatabase } from '#testing';
import { Jobs } from '../jobs.js';
import { call, Errands, write, writeAlone } from '../testing/errands.js';
import { ErrandsApp } from '../testing/errands-app.js';
import { NotesRepository } from '../testing/notes.repository.js';
import { JobRunner } from './job-runner.js';

const SECOND = 1_000;

describe('Rows', () => {
  let files: TestDatabase;
  let app: TestingModule;
  let db: Database;
  let jobs: Jobs;
  let errands: Errands;
  let notes: NotesRepository;
  const scope = testScope();
  const { workspaceId } = scope;

  beforeAll(async () => {
    files = await createTestDatabase();
    const options = { databaseUrl: files.url, prefix: 'spec', work: false, clock: scope.clock, random: () => 0 };
    app = await Test.createTestingModule({ imports: [ErrandsApp.forRoot(options)] }).compile();
    await app.init();
    db = app.get(Database);
    jobs = app.get(Jobs);
    errands = app.get(Errands);
    notes = app.get(NotesRepository);
    await notes.addWorkspace(scope);
  });

  afterAll(async () => {
    await app.close();
    await files.drop();
  });

  beforeEach(async () => {
    errands.during = () => undefined;
    for (const owner of [scope, null]) await db.execute(owner, sql`delete from outbox`);
  });

  describe('woken', () => {
    const ids = async () => {
      const rows = await db.query<{ id: string }>(scope, sql`select id from outbox order by id`);
      return rows.map(({ id }) => id);
    };

    it('have their effects exactly once, whatever becomes of their wake-ups', async () => {
      const runner = app.get(JobRunner);
      let story = 0;
      const wakeUps = fc.array(fc.nat({ max: 5 }), { maxLength: 30 });
      const failures = fc.array(fc.nat({ max: 5 }), { maxLength: 3 });
      const kinds = [write, call, writeAlone];
      const property = fc.asyncProperty(wakeUps, failures, fc.nat({ max: 2 }), async (woken, failing, kind) => {
        const name = `story ${++story} `;
        const left = failing.map((index) => `${name}${index}`);
        errands.during = (note) => {
          const index = left.indexOf(note);
          if (index >= 0) left.splice(index, 1);
          if (index >= 0) throw new Error('for once');
        };
        for (let index = 0; index < 6; index++)
          await jobs.enqueue(scope, kinds[kind]!, { workspaceId, note: `${name}${index}` });
        const all = await ids();
        await Promise.all(woken.map((index) => runner.run(all[index]!)));
        for (let retries = 0; retries < 4; retries++) {
          await drainJobs(app, { failures: 'allow' });
          scope.clock.advance(10 * SECOND);
        }
        const done = (await notes.all(scope)).filter((note) => note.startsWith(name)).sort();
        expect(done).toEqual([0, 1, 2, 3, 4, 5].map((index) => `${name}${index}`));
      });
      await fc.assert(property, { seed: 20_261_120, numRuns: 25 });
    }, 60_000);

    it('never run at the same time as another one with the same key, and run all', async () => {
      const runner = app.get(JobRunner);
      let running = 0;
      let most = 0;
      errands.during = async () => {
        most = Math.max(most, ++running);
        await db.query(scope, sql`select pg_sleep(0.02)`);
        running--;
      };
      for (let index = 0; index < 8; index++)
        await jobs.enqueue(scope, writeAlone, { workspaceId, note: `pen ${index}` });
      const all = await ids();
      await Promise.all([...all, ...all].map((id) => runner.run(id)));
      await drainJobs(app);
      expect(most).toBe(1);
      expect((await notes.all(scope, 'write_alone')).filter((note) => note.startsWith('pen'))).toHaveLength(8);
    });

    it('before they are due do nothing', async () => {
      const dueAt = new Date(scope.clock.now().getTime() + SECOND);
      await jobs.enqueue(scope, write, { workspaceId, note: 'early' }, { dueAt });
      const [id] = await ids();
      expect(await app.get(JobRunner).run(id!)).toBeUndefined();
      expect(await app.get(JobRunner).run('999999999')).toBeUndefined();
    });
  });

  describe('on a schedule', () => {
    const count = async () => {
      const ran = await drainJobs(app, { failures: 'allow', schedules: true });
      return ran.filter(({ job }) => job === 'errands.morning').map(({ outcome }) => outcome);
    };

    it('run once each time it comes round, and once for what was missed', async () => {
      scope.clock.set('2026-04-20T07:59:00+09:00');
      expect(await count()).toEqual([]);
      scope.clock.advance(60 * SECOND);
      expect(await count()).toEqual(['done']);
      expect(await count()).toEqual([]);
      scope.clock.set('2026-04-25T12:00:00+09:00');
      expect(await count()).toEqual(['done']);
      const next = await db.query(null, sql`select due_at from outbox where job = 'errands.morning'`);
      expect(next).toEqual([{ due_at: new Date('2026-04-26T08:00:00+09:00') }]);
    });

    it('try again when they fail, and go on with the next occurrence when they are refused', async () => {
      scope.clock.set('2026-05-01T07:00:00+09:00');
      await count();
      errands.during = (note) => {
        if (note === 'morning') throw new Error('overslept');
      };
      scope.clock.set('2026-05-01T08:00:00+09:00');
      expect(await count()).toEqual(['later']);
      errands.during = (note) => {
        if (note === 'morning') throw new AppError('errands.holiday', 409, 'Not today.');
      };
      scope.clock.advance(SECOND);
      expect(await count()).toEqual(['parked']);
      errands.during = () => undefined;
      scope.clock.set('2026-05-02T08:00:00+09:00');
      expect(await count()).toEqual(['done']);
    });
  });
});
