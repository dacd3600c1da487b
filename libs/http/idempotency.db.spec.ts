import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestApp, TEST_ADMIN_KEY, type TestApp } from '#testing';
import { NotesController, NotesModule } from './testing/notes.controller.js';

describe('Idempotency-Key', () => {
  let app: TestApp;
  let owner: pg.Client;
  let number = 0;

  beforeAll(async () => {
    app = await createTestApp({ imports: [NotesModule] });
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  afterEach(() => {
    NotesController.meanwhile = async () => undefined;
  });

  const newKey = () => `key-${++number}`;
  const post = (key: string, body: unknown = { id: key }, as?: string) =>
    app.request('POST', '/v1/notes', { body, key: as, headers: { 'idempotency-key': key } });
  const effects = async (subject: string) =>
    (await owner.query('select from audit_entries where action = $1 and subject = $2', ['notes.created', subject]))
      .rowCount;

  it('gives the same answer to the same request, and does it once', async () => {
    const key = newKey();
    const first = await post(key);
    const second = await post(key);
    expect(first.status).toBe(201);
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(await effects(key)).toBe(1);
  });

  it('refuses the key for another body', async () => {
    const key = newKey();
    await post(key);
    expect(await post(key, { id: 'other' })).toMatchObject({
      status: 409,
      body: { code: 'http.idempotency_key_reused' },
    });
    expect(await effects('other')).toBe(0);
  });

  it('runs one of many parallel requests, the others get its answer', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(key)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(await effects(key)).toBe(1);
  });

  it('waits for the same request in another process, and takes over where that fails', async () => {
    const key = newKey();
    await owner.query('begin');
    await owner.query(
      `insert into idempotency_keys (workspace_id, route, key, body_hash, created_at)
       values ($1, 'POST /v1/notes', $2, 'x', now())`,
      [app.scope.workspaceId, key],
    );
    const waiting = post(key);
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await owner.query(waits)).rowCount === 0);
    expect(await effects(key)).toBe(0);
    await owner.query('rollback');
    expect((await waiting).status).toBe(201);
    expect(await effects(key)).toBe(1);
  });

  it('lets a repaired request use its key again', async () => {
    const key = newKey();
    NotesController.meanwhile = () => Promise.reject(new Error('no'));
    expect((await post(key)).status).toBe(500);
    expect(await effects(key)).toBe(0);
    NotesController.meanwhile = async () => undefined;
    expect((await post(key, { id: 5 })).status).toBe(400);
    expect((await post(key)).status).toBe(201);
    expect(await effects(key)).toBe(1);
  });

  it('leaves nothing of a request whose connection dies in the middle, so that its repetition does it once', async () => {
    const key = newKey();
    NotesController.meanwhile = async () => {
      await owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and usename = 'tsunagi_test' and state = 'idle in transaction'`,
      );
    };
    expect((await post(key)).status).toBeGreaterThanOrEqual(500);
    NotesController.meanwhile = async () => undefined;
    expect(await effects(key)).toBe(0);
    expect((await post(key)).status).toBe(201);
    expect(await effects(key)).toBe(1);
  });

  it('keeps the keys of workspaces apart', async () => {
    const key = newKey();
    const other = await app.workspace();
    const [mine, theirs] = [await post(key), await post(key, { id: key }, other.key)];
    expect(mine.body.secret).not.toBe(theirs.body.secret);
  });

  it('forgets after a day', async () => {
    const key = newKey();
    const first = await post(key);
    app.scope.clock.advance(24 * 3600 * 1000 + 1);
    const second = await post(key, { id: 'tomorrow' });
    expect(second.status).toBe(201);
    expect(second.body).not.toEqual(first.body);
    const kept = await owner.query('select from idempotency_keys where workspace_id = $1', [app.scope.workspaceId]);
    expect(kept.rowCount).toBe(1);
  });

  it('stores no answer in plain text', async () => {
    const key = newKey();
    const { body } = await post(key);
    const { rows } = await owner.query('select response from idempotency_keys where key = $1', [key]);
    expect(rows[0].response.toString('latin1')).not.toContain('shown once');
    expect(body.secret).toContain('shown once');
  });

  it.each(['a b', 'x'.repeat(256), 'ä'])('refuses %j as a key', async (key) => {
    expect(await post(key)).toMatchObject({ status: 400, body: { code: 'http.idempotency_key_invalid' } });
  });

  it('makes one workspace however often the request is sent', async () => {
    const create = (name: string) =>
      app.request('POST', '/v1/workspaces', {
        key: TEST_ADMIN_KEY,
        body: { name },
        headers: { 'idempotency-key': 'shop' },
      });
    const answers = await Promise.all([create('Shop'), create('Shop'), create('Shop')]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.apiKey)).size).toBe(1);
    expect((await create('Another')).status).toBe(409);
    expect((await app.request('GET', '/v1/workspace', { key: answers[0].body.apiKey })).body.name).toBe('Shop');
  });
});
