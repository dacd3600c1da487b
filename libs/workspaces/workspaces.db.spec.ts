import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database } from '#database';
import { createTestApp, TEST_ADMIN_KEY, type TestApp, type TestWorkspace } from '#testing';
import { Scopes } from './scopes.js';
import { Workspaces } from './workspaces.service.js';

describe('workspaces', () => {
  let app: TestApp;
  let owner: pg.Client;

  beforeAll(async () => {
    app = await createTestApp();
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  const patch = (body: unknown, of: TestWorkspace = app) =>
    app.request('PATCH', '/v1/workspace', { body, key: of.key });

  it('show their settings', async () => {
    const { status, body } = await app.request('GET', '/v1/workspace');
    expect(status).toBe(200);
    expect(body).toEqual({
      id: app.scope.workspaceId,
      name: 'Test',
      timeZone: 'Asia/Tokyo',
      currency: 'JPY',
      quietHours: { from: '21:00', to: '08:00', exempt: ['transactional'] },
      caps: [],
      approvalAbove: null,
      ceilings: null,
    });
  });

  it('are made with the admin key, and their first key opens everything', async () => {
    const { status, body } = await app.request('POST', '/v1/workspaces', {
      key: TEST_ADMIN_KEY,
      body: { name: 'New', currency: 'USD' },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      apiKey: expect.stringMatching(/^tsu_[\w-]{43}$/),
    });
    const shown = await app.request('GET', '/v1/workspace', { key: body.apiKey });
    expect(shown.body).toMatchObject({ id: body.id, name: 'New', timeZone: 'Asia/Tokyo', currency: 'USD' });
    expect((await app.request('GET', '/v1/api-keys', { key: body.apiKey })).body.items).toMatchObject([
      { permits: ['*'] },
    ]);
    expect((await app.request('POST', '/v1/workspaces', { body: { name: 'New' } })).status).toBe(401);
  });

  it('change what is given and leave the rest', async () => {
    const workspace = await app.workspace({ name: 'Before' });
    const quietHours = { from: '22:30', to: '07:00' };
    const caps = [{ class: 'promotional', count: 2, days: 7 }];
    const changed = await patch({ name: '新しい店', timeZone: 'America/New_York', quietHours, caps }, workspace);
    const expected = {
      name: '新しい店',
      timeZone: 'America/New_York',
      quietHours: { ...quietHours, exempt: [] },
      caps,
      currency: 'JPY',
    };
    expect(changed).toMatchObject({ status: 200, body: expected });
    expect((await patch({ quietHours: null, currency: 'KWD' }, workspace)).body).toMatchObject({
      quietHours: null,
      currency: 'KWD',
      caps,
    });
    const shown = await app.request('GET', '/v1/workspace', { key: workspace.key });
    expect(shown.body).toMatchObject({ name: '新しい店', quietHours: null, currency: 'KWD', caps });
    expect((await app.request('GET', '/v1/workspace')).body.name).toBe('Test');
  });

  it.each([
    [{ name: '' }, '/name'],
    [{ name: null }, '/name'],
    [{ name: 'x\0' }, '/name'],
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ timeZone: '+09:00' }, '/timeZone'],
    [{ currency: 'yen' }, '/currency'],
    [{ currency: 5 }, '/currency'],
    [{ quietHours: {} }, '/quietHours/from'],
    [{ quietHours: { from: '24:00', to: '08:00' } }, '/quietHours/from'],
    [{ quietHours: { from: '08:00', to: '08:00' } }, '/quietHours/to'],
    [{ quietHours: { from: '21:00', to: '08:00', exempt: ['promotional'] } }, '/quietHours/exempt/0'],
    [{ caps: {} }, '/caps'],
    [{ caps: [{ class: 'spam', count: 1, days: 1 }] }, '/caps/0/class'],
    [{ caps: [{ class: 'promotional', count: 1.5, days: 1 }] }, '/caps/0/count'],
    [{ caps: [{ class: 'promotional', count: 1, days: 0 }] }, '/caps/0/days'],
    [{ ceilings: {} }, '/ceilings'],
    [{ ceilings: { day: {} } }, '/ceilings/day'],
    [{ ceilings: { week: { messages: 1 } } }, '/ceilings/week'],
    [{ ceilings: { day: { messages: -1 } } }, '/ceilings/day/messages'],
    [{ ceilings: { day: { messages: 1.5 } } }, '/ceilings/day/messages'],
    [{ ceilings: { month: { amount: '100' } } }, '/ceilings/month/amount'],
    [{ ceilings: { month: { amount: 0.5 } } }, '/ceilings/month/amount'],
    [{ id: 'x' }, '/id'],
    [JSON.parse('{"__proto__":{"name":"x"}}'), '/__proto__'],
  ])('refuse %j', async (body, path) => {
    expect(await patch(body)).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ path })]) },
    });
  });

  it('have ceilings by day and month, each replaced as a whole, and taken away by null', async () => {
    const workspace = await app.workspace();
    const ceilings = { day: { messages: 0 }, month: { messages: 100_000, amount: 250_000 } };
    expect((await patch({ ceilings }, workspace)).body).toMatchObject({ ceilings, caps: [] });
    await patch({ name: 'Renamed' }, workspace);
    expect((await app.request('GET', '/v1/workspace', { key: workspace.key })).body.ceilings).toEqual(ceilings);
    const other = { month: { amount: 1 } };
    expect((await patch({ ceilings: other }, workspace)).body.ceilings).toEqual(other);
    expect((await patch({ ceilings: null }, workspace)).body.ceilings).toBeNull();
  });

  it('have ceilings for money in yen only', async () => {
    const workspace = await app.workspace({ currency: 'USD' });
    const ceilings = { day: { messages: 5 }, month: { amount: 10 } };
    const refused = await patch({ ceilings }, workspace);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: '/ceilings/month/amount' }] } });
    expect((await patch({ ceilings, currency: 'JPY' }, workspace)).status).toBe(200);
    const back = await patch({ currency: 'USD' }, workspace);
    expect(back).toMatchObject({ status: 400, body: { errors: [{ path: '/currency' }] } });
    expect((await patch({ currency: 'USD', ceilings: null }, workspace)).status).toBe(200);
  });

  it('write down who changed what', async () => {
    const workspace = await app.workspace();
    await patch({ name: 'Renamed' }, workspace);
    const { rows } = await owner.query(
      'select action, actor_kind, details from audit_entries where workspace_id = $1 order by id',
      [workspace.scope.workspaceId],
    );
    expect(rows.at(-1)).toEqual({ action: 'workspaces.updated', actor_kind: 'api-key', details: { name: 'Renamed' } });
    expect(rows.map(({ action }) => action)).toContain('workspaces.created');
  });

  it('give the system their current settings', async () => {
    const workspace = await app.workspace();
    const scopes = app.get(Scopes);
    expect(await scopes.system(workspace.scope.workspaceId)).toMatchObject({
      timeZone: 'Asia/Tokyo',
      actor: { kind: 'system' },
    });
    await patch({ timeZone: 'Europe/Paris' }, workspace);
    expect(await scopes.system(workspace.scope.workspaceId)).toMatchObject({ timeZone: 'Europe/Paris' });
    await expect(scopes.system('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ status: 404 });
  });
});

