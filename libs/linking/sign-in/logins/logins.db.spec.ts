import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { MembersHttpModule } from '#members';
import { createTestApp, type TestApp } from '#testing';
import { Passwords } from '#workspaces';
import { SignInHttpModule } from '../sign-in.module.js';
import { SignInReadiness } from './sign-in-readiness.service.js';
import { Logins } from './logins.service.js';

const PASSWORD = 'rainy days in june';

describe('logins of members', () => {
  let app: TestApp;
  let owner: pg.Client;

  beforeAll(async () => {
    app = await createTestApp({ imports: [MembersHttpModule, SignInHttpModule] });
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  let made = 0;
  const member = async (profile: object = {}, key?: string) => {
    const externalId = `m${++made}`;
    await app.request('PUT', `/v1/members/${externalId}`, { body: profile, key });
    return externalId;
  };
  const put = (externalId: string, body: object, key?: string) =>
    app.request('PUT', `/v1/members/${externalId}/login`, { body, key });
  const get = async (externalId: string) => (await app.request('GET', `/v1/members/${externalId}/login`)).body;
  const hashOf = async (loginId: string) =>
    (await owner.query('select password_hash as hash from member_logins where login_id = $1', [loginId])).rows[0]?.hash;

  it('are set and read without the password', async () => {
    const id = await member({ email: 'hanako@shop.example' });
    const { status, body } = await put(id, { loginId: 'Hanako.1', password: PASSWORD });
    expect(status).toBe(200);
    expect(body).toEqual({
      loginId: 'Hanako.1',
      passwordSetAt: app.scope.clock.now().toISOString(),
      emailSet: true,
      emailVerifiedAt: null,
      warnings: ['email_not_verified'],
    });
    expect(await get(id)).toEqual(body);
    expect(await hashOf('Hanako.1')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('leave neither password nor login id in the audit', async () => {
    const id = await member();
    await put(id, { loginId: 'very.private.id', password: PASSWORD });
    await app.request('DELETE', `/v1/members/${id}/login`);
    const { rows } = await owner.query(`select string_agg(e::text, '') as audit from audit_entries e`);
    expect(rows[0].audit).toMatch(/linking\.login_set.*linking\.login_removed/s);
    expect(rows[0].audit).not.toMatch(/very\.private|rainy days|argon2/);
  });

  it('change the login id and keep the password, and the other way round', async () => {
    const id = await member();
    await put(id, { loginId: 'first.id', password: PASSWORD });
    const before = await hashOf('first.id');
    const { passwordSetAt } = await get(id);
    app.scope.clock.advance(60_000);
    await put(id, { loginId: 'second.id' });
    expect(await hashOf('second.id')).toBe(before);
    expect(await get(id)).toMatchObject({ loginId: 'second.id', passwordSetAt });
    await put(id, { loginId: 'second.id', password: 'another one for july' });
    expect(await hashOf('second.id')).not.toBe(before);
    expect(await get(id)).toMatchObject({ passwordSetAt: app.scope.clock.now().toISOString() });
  });

  it('belong to one member of a workspace each, in whatever case and width', async () => {
    const [one, two] = [await member(), await member()];
    expect((await put(one, { loginId: 'Taken@Shop.example' })).status).toBe(200);
    for (const loginId of ['taken@shop.example', ' TAKEN@shop.example ', 'ｔａｋｅｎ@shop.example'])
      expect(await put(two, { loginId })).toMatchObject({ status: 409, body: { code: 'linking.login_id_taken' } });
    expect(await get(two)).toMatchObject({ loginId: null });
    const other = await app.workspace();
    await app.request('PUT', '/v1/members/x', { body: {}, key: other.key });
    expect((await put('x', { loginId: 'taken@shop.example' }, other.key)).status).toBe(200);
    expect((await put(one, { loginId: 'taken@shop.example' })).status).toBe(200);
  });

  it('are one where many members ask for the same at once', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => member()));
    const answers = await Promise.all(ids.map((id) => put(id, { loginId: 'only.once' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('take over a hash of just our work, and no other', async () => {
    const id = await member();
    const passwordHash = await app.get(Passwords).hash(PASSWORD);
    expect((await put(id, { loginId: 'hashed', passwordHash })).status).toBe(200);
    expect(await hashOf('hashed')).toBe(passwordHash);
    for (const other of [passwordHash.replace('m=19456', 'm=2097152'), passwordHash.replace('t=2', 't=1'), '$2b$10$x'])
      expect(await put(id, { loginId: 'hashed', passwordHash: other })).toMatchObject({
        status: 400,
        body: { errors: [{ path: '/passwordHash' }] },
      });
  });

  it.each([
    [{ loginId: '' }, '/loginId'],
    [{ loginId: ' ' }, '/loginId'],
    [{ loginId: 'a\u0007' }, '/loginId'],
    [{ loginId: 'x'.repeat(255) }, '/loginId'],
    [{ loginId: 'ﷺ'.repeat(100) }, '/loginId'],
    [{}, '/loginId'],
    [{ loginId: 'ok', password: 'seven77' }, '/password'],
    [{ loginId: 'ok', password: 'Password1' }, '/password'],
    [{ loginId: 'someone@shop.example', password: 'someone1' }, '/password'],
    [{ loginId: 'ok', password: 'x'.repeat(300) }, '/password'],
    [{ loginId: 'ok', password: null }, '/password'],
    [{ loginId: 'ok', password: PASSWORD, passwordHash: 'x' }, '/passwordHash'],
    [{ loginId: 'ok', memberId: '1' }, '/memberId'],
  ])('refuse %j', async (body, path) => {
    expect(await put(await member(), body)).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ path })]) },
    });
  });

  it('are gone once they are removed, and leave the id free', async () => {
    const [one, two] = [await member(), await member()];
    await put(one, { loginId: 'handed.on', password: PASSWORD });
    const remove = () => app.request('DELETE', `/v1/members/${one}/login`);
    expect((await remove()).status).toBe(204);
    expect(await remove()).toMatchObject({ status: 404, body: { code: 'login.not_found' } });
    expect(await get(one)).toMatchObject({ loginId: null, passwordSetAt: null, warnings: ['no_login', 'no_email'] });
    expect((await put(two, { loginId: 'handed.on' })).status).toBe(200);
    expect(await get(two)).toMatchObject({ warnings: ['no_password', 'no_email'] });
  });

  it('of another workspace’s members are neither seen nor set', async () => {
    const id = await member();
    await put(id, { loginId: 'mine', password: PASSWORD });
    const { key } = await app.workspace();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { loginId: 'theirs' } : undefined;
      expect(await app.request(method, `/v1/members/${id}/login`, { key, body })).toMatchObject({ status: 404 });
    }
    expect(await get(id)).toMatchObject({ loginId: 'mine' });
  });

  it('ask for the permits of linking', async () => {
    const id = await member();
    const { body: reader } = await app.request('POST', '/v1/api-keys', {
      body: { name: 'r', permits: ['linking.read'] },
    });
    expect((await app.request('GET', `/v1/members/${id}/login`, { key: reader.key })).status).toBe(200);
    expect((await put(id, { loginId: 'x' }, reader.key)).status).toBe(403);
  });

  it('are said to be ready or not, for those who ask before a change', async () => {
    const id = await member({ email: 'ready@shop.example' });
    const of = async () => {
      const memberId = await app.get(Logins).memberOf(app.scope, id);
      return app.get(SignInReadiness).of(app.scope, memberId);
    };
    expect(await of()).toEqual({ hasLogin: false, hasEmail: true, warnings: ['no_login', 'email_not_verified'] });
    await put(id, { loginId: 'ready', password: PASSWORD });
    expect(await of()).toEqual({ hasLogin: true, hasEmail: true, warnings: ['email_not_verified'] });
    await expect(app.get(SignInReadiness).of(app.scope, '999999')).rejects.toMatchObject({ code: 'member.not_found' });
  });
});
