import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loginChannel, LoginUnderTest, pkce } from '../testing/login-under-test.js';

const day = 24 * 60 * 60 * 1000;
const withChallenge = { code_challenge: pkce.challenge, code_challenge_method: 'S256' };

let login: LoginUnderTest;

beforeEach(async () => {
  login = await LoginUnderTest.start();
});
afterEach(() => login.close());

const invalidGrant = (error_description: string) => ({ error: 'invalid_grant', error_description });

describe('A code', () => {
  it('becomes tokens that name what was granted, but never the mail address', async () => {
    const { code } = await login.logIn({ scope: 'openid profile email', nonce: 'n-1' });
    const { status, body } = await login.exchange(code);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      expires_in: 2_592_000,
      refresh_token: expect.any(String),
      scope: 'openid profile',
      token_type: 'Bearer',
      id_token: expect.any(String),
    });
  });

  it('without openid becomes no ID token', async () => {
    expect(await login.tokens({ scope: 'profile' })).not.toHaveProperty('id_token');
  });

  it('is good for one of ten who come at once', async () => {
    const { code } = await login.logIn();
    const answers = await Promise.all(Array.from({ length: 10 }, () => login.exchange(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused).toHaveLength(9);
    for (const { body } of refused) expect(body).toEqual(invalidGrant('invalid authorization code'));
  });

  it('lives ten minutes', async () => {
    const [first, second] = [await login.logIn(), await login.logIn()];
    await login.advance(10 * 60_000 - 1);
    expect((await login.exchange(first.code)).status).toBe(200);
    await login.advance(1);
    expect((await login.exchange(second.code)).body).toEqual(invalidGrant('invalid authorization code'));
  });

  it.each([
    [
      'another callback address',
      { redirect_uri: 'http://localhost/back' },
      invalidGrant('redirect_uri does not match'),
    ],
    ['another secret', { client_secret: 'wrong' }, { error: 'invalid_client', error_description: expect.any(String) }],
    [
      'no callback address',
      { redirect_uri: undefined },
      { error: 'invalid_request', error_description: expect.any(String) },
    ],
    ['a wrong verifier', { code_verifier: 'x'.repeat(43) }, invalidGrant('code_verifier does not match')],
    ['a short verifier', { code_verifier: 'x'.repeat(42) }, invalidGrant('code_verifier does not match')],
    ['no verifier', {}, invalidGrant('code_verifier does not match')],
  ])('shown with %s is refused and used up', async (_, change, refusal) => {
    const { code } = await login.logIn(withChallenge);
    const answer = await login.exchange(code, change);
    expect(answer).toMatchObject({ status: 400, body: refusal });
    const again = await login.exchange(code, { code_verifier: pkce.verifier });
    expect(again.body).toEqual(invalidGrant('invalid authorization code'));
  });

  it('with LINE’s own example of PKCE is taken', async () => {
    const { code } = await login.logIn(withChallenge);
    expect((await login.exchange(code, { code_verifier: pkce.verifier })).status).toBe(200);
  });

  it('of another Login channel is unknown', async () => {
    const { code } = await login.logIn();
    const { login: other } = await login.line.control('POST /channels', { login: {} });
    const client = { client_id: other.channelId, client_secret: other.channelSecret };
    expect((await login.exchange(code, client)).body).toEqual(invalidGrant('invalid authorization code'));
  });

  it('is asked for in a form, with a grant type that exists', async () => {
    expect((await login.line.api('POST /oauth2/v2.1/token', { grant_type: 'authorization_code' })).status).toBe(400);
    expect((await login.exchange('x', { grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
    expect((await login.exchange('x', { grant_type: undefined })).body.error).toBe('invalid_request');
    expect((await login.exchange('x', { client_id: '1' })).body.error).toBe('invalid_client');
    expect((await login.exchange('x', { client_id: undefined })).body.error).toBe('invalid_request');
  });
});

describe('A refresh token', () => {
  it('brings a new access token and itself, without an ID token', async () => {
    const first = await login.tokens();
    const { status, body } = await login.refresh(first.refresh_token);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      expires_in: 2_592_000,
      refresh_token: first.refresh_token,
      scope: 'openid profile',
      token_type: 'Bearer',
    });
    expect(body.access_token).not.toBe(first.access_token);
  });

  it('lives 90 days from the first access token, however often it is used', async () => {
    const { refresh_token } = await login.tokens();
    await login.advance(89 * day);
    expect((await login.refresh(refresh_token)).status).toBe(200);
    await login.advance(day);
    expect(await login.refresh(refresh_token)).toMatchObject({
      status: 400,
      body: invalidGrant('invalid refresh token'),
    });
  });

  it.each([
    ['invalid_grant', { refresh_token: 'unknown' }],
    ['invalid_request', { refresh_token: undefined }],
    ['invalid_client', { client_secret: 'wrong' }],
    ['invalid_request', { client_secret: undefined }],
  ])('is refused with %s for %j', async (error, change) => {
    const { refresh_token } = await login.tokens();
    expect(await login.refresh(refresh_token, change)).toMatchObject({ status: 400, body: { error } });
  });
});

describe('Taking away', () => {
  const revoke = (access_token: string | undefined, client_secret = loginChannel.channelSecret) =>
    login.post('/oauth2/v2.1/revoke', { access_token, client_id: loginChannel.channelId, client_secret });
  const verify = (token: string) => login.line.api(`GET /oauth2/v2.1/verify?access_token=${token}`);

  it('revokes a token and the refresh token with it, answers with nothing, also the second time', async () => {
    const { access_token, refresh_token } = await login.tokens();
    for (const _ of [1, 2]) expect(await revoke(access_token)).toMatchObject({ status: 200, body: undefined });
    expect((await verify(access_token)).body.error_description).toBe('The access token revoked');
    expect((await login.refresh(refresh_token)).status).toBe(400);
    expect((await revoke(access_token, 'wrong')).body.error).toBe('invalid_client');
    expect((await revoke(undefined)).body.error).toBe('invalid_request');
  });

  it('deauthorizes a person once: every token dies, and the next login asks for consent', async () => {
    const [first, second] = [await login.tokens(), await login.tokens()];
    const other = await login.tokens({}, { userId: login.line.friend(1) });
    expect(await login.deauthorize(first.access_token)).toMatchObject({ status: 204, body: undefined });
    for (const { access_token } of [first, second]) {
      expect(await login.deauthorize(access_token)).toMatchObject({ status: 400, body: { message: 'invalid token' } });
      expect((await verify(access_token)).body.error_description).toBe('The access token revoked');
    }
    expect((await login.refresh(second.refresh_token)).status).toBe(400);
    expect((await verify(other.access_token)).status).toBe(200);
    const silent = await login.logIn({ prompt: 'none' });
    expect(silent.error).toBe('INTERACTION_REQUIRED');
  });

  it('deauthorizes for one of ten who come at once', async () => {
    const { access_token } = await login.tokens();
    const bearer = `Bearer ${await login.statelessToken()}`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => login.deauthorize(access_token, bearer)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(9);
  });

  it('deauthorizes with a stateless token of the Login channel only, while it lives', async () => {
    const { access_token } = await login.tokens();
    const { channel } = login.line;
    const own = await login.statelessToken();
    const wrong = [channel.accessToken, await login.statelessToken(channel), access_token, `${own}x`];
    for (const token of wrong) expect((await login.deauthorize(access_token, `Bearer ${token}`)).status).toBe(401);
    await login.advance(900_000);
    expect((await login.deauthorize(access_token, `Bearer ${own}`)).status).toBe(401);
    const { login: other } = await login.line.control('POST /channels', { login: {} });
    const foreign = `Bearer ${await login.statelessToken(other)}`;
    expect((await login.deauthorize(access_token, foreign)).body).toEqual({ message: 'invalid token' });
    const empty = await login.line.api('POST /user/v1/deauthorize', {}, { authorization: foreign });
    expect(empty.body.message).toContain(`'userAccessToken'`);
    expect((await login.deauthorize(access_token)).status).toBe(204);
  });

  it('finds an expired user token invalid; a refreshed one does', async () => {
    const { access_token, refresh_token } = await login.tokens();
    await login.advance(30 * day);
    expect(await login.deauthorize(access_token)).toMatchObject({ status: 400, body: { message: 'invalid token' } });
    const { body } = await login.refresh(refresh_token);
    expect((await login.deauthorize(body.access_token)).status).toBe(204);
  });
});

describe('A stateless channel token', () => {
  const ask = (change: Record<string, string | undefined>) =>
    login.post('/oauth2/v3/token', {
      grant_type: 'client_credentials',
      client_id: loginChannel.channelId,
      client_secret: loginChannel.channelSecret,
      ...change,
    });

  it('lives 900 seconds', async () => {
    expect((await ask({})).body).toEqual({ token_type: 'Bearer', access_token: expect.any(String), expires_in: 900 });
  });

  it.each([
    [400, 'invalid_client', { client_secret: 'wrong' }],
    [400, 'invalid_client', { client_id: '1' }],
    [400, 'unsupported_grant_type', { grant_type: 'code' }],
    [404, 'invalid_client', { client_assertion: 'a.b.c' }],
  ])('is refused with %i %s for %j', async (status, error, change) => {
    expect(await ask(change)).toMatchObject({ status, body: { error } });
  });

  it('of a Messaging channel opens the Messaging API while it lives', async () => {
    const { channel } = login.line;
    const token = await login.statelessToken(channel);
    expect((await login.as(token, 'GET /v2/bot/info')).body.userId).toBe(channel.botUserId);
    expect((await login.as(await login.statelessToken(), 'GET /v2/bot/info')).status).toBe(401);
    await login.advance(900_000);
    expect((await login.as(token, 'GET /v2/bot/info')).status).toBe(401);
  });

  it('cannot be had with a forged signature', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${part({ alg: 'HS256' })}.${part({ client_id: login.line.channel.channelId, exp: 9_999_999_999 })}`;
    const token = `${body}.${createHmac('sha256', 'wrong').update(body).digest('base64url')}`;
    expect((await login.as(token, 'GET /v2/bot/info')).status).toBe(401);
  });
});

describe('A channel token v2.1', () => {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

  it.each([
    [404, 'invalid_client', { client_assertion_type: type, client_assertion: 'a.b.c' }],
    [400, 'invalid_client', { client_assertion_type: type, client_assertion: 'abc' }],
    [400, 'invalid_request', { client_assertion: 'a.b.c' }],
  ])('has no key here: %i %s', async (status, error, fields) => {
    const answer = await login.post('/oauth2/v2.1/token', { grant_type: 'client_credentials', ...fields });
    expect(answer).toMatchObject({ status, body: { error } });
  });
});
