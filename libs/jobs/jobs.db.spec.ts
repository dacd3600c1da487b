import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Database, sql } from '#database';
import { AppError } from '#kernel';
import { createTestDatabase, drainJobs, testScope, type TestDatabase } from '#testing';
import { RetryAfter } from './declarations/retry-after.js';
import { JobFigures } from './job-figures.js';
import { Jobs } from './jobs.js';
import { call, Errands, write, written } from './testing/errands.js';
import { ErrandsApp } from './testing/errands-app.js';
import { JobRunner } from './running/job-runner.js';
import { NotesRepository } from './testing/notes.repository.js';

const SECOND = 1_000;
const HOUR = 3_600_000;

describe('Jobs', () => {
  let files: TestDatabase;
  let app: TestingModule;
  let db: Database;
  let jobs: Jobs;
  let errands: Errands;
  let notes: NotesRepository;
  const scope = testScope();
  const other = testScope({ clock: scope.clock });
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
    await notes.addWorkspace(other);
  });

  afterAll(async () => {
    await app.close();
    await files.drop();
  });

  const everyone = [scope, other, null];
  const rows = async () => {
    const found = await Promise.all(
      everyone.map((owner) => db.query<OutboxState>(owner, sql`select *, due_at as "dueAt" from outbox`)),
    );
    return found.flat();
  };

  const enqueueFailing = async (error: Error) => {
    errands.during = () => Promise.reject(error);
    await jobs.enqueue(scope, write, { workspaceId, note: 'failing' });
  };

  beforeEach(async () => {
    errands.during = () => undefined;
    for (const owner of everyone) await db.execute(owner, sql`delete from outbox`);
  });

  describe('enqueued', () => {
    it('run once', async () => {
      await jobs.enqueue(scope, write, { workspaceId, note: 'once' });
      expect(await drainJobs(app)).toMatchObject([{ job: 'errands.write', outcome: 'done' }]);
      expect(await drainJobs(app)).toEqual([]);
      expect(await notes.all(scope)).toContain('once');
    });

    it('exist only if what enqueued them commits', async () => {
      const work = db.transaction(scope, async () => {
        await jobs.enqueue(scope, write, { workspaceId, note: 'never' });
        throw new Error('no');
      });
      await expect(work).rejects.toThrow('no');
      expect(await drainJobs(app)).toEqual([]);
    });

    it('wait until they are due', async () => {
      const dueAt = new Date(scope.clock.now().getTime() + 60 * SECOND);
      await jobs.enqueue(scope, write, { workspaceId, note: 'later' }, { dueAt });
      scope.clock.advance(59 * SECOND);
      expect(await drainJobs(app)).toEqual([]);
      scope.clock.advance(SECOND);
      expect(await drainJobs(app)).toHaveLength(1);
    });

    it('run oldest first, with what they enqueue themselves after them', async () => {
      errands.during = async (note) => {
        if (note === 'first') await jobs.enqueue(scope, write, { workspaceId, note: 'third' });
      };
      await jobs.enqueue(scope, write, { workspaceId, note: 'first' });
      await jobs.enqueue(scope, write, { workspaceId, note: 'second' });
      await drainJobs(app);
      expect((await notes.all(scope)).slice(-3)).toEqual(['first', 'second', 'third']);
    });

    it('may belong to no workspace', async () => {
      await jobs.enqueue(null, write, { note: 'nobody' });
      expect(await drainJobs(app)).toMatchObject([{ outcome: 'done' }]);
    });

    it('are refused with a field that is not declared, with a wrong one, or for another workspace', async () => {
      const tooMuch = { workspaceId, note: 'x', name: '山田' };
      await expect(jobs.enqueue(scope, write, tooMuch)).rejects.toThrow(AppError);
      await expect(jobs.announce(scope, written, tooMuch)).rejects.toThrow(AppError);
      await expect(jobs.enqueue(scope, write, { workspaceId, note: 7 as never })).rejects.toThrow(AppError);
      await expect(jobs.enqueue(other, write, { workspaceId, note: 'x' })).rejects.toThrow('another workspace');
      expect(await rows()).toEqual([]);
    });

    it('are seen by nobody of another workspace', async () => {
      await jobs.enqueue(scope, write, { workspaceId, note: 'mine' });
      expect(await db.query(other, sql`select * from outbox`)).toEqual([]);
      expect(await db.query(null, sql`select * from outbox`)).toEqual([]);
    });
  });

  describe('that fail', () => {
    const drain = () => drainJobs(app, { failures: 'allow' });

    it('leave no effect and come back later and later, until they are parked', async () => {
      await enqueueFailing(new Error('Yamada Hanako could not be reached'));
      expect(await drain()).toMatchObject([{ outcome: 'later' }]);
      const [row] = await rows();
      expect(row!.dueAt.getTime() - scope.clock.now().getTime()).toBe(SECOND / 2);
      scope.clock.advance(SECOND / 2);
      expect(await drain()).toMatchObject([{ outcome: 'later' }]);
      scope.clock.advance(SECOND);
      expect(await drain()).toMatchObject([{ outcome: 'parked' }]);
      scope.clock.advance(1e9);
      expect(await drain()).toEqual([]);
      expect(await notes.all(scope)).not.toContain('failing');
      expect(await rows()).toMatchObject([{ attempts: 3, lease_until: null, parked_at: expect.any(Date) }]);
    });

    it('keep what went wrong and where, but nothing personal', async () => {
      await enqueueFailing(Object.assign(new TypeError('Yamada Hanako'), { code: '22P02' }));
      await drain();
      const [row] = await rows();
      expect(row?.error).toMatch(/^TypeError 22P02 at libs\/jobs\/jobs\.db\.spec\.ts:\d+$/);
    });

    it('are parked at once when they are refused, can be seen and run again', async () => {
      await enqueueFailing(new AppError('errands.no_pen', 409, 'There is no pen.'));
      expect(await drain()).toMatchObject([{ outcome: 'parked' }]);
      const [parked] = await jobs.parked(scope);
      expect(parked).toMatchObject({ job: 'errands.write', attempts: 1, error: 'errands.no_pen: There is no pen.' });
      expect(await jobs.parked(other)).toEqual([]);
      await expect(jobs.rerun(other, parked!.id)).rejects.toThrow(AppError);
      await expect(jobs.rerun(scope, 'x')).rejects.toThrow(AppError);

      errands.during = () => undefined;
      await jobs.rerun(scope, parked!.id);
      expect(await drain()).toMatchObject([{ outcome: 'done' }]);
      await expect(jobs.rerun(scope, parked!.id)).rejects.toThrow(AppError);
    });

    it('count no attempt when they ask to run later', async () => {
      await enqueueFailing(new RetryAfter(5 * SECOND, 'LINE asked to slow down'));
      for (let asked = 0; asked < 5; asked++) {
        expect(await drainJobs(app)).toMatchObject([{ outcome: 'later' }]);
        expect(await rows()).toMatchObject([{ attempts: 0, error: 'LINE asked to slow down' }]);
        scope.clock.advance(5 * SECOND);
      }
    });

    it('are counted also when they take their process down each time', async () => {
      await jobs.enqueue(scope, call, { workspaceId, note: 'deadly' });
      await db.execute(scope, sql`update outbox set attempts = 3`);
      expect(await drain()).toMatchObject([{ outcome: 'parked', thrown: { code: 'jobs.died' } }]);
    });

    it('keep nobody else in their lane from running', async () => {
      await enqueueFailing(new Error('poison'));
      await drain();
      errands.during = () => undefined;
      await jobs.enqueue(scope, write, { workspaceId, note: 'healthy' });
      expect(await drain()).toMatchObject([{ outcome: 'done' }]);
    });

    it('make drainJobs throw with what they threw', async () => {
      const poison = new Error('poison');
      await enqueueFailing(poison);
      await expect(drainJobs(app)).rejects.toMatchObject({ message: 'errands.write failed.', cause: poison });
    });

    it('are parked when what is stored is not their payload any more', async () => {
      await jobs.enqueue(scope, write, { workspaceId, note: 'old' });
      await db.execute(scope, sql`update outbox set payload = '{"old": true}'`);
      expect(await drain()).toMatchObject([{ outcome: 'parked', thrown: { code: 'request.invalid' } }]);
    });

    it('wait for a newer worker when nobody here handles them', async () => {
      await jobs.enqueue(scope, write, { workspaceId, note: 'new' });
      await db.execute(scope, sql`update outbox set job = 'errands.of_tomorrow'`);
      expect(await drain()).toMatchObject([{ outcome: 'later' }]);
    });
  });

  describe('as facts', () => {
    it('reach each subscriber in a row of its own, which fails alone', async () => {
      errands.during = () => Promise.reject(new Error('cannot read'));
      await jobs.announce(scope, written, { workspaceId, note: 'news' });
      const ran = await drainJobs(app, { failures: 'allow' });
      expect(ran.map(({ job, outcome }) => [job, outcome])).toEqual([
        ['errands.written', 'done'],
        ['errands.written:file', 'done'],
        ['errands.written:read', 'later'],
      ]);
      expect(await notes.all(scope, 'file')).toEqual(['news']);
    });

    it('are understood where a newer version says more than is known here; a job that says more is not', async () => {
      const more = sql`update outbox set payload = payload || '{"ofTomorrow": {"a": 1}}'`;
      await jobs.announce(scope, written, { workspaceId, note: 'ahead' });
      await db.execute(scope, more);
      expect((await drainJobs(app)).map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
      expect(await notes.all(scope, 'file')).toContain('ahead');
      await jobs.enqueue(scope, write, { workspaceId, note: 'ahead' });
      await db.execute(scope, more);
      expect(await drainJobs(app, { failures: 'allow' })).toMatchObject([{ thrown: { code: 'request.invalid' } }]);
    });
  });

  describe('whose clock is turned back an hour', () => {
    const turnBack = () => scope.clock.advance(-HOUR);

    it('run at once where they were due at once, as do facts', async () => {
      await jobs.enqueue(scope, write, { workspaceId, note: 'turned' });
      await jobs.announce(scope, written, { workspaceId, note: 'turned' });
      turnBack();
      const ran = await drainJobs(app);
      expect(ran.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
    });

    it('are claimed by who is woken for them, whatever its clock says', async () => {
      await jobs.enqueue(scope, write, { workspaceId, note: 'woken' });
      const [{ id }] = (await rows()) as [OutboxState];
      turnBack();
      expect(await app.get(JobRunner).run(id)).toMatchObject({ outcome: 'done' });
    });

    it('wait as long as they were to, from then on', async () => {
      await enqueueFailing(new RetryAfter(5 * SECOND));
      await drainJobs(app);
      errands.during = () => undefined;
      turnBack();
      expect(await drainJobs(app)).toEqual([]);
      scope.clock.advance(5 * SECOND);
      expect(await drainJobs(app)).toMatchObject([{ outcome: 'done' }]);
    });

    it('wait for the moment that they were to wait for', async () => {
      const dueAt = new Date(scope.clock.now().getTime() + SECOND);
      await jobs.enqueue(scope, write, { workspaceId, note: 'moment' }, { dueAt });
      turnBack();
      scope.clock.advance(HOUR);
      expect(await drainJobs(app)).toEqual([]);
      scope.clock.advance(SECOND);
      expect(await drainJobs(app)).toHaveLength(1);
    });

    it('come by their interval where they are schedules, and at their time of day', async () => {
      await drainJobs(app, { schedules: true });
      scope.clock.advance(2 * SECOND);
      await drainJobs(app);
      const daily = async () => (await rows()).find(({ job }) => job === 'errands.morning')!.dueAt;
      const morning = await daily();
      turnBack();
      await drainJobs(app);
      scope.clock.advance(SECOND);
      expect(await drainJobs(app)).toMatchObject([{ job: 'errands.tick', outcome: 'done' }]);
      expect(await daily()).toEqual(morning);
    });
  });

  it('are counted lane by lane', async () => {
    await jobs.enqueue(scope, write, { workspaceId, note: 'counted' });
    await jobs.enqueue(other, write, { workspaceId: other.workspaceId, note: 'counted' });
    scope.clock.advance(3 * SECOND);
    const { lanes } = await app.get(JobFigures).read();
    expect(lanes).toContainEqual({ lane: 'journeys', due: 2, later: 0, parked: 0, oldestDueMs: 3 * SECOND });
    expect(lanes).toContainEqual({ lane: 'bulk', due: 0, later: 0, parked: 0, oldestDueMs: 0 });
  });
});

interface OutboxState {
  id: string;
  job: string;
  attempts: number;
  error: string;
  dueAt: Date;
  lease_until: Date | null;
  parked_at: Date | null;
}