describe('the currency of a workspace', () => {
  let app: TestApp;
  const withAmounts = new Set<string>();

  beforeAll(async () => {
    app = await createTestApp();
    app.get(Workspaces).registerAmounts(async ({ workspaceId }) => withAmounts.has(workspaceId));
  });

  afterAll(() => app.close());

  const change = (of: TestWorkspace) =>
    app.request('PATCH', '/v1/workspace', { body: { currency: 'USD' }, key: of.key });

  it('is fixed once an amount is stored', async () => {
    const workspace = await app.workspace();
    withAmounts.add(workspace.scope.workspaceId);
    expect(await change(workspace)).toMatchObject({ status: 409, body: { code: 'workspaces.currency_fixed' } });
    expect(
      (await app.request('PATCH', '/v1/workspace', { body: { currency: 'JPY' }, key: workspace.key })).status,
    ).toBe(200);
    expect((await change(await app.workspace())).status).toBe(200);
  });

  it('does not change under those who are storing amounts at this moment', async () => {
    const workspace = await app.workspace();
    const { scope } = workspace;
    const held = Promise.withResolvers<string>();
    const stored = Promise.withResolvers();
    const storing = app.get(Database).transaction(scope, async () => {
      held.resolve(await app.get(Workspaces).holdCurrency(scope));
      await stored.promise;
    });
    expect(await held.promise).toBe('JPY');
    const changing = change(workspace);
    expect(await Promise.race([changing.then(() => 'changed'), somebodyWaits(app)])).toBe('waiting');
    withAmounts.add(scope.workspaceId);
    stored.resolve(undefined);
    await storing;
    expect(await changing).toMatchObject({ status: 409 });
  });
});

/** Resolves when a statement in the database waits for a lock. */
async function somebodyWaits(app: TestApp): Promise<string> {
  const owner = new pg.Client(app.ownerUrl);
  await owner.connect();
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await owner.query(waiting)).rowCount === 0);
  await owner.end();
  return 'waiting';
}
