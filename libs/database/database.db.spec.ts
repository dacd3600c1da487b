import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { newId } from '#kernel';
import { createTestDatabase, testScope, type TestDatabase } from '#testing';
import { Database } from './database.js';
import { DatabaseModule } from './database.module.js';
import { prepared } from './prepared.js';
import { sql } from './sql.js';

describe('Database', () => {
  let files: TestDatabase;
  let app: INestApplicationContext;
  let db: Database;
  const a = testScope();
  const b = testScope();

  beforeAll(async () => {
    files = await createTestDatabase();
    app = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ url: files.url, poolSize: 4 })],
    }).compile();
    db = app.get(Database);
    for (const scope of [a, b]) {
      await db.query(
        scope,
        sql`insert into workspaces (id, name, time_zone, currency, created_at)
            values (${scope.workspaceId}, 'w', 'Asia/Tokyo', 'JPY', ${scope.clock.now()})`,
      );
    }
  });

  afterAll(async () => {
    await app.close();
    await files.drop();
  });

  it('shows a transaction the rows of its workspace and of no other', async () => {
    const rows = await db.query<{ id: string }>(a, sql`select id from workspaces`);
    expect(rows).toEqual([{ id: a.workspaceId }]);
  });

  it('shows no tenant row where no workspace is set', async () => {
    expect(await db.query(null, sql`select id from workspaces`)).toEqual([]);
  });

  it('refuses to write a row of another workspace', async () => {
    const insert = sql`insert into segments (workspace_id, id, name, rule, created_at, updated_at)
      values (${b.workspaceId}, ${newId()}, 's', '{}', ${a.clock.now()}, ${a.clock.now()})`;
    await expect(db.query(a, insert)).rejects.toThrow('row-level security');
  });

  it('rolls everything back when the work fails, and runs no hook', async () => {
    let ran = false;
    const work = db.transaction(a, async () => {
      await db.query(a, sql`update workspaces set name = 'changed'`);
      db.afterCommit(async () => {
        ran = true;
      });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await db.query(a, sql`select name from workspaces`)).toEqual([{ name: 'w' }]);
    expect(ran).toBe(false);
  });

  it('keeps nothing of what was asked together when a part of it fails', async () => {
    const together = db.transaction(a, () =>
      Promise.all([
        db.query(a, sql`update workspaces set name = 'changed'`),
        db.query(a, sql`select 1 / 0`),
        db.query(a, sql`update workspaces set name = 'changed later'`),
      ]),
    );
    await expect(together).rejects.toThrow('division by zero');
    expect(await db.query(a, sql`select name from workspaces`)).toEqual([{ name: 'w' }]);
  });

  it('fails what cannot begin, and does not keep its connection', async () => {
    const nobody = { ...a, workspaceId: 'nobody' };
    for (let n = 0; n < 5; n++) await expect(db.query(nobody, sql`select 1`)).rejects.toThrow('uuid');
    expect(await db.query(a, sql`select name from workspaces`)).toEqual([{ name: 'w' }]);
  });

  it('joins an open transaction of the same workspace and refuses one of another', async () => {
    await db.transaction(a, async () => {
      await db.query(a, sql`update workspaces set name = 'inner'`);
      expect(await db.query(a, sql`select name from workspaces`)).toEqual([{ name: 'inner' }]);
      await expect(db.query(b, sql`select 1`)).rejects.toThrow('another workspace');
      await db.query(a, sql`update workspaces set name = 'w'`);
    });
  });

  it('parses a prepared statement once a connection, and shows it each transaction’s own rows', async () => {
    const names = (scope: typeof a, name: string) => {
      return db.query<{ id: string }>(scope, prepared(sql`select id from workspaces where name = ${name}`));
    };
    await db.transaction(a, async () => {
      for (let n = 0; n < 12; n++)
        expect(await names(a, n % 2 ? 'w' : 'x')).toEqual(n % 2 ? [{ id: a.workspaceId }] : []);
      const kept = await db.query<{ runs: number }>(
        a,
        sql`select (generic_plans + custom_plans)::int as runs from pg_prepared_statements where statement like '%where name = $1'`,
      );
      expect(kept).toEqual([{ runs: 12 }]);
    });
    for (let n = 0; n < 12; n++)
      for (const scope of [a, b]) expect(await names(scope, 'w')).toEqual([{ id: scope.workspaceId }]);
    expect(await db.query(null, prepared(sql`select id from workspaces where name = ${'w'}`))).toEqual([]);
  });

  it('gives a named lock to one holder at a time', async () => {
    const outer = await db.withLock('x', async (lock) => {
      expect(lock.held()).toBe(true);
      expect(await db.withLock('x', async () => 'inner')).toBeUndefined();
      expect(await db.withLock('y', async () => 'other')).toBe('other');
      return 'outer';
    });
    expect(outer).toBe('outer');
    expect(await db.withLock('x', async () => 'again')).toBe('again');
  });

  it('isolates every table that belongs to a workspace, for its owner too', async () => {
    const owner = new pg.Client(files.ownerUrl);
    await owner.connect();
    const { rows } = await owner.query<{ name: string; isolated: boolean }>(`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity
             and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'workspace') as isolated
        from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`);
    await owner.end();
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((table) => !table.isolated).map((table) => table.name)).toEqual(['migrations']);
  });
});
