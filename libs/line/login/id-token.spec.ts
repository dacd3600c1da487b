import { beforeAll, describe, expect, it } from '@jest/globals';
import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { verifyIdToken, type IdTokenFlow } from './id-token.js';

const channelId = '1234567890';
const channelSecret = 'a'.repeat(32);
const userId = `U${'0123456789abcdef'.repeat(2)}`;
const now = new Date('2026-04-15T12:00:00+09:00');
const seconds = now.getTime() / 1_000;
const nonce = 'the nonce of this login';

const claims = {
  iss: 'https://access.line.me',
  sub: userId,
  aud: channelId,
  exp: seconds + 3_600,
  iat: seconds,
  nonce,
};
const secretKey = new TextEncoder().encode(channelSecret);

/** What is refused, by its reason. */
async function outcome(token: string, flow: IdTokenFlow, keys: Record<string, JWK> = {}): Promise<unknown> {
  const channel = { channelId, channelSecret, certificate: async (kid: string) => keys[kid] };
  try {
    return await verifyIdToken(token, channel, { nonce, flow, now });
  } catch (error) {
    const { code, status, extra } = error as { code: string; status: number; extra: { details: { reason: string } } };
    return { code, status, reason: extra.details.reason };
  }
}

const refused = (reason: string) => ({ code: 'linking.id_token_refused', status: 400, reason });
const web = (payload: object, alg = 'HS256', key: Uint8Array = secretKey) =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg, typ: 'JWT' }).sign(key);

describe('An ID token of the web', () => {
  it('says who logged in, whatever else LINE writes into it', async () => {
    const more = {
      name: '花子',
      picture: 'https://profile.line-scdn.net/x',
      amr: ['linesso'],
      auth_time: seconds,
      x: 1,
    };
    expect(await outcome(await web({ ...claims, ...more }), 'web')).toEqual({
      userId,
      name: '花子',
      picture: 'https://profile.line-scdn.net/x',
    });
    expect(await outcome(await web(claims), 'web')).toEqual({ userId });
  });

  it.each<[object, string]>([
    [{ iss: 'https://access.line.me.example' }, 'the issuer is another'],
    [{ iss: undefined }, 'the issuer is another'],
    [{ aud: '1234567891' }, 'the audience is another'],
    [{ aud: [channelId, '1234567891'] }, 'the audience is another'],
    [{ nonce: 'another' }, 'the nonce is another'],
    [{ nonce: '' }, 'the nonce is another'],
    [{ nonce: 5 }, 'the nonce is another'],
    [{ nonce: undefined }, 'the nonce is missing'],
    [{ exp: undefined }, 'the time of expiry is missing or no time'],
    [{ iat: undefined }, 'the time of issue is missing or no time'],
    [{ sub: undefined }, 'the subject is missing'],
    [{ sub: 'hanako' }, 'the subject is not a LINE user'],
    [{ sub: 5 }, 'the subject is not a LINE user'],
    [{ exp: 'soon' }, 'the time of expiry is missing or no time'],
  ])('with %j is refused', async (change, reason) => {
    expect(await outcome(await web({ ...claims, ...change }), 'web')).toEqual(refused(reason));
  });

  it.each([
    [{ exp: seconds - 59 }, undefined],
    [{ exp: seconds - 60 }, 'it has expired'],
    [{ iat: seconds + 60 }, undefined],
    [{ iat: seconds + 61 }, 'it was issued in the future'],
  ])('with %j is judged with a minute of tolerance', async (change, reason) => {
    const judged = await outcome(await web({ ...claims, ...change }), 'web');
    expect(judged).toEqual(reason === undefined ? { userId } : refused(reason));
  });

  it('whose content was changed, or that somebody else signed, is refused', async () => {
    const [header, , signature] = (await web(claims)).split('.');
    const other = base64url.encode(JSON.stringify({ ...claims, sub: `U${'f'.repeat(32)}` }));
    const reason = 'the signature is not LINE’s';
    expect(await outcome([header, other, signature].join('.'), 'web')).toEqual(refused(reason));
    const wrongKey = new TextEncoder().encode('b'.repeat(32));
    expect(await outcome(await web(claims, 'HS256', wrongKey), 'web')).toEqual(refused(reason));
  });

  it('is not asked how it is signed', async () => {
    const reason = 'it is signed in a way that this flow does not use';
    const { privateKey } = await generateKeyPair('ES256');
    const es256 = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey);
    expect(await outcome(es256, 'web')).toEqual(refused(reason));
    expect(await outcome(await web(claims, 'HS512', new Uint8Array(64).fill(1)), 'web')).toEqual(refused(reason));
    const none = new UnsecuredJWT({ ...claims }).encode();
    const [, payload] = none.split('.');
    expect(await outcome(none, 'web')).toMatchObject({ code: 'linking.id_token_refused' });
    const forged = `${base64url.encode('{"alg":"none"}')}.${payload}.x`;
    expect(await outcome(forged, 'web')).toMatchObject({ code: 'linking.id_token_refused' });
  });

  it.each(['', 'x', 'a.b', 'a.b.c', 'a.b.c.d.e', '.', '..'])('is not %j', async (text) => {
    expect(await outcome(text, 'web')).toEqual(refused('it is not a signed token'));
  });
});

describe('An ID token of LIFF', () => {
  let privateKey: CryptoKey;
  let keys: Record<string, JWK>;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    privateKey = pair.privateKey;
    keys = { k1: { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' } };
  });

  const liff = (payload: object, header: object = { alg: 'ES256', kid: 'k1' }) =>
    new SignJWT({ ...payload }).setProtectedHeader(header as { alg: string }).sign(privateKey);

  it('says who logged in', async () => {
    expect(await outcome(await liff(claims), 'liff', keys)).toEqual({ userId });
  });

  it('is held against the same claims', async () => {
    const token = await liff({ ...claims, aud: 'another' });
    expect(await outcome(token, 'liff', keys)).toEqual(refused('the audience is another'));
  });

  it('that names no key, or one that LINE does not publish, is refused', async () => {
    const reason = 'it names a key that LINE does not publish';
    expect(await outcome(await liff(claims, { alg: 'ES256' }), 'liff', keys)).toEqual(refused(reason));
    expect(await outcome(await liff(claims, { alg: 'ES256', kid: 'k2' }), 'liff', keys)).toEqual(refused(reason));
  });

  it('that another key signed is refused', async () => {
    const other = await generateKeyPair('ES256');
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(other.privateKey);
    expect(await outcome(token, 'liff', keys)).toEqual(refused('the signature is not LINE’s'));
  });

  it('is not asked how it is signed: neither the channel secret nor the public key as a secret do', async () => {
    const reason = refused('it is signed in a way that this flow does not use');
    expect(await outcome(await web(claims), 'liff', keys)).toEqual(reason);
    const publicAsSecret = new TextEncoder().encode(JSON.stringify(keys['k1']));
    const header = { alg: 'HS256', kid: 'k1' };
    const confused = await new SignJWT(claims).setProtectedHeader(header).sign(publicAsSecret);
    expect(await outcome(confused, 'liff', keys)).toEqual(reason);
  });
});
