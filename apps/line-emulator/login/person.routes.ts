import { loginEndpoints } from '../limits/endpoints.js';
import { ok } from '../messaging-api/call.js';
import type { Answer } from '../messaging-api/call.js';
import type { Platform } from '../platform.js';
import { issuer, verifiedClaims } from './id-tokens.js';
import type { LoginCall, LoginGate, Owner } from './login-gate.js';
import { oauth } from './oauth-refusal.js';
import { ownerOfUserToken, personOf, whyNot } from './user-tokens.js';

/** Registers what can be asked with a token: whether it holds, who it is about, and the keys to check with. */
export function servePersons(gate: LoginGate, platform: Platform): void {
  const byToken: Owner = ({ given }) => ownerOfUserToken(platform, given.one('access_token'));
  gate.serve(loginEndpoints.verify, byToken, verifyAccessToken);
  const byClient: Owner = ({ given }) => platform.channelOfLogin(given.one('client_id') ?? '');
  gate.serve(loginEndpoints.verifyIdToken, byClient, (call) => verifyIdToken(platform, call));
  const byBearer: Owner = ({ bearer }) => ownerOfUserToken(platform, bearer);
  gate.serve(loginEndpoints.getUserinfo, byBearer, userinfo);
  gate.serve(loginEndpoints.postUserinfo, byBearer, userinfo);
  gate.serve(loginEndpoints.profile, byBearer, profile);
  gate.serve(loginEndpoints.friendship, byBearer, friendship);
  const byNobody: Owner = () => undefined;
  gate.serve(loginEndpoints.certs, byNobody, () => ok({ keys: [platform.signingKey.published] }));
  gate.serve(loginEndpoints.discovery, byNobody, () => ok(discovery));
}

function verifyAccessToken({ channel, given, at }: LoginCall): Answer {
  const token = channel?.login.accessToken(given.one('access_token') ?? '');
  const reason = whyNot(token, at);
  if (!channel || !token || reason !== undefined) throw oauth.invalid(reason ?? '');
  const scope = token.scopes.filter((one) => one !== 'email').join(' ');
  const expiry = Math.floor((token.expiresAt - at) / 1000);
  return ok({ scope, client_id: channel.account.login?.channelId, expires_in: expiry });
}

function verifyIdToken(platform: Platform, { given, at }: LoginCall): Answer {
  const token = given.one('id_token');
  const clientId = given.one('client_id');
  if (token === undefined || clientId === undefined) throw oauth.missing();
  const expected = { clientId, nonce: given.one('nonce'), userId: given.one('user_id') };
  return ok(verifiedClaims(platform, token, expected, at));
}

function userinfo({ channel, bearer, at }: LoginCall): Answer {
  const person = personOf(channel, bearer, 'openid', at);
  const name = person.scopes.includes('profile') ? person.channel.users.displayName(person.user) : undefined;
  return ok({ sub: person.userId, name });
}

function profile({ channel, bearer, at }: LoginCall): Answer {
  const person = personOf(channel, bearer, 'profile', at);
  return ok({ userId: person.userId, displayName: person.channel.users.displayName(person.user) });
}

/** True means: has added the account and does not block it. */
function friendship({ channel, bearer, at }: LoginCall): Answer {
  const person = personOf(channel, bearer, 'profile', at);
  return ok({ friendFlag: person.channel.users.state(person.user) === 'friend' });
}

/** As LINE publishes it: only ES256, although web logins are signed with HS256. */
const discovery = {
  issuer,
  authorization_endpoint: `${issuer}/oauth2/v2.1/authorize`,
  token_endpoint: 'https://api.line.me/oauth2/v2.1/token',
  revocation_endpoint: 'https://api.line.me/oauth2/v2.1/revoke',
  userinfo_endpoint: 'https://api.line.me/oauth2/v2.1/userinfo',
  scopes_supported: ['openid', 'profile', 'email'],
  jwks_uri: 'https://api.line.me/oauth2/v2.1/certs',
  response_types_supported: ['code'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['ES256'],
  code_challenge_methods_supported: ['S256'],
};
