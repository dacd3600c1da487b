import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestApp, type TestApp } from '#testing';
import { SignInHttpModule } from '../sign-in.module.js';
import { SignInKeys } from './sign-in-keys.service.js';

describe('sign-in keys', () => {
  let app: TestApp;
  let owner: pg.Client;

  beforeAll(async () => {
    app = await createTestApp({ imports: [SignInHttpModule] });
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  const make = (key: string) => app.request('POST', '/v1/sign-in-keys', { key });
  const list = async (key: string) =>
    (await app.request('GET', '/v1/sign-in-keys', { key })).body.items as { id: string }[];
  const remove = (id: string, key: string) => app.request('DELETE', `/v1/sign-in-keys/${id}`, { key });

  it('are shown once, and lie sealed in the database', async () => {
    const { key } = await app.workspace();
    const { status, body } = await make(key);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      createdAt: app.scope.clock.now().toISOString(),
      secret: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await list(key)).toEqual([{ id: body.id, createdAt: body.createdAt }]);
    const { rows } = await owner.query(
      `select (select string_agg(encode(secret, 'escape'), '') from sign_in_keys) as keys,
              (select string_agg(e::text, '') from audit_entries e) as audit`,
    );
    expect(rows[0].keys).not.toContain(body.secret);
    expect(rows[0].audit).toContain(body.id);
    expect(rows[0].audit).not.toContain(body.secret);
  });

  it('are two at most, however many are asked for at once', async () => {
    const { key } = await app.workspace();
    const answers = await Promise.all(Array.from({ length: 10 }, () => make(key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, ...Array.from({ length: 8 }, () => 409)]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('linking.too_many_sign_in_keys');
    const [first] = await list(key);
    expect((await remove(first!.id, key)).status).toBe(204);
    expect((await remove(first!.id, key)).status).toBe(404);
    expect((await make(key)).status).toBe(201);
  });

  it('are another workspace’s business', async () => {
    const [{ key }, other] = [await app.workspace(), await app.workspace()];
    const { body } = await make(key);
    expect(await list(other.key)).toEqual([]);
    expect(await remove(body.id, other.key)).toMatchObject({ status: 404, body: { code: 'sign-in-key.not_found' } });
    expect(await list(key)).toHaveLength(1);
  });

  it('sign by the oldest, so that a new one can be handed out before it is used', async () => {
    const { key, scope } = await app.workspace();
    const keys = app.get(SignInKeys);
    await expect(keys.sign(scope, {}, 60)).rejects.toMatchObject({ code: 'linking.no_sign_in_key', status: 409 });
    const [one, two] = [(await make(key)).body, (await make(key)).body];
    const first = await keys.sign(scope, { aud: 'https://shop.example', x: 1 }, 60);
    expect(signedWith(first, one.secret)).toBe(true);
    expect(headOf(first)).toEqual({ alg: 'HS256', typ: 'JWT', kid: one.id });
    const now = Math.floor(scope.clock.now().getTime() / 1000);
    expect(claimsOf(first)).toEqual({
      iss: 'http://localhost:3000',
      aud: 'https://shop.example',
      x: 1,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      iat: now,
      exp: now + 60,
    });
    await remove(one.id, key);
    expect(signedWith(await keys.sign(scope, {}, 60), two.secret)).toBe(true);
  });

  it('cannot be made to sign in somebody else’s name', async () => {
    const { key, scope } = await app.workspace();
    await make(key);
    const token = await app.get(SignInKeys).sign(scope, { iss: 'https://evil.example', exp: 9_999_999_999 }, 60);
    expect(claimsOf(token)).toMatchObject({ iss: 'http://localhost:3000' });
    expect((claimsOf(token).exp as number) - (claimsOf(token).iat as number)).toBe(60);
  });
});

function signedWith(token: string, secret: string): boolean {
  const [head, claims, signature] = token.split('.');
  return createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url') === signature;
}

function headOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString());
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
}
