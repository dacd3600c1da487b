import { createHmac, createPublicKey, verify as verifySignature } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loginChannel, LoginUnderTest } from '../testing/login-under-test.js';
import type { Query } from '../testing/login-under-test.js';

let login: LoginUnderTest;

beforeEach(async () => {
  login = await LoginUnderTest.start();
});
afterEach(() => login.close());

const hmac = (body: string) => createHmac('sha256', loginChannel.channelSecret).update(body).digest('base64url');

function partsOf(token: string) {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  return { header: read(head), claims: read(payload), body: `${head}.${payload}`, signature };
}

/** An ID token of the web with other claims, signed well. */
function forged(token: string, change: object): string {
  const { header, claims } = partsOf(token);
  const body = [header, { ...claims, ...change }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${body}.${hmac(body)}`;
}

const verifyId = (fields: Query) => login.post('/oauth2/v2.1/verify', { client_id: loginChannel.channelId, ...fields });

describe('An ID token', () => {
  it('of the web is signed with the channel secret and names no key', async () => {
    const { id_token } = await login.tokens({ nonce: 'n-1', max_age: '60' });
    const { header, claims, body, signature } = partsOf(id_token);
    const { now } = await login.line.control('GET /clock');
    const iat = Math.floor(now / 1000);
    expect(header).toEqual({ typ: 'JWT', alg: 'HS256' });
    expect(signature).toBe(hmac(body));
    expect(claims).toEqual({
      iss: 'https://access.line.me',
      sub: login.line.friend(0),
      aud: loginChannel.channelId,
      exp: iat + 3600,
      iat,
      auth_time: iat,
      nonce: 'n-1',
      amr: ['lineautologin'],
      name: expect.any(String),
    });
    expect((await verifyId({ id_token })).body).toEqual(claims);
  });

  it('holds only what was asked for', async () => {
    const { claims } = partsOf((await login.tokens({ scope: 'openid' })).id_token);
    expect(Object.keys(claims).sort()).toEqual(['amr', 'aud', 'exp', 'iat', 'iss', 'sub']);
  });

  it('of LIFF is signed with the key that is published', async () => {
    const userId = login.line.friend(4);
    const { idToken, accessToken } = await login.line.onChannel('POST /login/liff-token', { userId, nonce: 'n-2' });
    const { header, claims, body, signature } = partsOf(idToken);
    const { keys } = (await login.line.api('GET /oauth2/v2.1/certs')).body;
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: header['kid'] });
    expect(keys[0]).not.toHaveProperty('d');
    expect(header).toEqual({ typ: 'JWT', alg: 'ES256', kid: expect.any(String) });
    const key = createPublicKey({ key: keys[0] as JsonWebKey, format: 'jwk' });
    const signed = { key, dsaEncoding: 'ieee-p1363' } as const;
    expect(verifySignature('sha256', Buffer.from(body), signed, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(claims).toMatchObject({ sub: userId, aud: loginChannel.channelId, nonce: 'n-2' });
    expect((await verifyId({ id_token: idToken })).body).toEqual(claims);
    expect((await login.as(accessToken, 'GET /v2/profile')).body.userId).toBe(userId);
    await login.advance(12 * 60 * 60 * 1000);
    expect((await login.as(accessToken, 'GET /v2/profile')).body).toEqual({ message: 'The access token expired' });
  });

  it.each<[string, (token: string) => Query]>([
    ['Invalid IdToken.', () => ({ id_token: 'a.b.c' })],
    ['Invalid IdToken.', (token) => ({ id_token: `${token}x` })],
    ['Invalid IdToken.', (token) => ({ id_token: forged(token, { aud: '1' }) })],
    ['Invalid IdToken Issuer.', (token) => ({ id_token: forged(token, { iss: 'https://elsewhere.example' }) })],
    ['IdToken expired.', (token) => ({ id_token: forged(token, { exp: 1 }) })],
    ['Invalid IdToken Audience.', (token) => ({ id_token: token, client_id: '1' })],
    ['Invalid IdToken Nonce.', (token) => ({ id_token: token, nonce: 'other' })],
    ['Invalid IdToken Subject Identifier.', (token) => ({ id_token: token, user_id: `U${'0'.repeat(32)}` })],
  ])('is refused with %s', async (error_description, fields) => {
    const { id_token } = await login.tokens({ nonce: 'n-1' });
    const answer = await verifyId(fields(id_token));
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request', error_description } });
  });

  it('expires after an hour and is good when nonce and person are as expected', async () => {
    const { id_token } = await login.tokens({ nonce: 'n-1' });
    await login.advance(3_598_000);
    expect((await verifyId({ id_token, nonce: 'n-1', user_id: login.line.friend(0) })).status).toBe(200);
    await login.advance(2_000);
    expect((await verifyId({ id_token })).body.error_description).toBe('IdToken expired.');
    expect((await verifyId({})).body.error).toBe('invalid_request');
  });
});

describe('An access token', () => {
  const verify = (token: string) => login.line.api(`GET /oauth2/v2.1/verify?access_token=${encodeURIComponent(token)}`);

  it('tells its channel, its permissions and how long it lives', async () => {
    const { access_token } = await login.tokens({ scope: 'profile openid email' });
    await login.advance(1000);
    const expected = { scope: 'profile openid', client_id: loginChannel.channelId, expires_in: 2_591_999 };
    expect(await verify(access_token)).toMatchObject({ status: 200, body: expected });
  });

  it.each([
    ['The access token not JWS', 0, (_token: string) => 'x'],
    ['The access token expired', 30 * 24 * 60 * 60 * 1000, (token: string) => token],
  ])('is refused with %s', async (error_description, ms, given) => {
    const { access_token } = await login.tokens();
    await login.advance(ms);
    const answer = await verify(given(access_token));
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request', error_description } });
    const asked = await login.as(given(access_token), 'GET /v2/profile');
    expect(asked).toMatchObject({ status: 401, body: { message: error_description } });
  });

  it('opens what it has the permission for', async () => {
    const userId = login.line.friend(0);
    const profile = await login.tokens({ scope: 'profile' });
    const openid = await login.tokens({ scope: 'openid' });
    const both = await login.tokens();
    const get = async (path: string, token: { access_token: string }) => {
      const { status, body } = await login.as(token.access_token, path);
      return [status, body];
    };
    const displayName = expect.any(String);
    expect(await get('GET /v2/profile', profile)).toEqual([200, { userId, displayName }]);
    expect(await get('GET /friendship/v1/status', profile)).toEqual([200, { friendFlag: true }]);
    for (const method of ['GET', 'POST']) {
      expect(await get(`${method} /oauth2/v2.1/userinfo`, openid)).toEqual([200, { sub: userId }]);
      expect(await get(`${method} /oauth2/v2.1/userinfo`, both)).toEqual([200, { sub: userId, name: displayName }]);
      expect((await get(`${method} /oauth2/v2.1/userinfo`, profile))[0]).toBe(403);
    }
    expect((await get('GET /v2/profile', openid))[0]).toBe(403);
    expect((await get('GET /friendship/v1/status', openid))[0]).toBe(403);
  });

  it.each([
    ['friend', true],
    ['blocked', false],
    ['stranger', false],
  ])('of a %s tells friendFlag %s', async (state, friendFlag) => {
    const { access_token } = await login.tokens();
    await login.line.onChannel('POST /users/state', { userIds: [login.line.friend(0)], state });
    expect((await login.as(access_token, 'GET /friendship/v1/status')).body).toEqual({ friendFlag });
  });
});

describe('The discovery document', () => {
  it('speaks of ES256 only, as LINE’s does', async () => {
    const { body } = await login.line.api('GET /.well-known/openid-configuration');
    expect(body).toMatchObject({ issuer: 'https://access.line.me', id_token_signing_alg_values_supported: ['ES256'] });
  });
});
