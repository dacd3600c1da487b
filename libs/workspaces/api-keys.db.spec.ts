import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestApp, type TestApp } from '#testing';

describe('api keys', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  const make = (permits: unknown, key?: string) =>
    app.request('POST', '/v1/api-keys', { body: { name: 'k', permits }, key });

  it('open what their permits name, and are shown once', async () => {
    const { status, body } = await make(['workspaces.read']);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name: 'k',
      permits: ['workspaces.read'],
      createdAt: app.scope.clock.now().toISOString(),
      key: expect.stringMatching(/^tsu_[\w-]{43}$/),
    });
    expect((await app.request('GET', '/v1/workspace', { key: body.key })).status).toBe(200);
    expect((await app.request('GET', '/v1/api-keys', { key: body.key })).status).toBe(403);
    const listed = JSON.stringify((await app.request('GET', '/v1/api-keys')).body);
    expect(listed).toContain(body.id);
    expect(listed).not.toContain('tsu_');
  });

  it('are nowhere in the database', async () => {
    const { body } = await make(['workspaces.read']);
    const owner = new pg.Client(app.ownerUrl);
    await owner.connect();
    const { rows } = await owner.query(
      'select a::text || (select string_agg(e::text, $1) from audit_entries e) as all from api_keys a',
      [''],
    );
    await owner.end();
    expect(JSON.stringify(rows)).not.toContain(body.key.slice(4));
  });

  it('grant no more than the key that asks', async () => {
    const { body: minor } = await make(['workspaces.write_keys', 'workspaces.read']);
    expect((await make(['workspaces.read'], minor.key)).status).toBe(201);
    for (const permit of ['workspaces.write', '*']) {
      expect(await make([permit], minor.key)).toMatchObject({
        status: 403,
        body: { code: 'workspaces.permit_not_held', details: { permit } },
      });
    }
  });

  it.each([
    [[], '/permits'],
    ['workspaces.read', '/permits'],
    [['workspaces.read', 'nothing.such'], '/permits/1'],
    [['workspaces.read', 'workspaces.read'], '/permits'],
    [[5], '/permits/0'],
    [['__proto__'], '/permits/0'],
  ])('are refused the permits %j', async (permits, path) => {
    expect(await make(permits)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  it('end at once, and for good', async () => {
    const { body } = await make(['workspaces.read']);
    expect((await app.request('GET', '/v1/workspace', { key: body.key })).status).toBe(200);
    expect((await app.request('DELETE', `/v1/api-keys/${body.id}`)).status).toBe(204);
    expect((await app.request('GET', '/v1/workspace', { key: body.key })).status).toBe(401);
    expect((await app.request('DELETE', `/v1/api-keys/${body.id}`)).status).toBe(404);
    expect(JSON.stringify((await app.request('GET', '/v1/api-keys')).body)).not.toContain(body.id);
  });

  it('end for another process within five seconds', async () => {
    const { body } = await make(['workspaces.read']);
    const look = async () => (await app.request('GET', '/v1/workspace', { key: body.key })).status;
    expect(await look()).toBe(200);
    const owner = new pg.Client(app.ownerUrl);
    await owner.connect();
    await owner.query('update api_keys set revoked_at = created_at where id = $1', [body.id]);
    await owner.end();
    app.scope.clock.advance(5_000);
    expect(await look()).toBe(401);
  });

  it('of another workspace are not found', async () => {
    const other = await app.workspace();
    const { body } = await make(['workspaces.read']);
    const gone = await app.request('DELETE', `/v1/api-keys/${body.id}`, { key: other.key });
    expect([gone.status, gone.body.code]).toEqual([404, 'api-key.not_found']);
    expect((await app.request('GET', '/v1/workspace', { key: body.key })).status).toBe(200);
    expect((await app.request('GET', '/v1/api-keys', { key: other.key })).body.items).toHaveLength(1);
  });

  it('are listed page by page, each once', async () => {
    const other = await app.workspace();
    for (let i = 0; i < 4; i++) await make(['workspaces.read'], other.key);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await app.request('GET', `/v1/api-keys?limit=2${cursor && `&cursor=${cursor}`}`, {
        key: other.key,
      });
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
    expect((await app.request('GET', '/v1/api-keys?cursor=abc')).body.errors).toEqual([
      { path: '/cursor', detail: 'is not a cursor of this list' },
    ]);
  });
});
