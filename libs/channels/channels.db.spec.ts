import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { ChannelsHttpModule, ChannelsJobsModule } from './channels.module.js';
import { Channels } from './channels.service.js';

const good = {
  name: '花屋',
  lineChannelId: '1600000001',
  channelSecret: 'secret-of-the-channel',
  accessToken: 'token-of-the-channel',
  login: { channelId: '1600000002', channelSecret: 'secret-of-the-login' },
  verify: false,
};
const nowhere = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';

describe('/v1/channels', () => {
  let app: TestApp;
  let stranger: TestWorkspace;

  beforeAll(async () => {
    app = await createTestApp({
      imports: [ChannelsHttpModule, ChannelsJobsModule],
      config: { lineApiBaseUrl: 'http://127.0.0.1:1', lineTimeoutMs: 500 },
    });
    stranger = await app.workspace();
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    for (const { scope } of [app, stranger]) await app.get(Database).execute(scope, sql`delete from channels`);
  });

  const create = (body: object = good) => app.request('POST', '/v1/channels', { body });
  const audited = async () => {
    const rows = await app
      .get(Database)
      .query<{ action: string; details: object }>(
        app.scope,
        sql`select action, details from audit_entries order by id`,
      );
    return rows.map(({ action }) => action).filter((action) => action.startsWith('channels.'));
  };

  it('shows what was given, and no secret', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name: '花屋',
      lineChannelId: '1600000001',
      login: { channelId: '1600000002' },
      botUserId: null,
      webhookUrl: `http://localhost:3000/webhooks/line/${body.id}`,
      verifiedAt: null,
      refusedAt: null,
      createdAt: app.scope.clock.now().toISOString(),
    });
    expect(await app.request('GET', `/v1/channels/${body.id}`)).toMatchObject({ status: 200, body });
    expect((await app.request('GET', '/v1/channels')).body).toEqual({ items: [body], nextCursor: null });
  });

  it('keeps no secret readable, in no table and in no audit entry', async () => {
    await create();
    const owner = new pg.Client(app.ownerUrl);
    await owner.connect();
    const { rows } = await owner.query<{ row: string }>(
      `select c::text as row from channels c union all select a::text from audit_entries a`,
    );
    await owner.end();
    const everything = rows.map(({ row }) => row).join('\n');
    for (const secret of ['secret-of-the-channel', 'token-of-the-channel', 'secret-of-the-login']) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('lists them page by page, in the order they were made', async () => {
    for (const lineChannelId of ['1', '2', '3']) await create({ ...good, lineChannelId });
    const first = (await app.request('GET', '/v1/channels?limit=2')).body;
    const second = (await app.request('GET', `/v1/channels?limit=2&cursor=${first.nextCursor}`)).body;
    const ids = [...first.items, ...second.items].map(({ lineChannelId }: { lineChannelId: string }) => lineChannelId);
    expect(ids).toEqual(['1', '2', '3']);
    expect(second.nextCursor).toBeNull();
  });

  it('connects a LINE channel once in a workspace, also when asked twice at a time', async () => {
    const answers = await Promise.all([create(), create(), create()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const existing = answers.find(({ status }) => status === 201)!.body.id;
    expect((await create()).body).toMatchObject({
      code: 'channels.already_connected',
      details: { channelId: existing },
    });
    expect(await app.request('POST', '/v1/channels', { key: stranger.key, body: good })).toMatchObject({ status: 201 });
  });

  it('says that LINE could not be asked', async () => {
    const { verify: _, ...unverified } = good;
    expect(await create(unverified)).toMatchObject({ status: 502, body: { code: 'channels.line_unreachable' } });
    expect((await app.request('GET', '/v1/channels')).body.items).toEqual([]);
  });

  it.each([
    [{ name: '' }, '/name'],
    [{ name: undefined }, '/name'],
    [{ name: 'a\u0000b' }, '/name'],
    [{ name: 'x'.repeat(201) }, '/name'],
    [{ lineChannelId: 5 }, '/lineChannelId'],
    [{ channelSecret: '' }, '/channelSecret'],
    [{ channelSecret: null }, '/channelSecret'],
    [{ accessToken: 'a\r\nhost: evil' }, '/accessToken'],
    [{ accessToken: 'あ' }, '/accessToken'],
    [{ accessToken: 'x'.repeat(2001) }, '/accessToken'],
    [{ login: { channelId: '1' } }, '/login/channelSecret'],
    [{ login: 'x' }, '/login'],
    [{ verify: 'no' }, '/verify'],
    [{ surprise: 1 }, '/surprise'],
  ])('refuses %j at its place', async (change, path) => {
    const { status, body } = await create({ ...good, ...change });
    expect({ status, paths: body.errors?.map((error: { path: string }) => error.path) }).toEqual({
      status: 400,
      paths: expect.arrayContaining([path]),
    });
  });

  it('changes what is given and leaves the rest', async () => {
    const { body: before } = await create();
    const url = `/v1/channels/${before.id}`;
    expect((await app.request('PATCH', url, { body: { name: '新しい名前' } })).body).toEqual({
      ...before,
      name: '新しい名前',
    });
    expect((await app.request('PATCH', url, { body: { login: null } })).body).toMatchObject({ login: null });
    expect((await app.request('PATCH', url, { body: { accessToken: 'other', verify: false } })).status).toBe(200);
    expect((await app.request('PATCH', url, { body: { accessToken: 'other' } })).status).toBe(502);
    expect((await app.request('PATCH', url, { body: {} })).status).toBe(200);
  });

  it('does not make another LINE channel of one', async () => {
    const { body } = await create();
    const url = `/v1/channels/${body.id}`;
    expect(await app.request('PATCH', url, { body: { lineChannelId: '9' } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/lineChannelId' }] },
    });
    expect((await app.request('PATCH', url, { body: { lineChannelId: good.lineChannelId } })).status).toBe(200);
  });

  it('forgets that LINE refused the credentials once there are new ones', async () => {
    const { body } = await create();
    await app.get(Channels).markRefused(app.scope, body.id);
    await app.get(Channels).markRefused(app.scope, body.id);
    const url = `/v1/channels/${body.id}`;
    expect((await app.request('GET', url)).body.refusedAt).toBe(app.scope.clock.now().toISOString());
    expect((await audited()).filter((action) => action === 'channels.refused_by_line')).toHaveLength(1);
    const renewed = await app.request('PATCH', url, { body: { accessToken: 'new', verify: false } });
    expect(renewed.body.refusedAt).toBeNull();
  });

  it('deletes a channel with its credentials, and lets the LINE channel be connected again', async () => {
    const { body } = await create();
    const url = `/v1/channels/${body.id}`;
    expect(await app.request('DELETE', url)).toMatchObject({ status: 204, body: undefined });
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      expect(await app.request(method, url, method === 'PATCH' ? { body: {} } : {})).toMatchObject({ status: 404 });
    }
    await expect(app.get(Channels).client(app.scope, body.id)).rejects.toMatchObject({ status: 404 });
    expect(await app.get(Channels).exists(app.scope, body.id)).toBe(false);
    const left = await app
      .get(Database)
      .query(
        app.scope,
        sql`select channel_secret, access_token, login_channel_secret from channels where id = ${body.id}`,
      );
    expect(left).toEqual([{ channel_secret: null, access_token: null, login_channel_secret: null }]);
    expect((await create()).status).toBe(201);
    expect((await drainJobs(app.nest)).map(({ job }) => job)).toContain('channels.deleted');
  });

  it('speaks for the Login channel beside it, as long as there is one', async () => {
    const { body } = await create();
    const request = { redirectUri: 'https://shop.example/cb', state: 's', nonce: 'n', codeChallenge: 'c' };
    const login = await app.get(Channels).loginClient(app.scope, body.id);
    expect(login!.authorizeUrl(request)).toContain(`client_id=${good.login.channelId}&`);
    await app.request('PATCH', `/v1/channels/${body.id}`, { body: { login: null } });
    expect(await app.get(Channels).loginClient(app.scope, body.id)).toBeUndefined();
    await expect(app.get(Channels).loginClient(stranger.scope, body.id)).rejects.toMatchObject({ status: 404 });
  });

  it('does not delete a channel that something of an upper floor needs', async () => {
    const { body } = await create();
    const campaign = { kind: 'campaign', id: 'c1', name: 'Summer' };
    const busy = new Set([body.id]);
    app.get(Channels).registerReferrer(async (_scope, id) => (busy.has(id) ? [campaign] : []));
    const url = `/v1/channels/${body.id}`;
    expect(await app.request('DELETE', url)).toMatchObject({
      status: 409,
      body: { code: 'channels.in_use', details: { referrers: [campaign] } },
    });
    busy.clear();
    expect(await app.request('DELETE', url)).toMatchObject({ status: 204 });
  });

  it('keeps an account of who did what', async () => {
    const before = (await audited()).length;
    const { body } = await create();
    await app.request('PATCH', `/v1/channels/${body.id}`, { body: { name: 'N' } });
    await app.request('DELETE', `/v1/channels/${body.id}`);
    expect((await audited()).slice(before)).toEqual(['channels.created', 'channels.updated', 'channels.deleted']);
  });

  it('hides the channels of another workspace', async () => {
    const { body } = await create();
    const url = `/v1/channels/${body.id}`;
    const { key } = stranger;
    for (const id of [url, `/v1/channels/${nowhere}`, '/v1/channels/x']) {
      expect(await app.request('GET', id, { key })).toMatchObject({ status: 404 });
      expect(await app.request('PATCH', id, { key, body: { name: 'Mine' } })).toMatchObject({ status: 404 });
      expect(await app.request('DELETE', id, { key })).toMatchObject({ status: 404 });
    }
    expect((await app.request('GET', '/v1/channels', { key })).body.items).toEqual([]);
    expect((await app.request('GET', url)).body).toEqual(body);
  });

  it('needs a key', async () => {
    expect(await app.request('GET', '/v1/channels', { key: null })).toMatchObject({ status: 401 });
  });
});
