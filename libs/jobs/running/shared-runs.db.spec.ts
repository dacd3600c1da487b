import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { Database, sql } from '#database';
import { createTestDatabase, drainJobs, testScope, type TestDatabase } from '#testing';
import { Jobs } from '../jobs.js';
import { Errands, rumoured } from '../testing/errands.js';
import { ErrandsApp } from '../testing/errands-app.js';
import { NotesRepository } from '../testing/notes.repository.js';
import { JobRunner } from './job-runner.js';
import { SharedRuns } from './shared-runs.js';

const SECOND = 1_000;

describe('Rows that may share a run', () => {
  let files: TestDatabase;
  let app: TestingModule;
  let db: Database;
  let jobs: Jobs;
  let errands: Errands;
  let notes: NotesRepository;
  let shared: SharedRuns;
  const scope = testScope();
  const other = testScope({ clock: scope.clock });

  beforeAll(async () => {
    files = await createTestDatabase();
    const options = { databaseUrl: files.url, prefix: 'spec', work: false, clock: scope.clock, random: () => 0 };
    app = await Test.createTestingModule({ imports: [ErrandsApp.forRoot(options)] }).compile();
    await app.init();
    db = app.get(Database);
    jobs = app.get(Jobs);
    errands = app.get(Errands);
    notes = app.get(NotesRepository);
    shared = app.get(SharedRuns);
    for (const workspace of [scope, other]) await notes.addWorkspace(workspace);
  });

  afterAll(async () => {
    await app.close();
    await files.drop();
  });

  beforeEach(async () => {
    errands.during = () => undefined;
    for (const workspace of [scope, other]) await db.execute(workspace, sql`delete from outbox`);
  });

  const announce = async (rumours: readonly string[], of = scope) => {
    for (const note of rumours) await jobs.announce(of, rumoured, { workspaceId: of.workspaceId, note });
  };
  const rows = (of = scope) =>
    db.query<{ id: string; job: string; attempts: number; payload: { note: string } }>(
      of,
      sql`select id, job, attempts, payload from outbox order by id`,
    );
  const ids = async () => (await rows()).map(({ id }) => id);
  const heard = async (prefix: string, of = scope) => {
    const all = (await notes.all(of, 'spread')).filter((note) => note.startsWith(prefix));
    return all.map((note) => note.split('+'));
  };
  /** Subscribers' rows, one a rumour. */
  const announceOneByOne = async (rumours: readonly string[]) => {
    for (const rumour of rumours) {
      await announce([rumour]);
      await app.get(JobRunner).run((await ids()).at(-1)!);
    }
  };

  it('are told as one, each once', async () => {
    await announce(['a1', 'a2', 'a3']);
    await shared.run('k', await ids());
    expect(await rows()).toMatchObject([{ job: 'errands.rumoured:spread', payload: { note: 'a1+a2+a3' } }]);
    await drainJobs(app);
    expect(await heard('a')).toEqual([['a1', 'a2', 'a3']]);
  });

  it('of two workspaces never share one, whatever their wake-up says', async () => {
    await announce(['b1', 'b2']);
    await announce(['b3', 'b4'], other);
    await shared.run(
      'k',
      [...(await rows()), ...(await rows(other))].map(({ id }) => id),
    );
    await drainJobs(app);
    expect([await heard('b'), await heard('b', other)]).toEqual([[['b1', 'b2']], [['b3', 'b4']]]);
  });

  it('of which one fails are run one by one: it alone comes again, and once more alone', async () => {
    await announceOneByOne(['c1', 'c2', 'c3']);
    errands.during = (note) => {
      if (note.includes('c2')) throw new Error('too shocking');
    };
    await shared.run('k', await ids());
    expect(await heard('c')).toEqual([['c1'], ['c3']]);
    expect(await rows()).toMatchObject([{ attempts: 1, payload: { note: 'c2' } }]);
    await announceOneByOne(['c4', 'c5']);
    scope.clock.advance(SECOND);
    await shared.run('k', await ids());
    expect(await heard('c')).toEqual([['c1'], ['c3'], ['c4', 'c5']]);
    expect(await rows()).toMatchObject([{ attempts: 2, payload: { note: 'c2' } }]);
  });

  it('that were given up keep nobody from being told', async () => {
    await announceOneByOne(['d1', 'd2']);
    await db.execute(scope, sql`update outbox set payload = '{"old": true}' where payload ->> 'note' = 'd1'`);
    await shared.run('k', await ids());
    expect(await heard('d')).toEqual([['d2']]);
    expect(await jobs.parked(scope)).toMatchObject([{ job: 'errands.rumoured:spread', payload: { old: true } }]);
  });

  it('that were due together are woken together by the sweeper', async () => {
    await announce(['e1', 'e2']);
    const due = await app.get(JobRunner).due(10);
    expect(due).toHaveLength(2);
    expect(new Set(due.map(({ together }) => together))).toEqual(new Set([`errands.rumoured ${scope.workspaceId}`]));
  });

  it('have their effects exactly once, however their wake-ups overlap', async () => {
    const runner = app.get(JobRunner);
    let story = 0;
    const wakeUps = fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 6 }), { maxLength: 8 });
    const failures = fc.array(fc.nat({ max: 5 }), { maxLength: 3 });
    const property = fc.asyncProperty(wakeUps, failures, async (woken, failing) => {
      const name = `story ${++story} `;
      const rumours = [0, 1, 2, 3, 4, 5].map((n) => `${name}${n}`);
      const left = failing.map((n) => `${name}${n}`);
      errands.during = (note) => {
        const n = left.findIndex((one) => note.split('+').includes(one));
        if (n >= 0) left.splice(n, 1);
        if (n >= 0) throw new Error('for once');
      };
      await announceOneByOne(rumours);
      const all = await ids();
      await Promise.all(
        woken.map((some, n) => {
          const together = [...new Set(some)].map((i) => all[i]!);
          return n % 3 === 2 ? runner.run(together[0]!) : shared.run(`key ${n % 2}`, together);
        }),
      );
      for (let retries = 0; retries < 4; retries++) {
        await drainJobs(app, { failures: 'allow' });
        scope.clock.advance(10 * SECOND);
      }
      expect((await heard(name)).flat().sort()).toEqual(rumours);
    });
    await fc.assert(property, { seed: 20_261_130, numRuns: 15 });
  }, 60_000);
});
