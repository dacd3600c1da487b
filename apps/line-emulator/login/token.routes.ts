import { createHash, randomBytes } from 'node:crypto';
import type { Channel } from '../channels/channel.js';
import { loginEndpoints } from '../limits/endpoints.js';
import { ok } from '../messaging-api/call.js';
import type { Answer } from '../messaging-api/call.js';
import { LineRefusal, refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { field } from '../validation/problems.js';
import { webIdToken } from './id-tokens.js';
import type { LoginAccount } from './login-account.js';
import { lives } from './login-book.js';
import type { CodeGrant } from './login-book.js';
import type { LoginCall, LoginGate, Owner } from './login-gate.js';
import { oauth } from './oauth-refusal.js';
import { issueStateless, readStateless, statelessLifeSeconds } from './tokens.js';
import { newAccessToken, whyNot } from './user-tokens.js';

/** Registers what issues tokens and takes them away. */
export function serveTokens(gate: LoginGate, platform: Platform): void {
  const tokens = new Tokens(platform);
  const byClient: Owner = ({ given }) => platform.channelOfLogin(given.one('client_id') ?? '');
  gate.serve(loginEndpoints.token, byClient, (call) => tokens.token(call));
  gate.serve(loginEndpoints.revoke, byClient, (call) => tokens.revoke(call));
  gate.serve(
    loginEndpoints.stateless,
    ({ given }) => tokens.client(given.one('client_id'))?.channel,
    (call) => tokens.stateless(call),
  );
  const byBearer: Owner = ({ bearer, at }) => tokens.ofStateless(bearer, at);
  gate.serve(loginEndpoints.deauthorize, byBearer, (call) => tokens.deauthorize(call));
}

interface Client {
  channel: Channel;
  account: { channelId: string; channelSecret: string };
}

const scopeText = (scopes: string[]) => scopes.filter((scope) => scope !== 'email').join(' ');
const seconds = (ms: number) => Math.floor(ms / 1000);

class Tokens {
  constructor(private readonly platform: Platform) {}

  /** One path for user tokens and channel tokens: the grant type tells. */
  token(call: LoginCall): Answer {
    const type = call.given.one('grant_type');
    if (type === 'authorization_code') return this.exchange(call);
    if (type === 'refresh_token') return this.refresh(call);
    if (type === 'client_credentials') throw channelTokenRefusal(call);
    throw type === undefined ? oauth.missing() : oauth.grantType();
  }

  /** Answers 200 also for tokens that are gone. */
  revoke(call: LoginCall): Answer {
    const { channel } = loginOf(call);
    const accessToken = call.given.one('access_token');
    if (accessToken === undefined) throw oauth.missing();
    if (channel.login.accessToken(accessToken)) this.platform.changeLogin(channel, { what: 'revoked', accessToken });
    return { status: 200, body: undefined };
  }

  /** By id and secret, for Messaging and Login channels. */
  stateless({ given, at }: LoginCall): Answer {
    if (given.one('grant_type') !== 'client_credentials') throw oauth.grantType();
    const client = this.client(given.one('client_id'));
    const secret = given.one('client_secret');
    if (given.has('client_assertion')) throw oauth.channelKey();
    if (!client || client.account.channelSecret !== secret) throw oauth.client();
    const expiry = { expires_in: statelessLifeSeconds };
    return ok({ token_type: 'Bearer', access_token: issueStateless(client.account, at), ...expiry });
  }

  /** What a person granted is taken back for them: consent and every token of theirs. */
  deauthorize({ channel, body, at }: LoginCall): Answer {
    if (!channel) throw refusals.authentication();
    const given = body && field(body, 'userAccessToken');
    if (typeof given !== 'string' || given === '') throw refusals.property(`'userAccessToken'`);
    const token = channel.login.accessToken(given);
    if (!token || whyNot(token, at) !== undefined) throw new LineRefusal(400, 'invalid token');
    this.platform.changeLogin(channel, { what: 'deauthorized', userId: token.userId, at });
    return { status: 204, body: undefined };
  }

  /** The channel of a Login channel's stateless token; the only kind of channel token that is issued here. */
  ofStateless(token: string | undefined, at: number): Channel | undefined {
    const read = readStateless(token ?? '');
    const channel = read && this.platform.channelOfLogin(read.clientId);
    const login = channel?.account.login;
    return login && read?.holds(login, at) ? channel : undefined;
  }

  client(clientId = ''): Client | undefined {
    const channel = this.platform.channelOfLogin(clientId);
    if (channel?.account.login) return { channel, account: channel.account.login };
    const messaging = this.platform.channel(clientId);
    return messaging && { channel: messaging, account: messaging.account };
  }

  private exchange(call: LoginCall): Answer {
    const { given, at } = call;
    const grant = this.takeCode(call);
    const { channel, login } = loginOf(call);
    if (!given.one('code') || !given.one('redirect_uri')) throw oauth.missing();
    if (!grant || grant.expiresAt <= at) throw oauth.code();
    if (given.one('redirect_uri') !== grant.redirectUri) throw oauth.redirectUri();
    if (!verifierFits(grant, given.one('code_verifier'))) throw oauth.verifier();
    const { userId, scopes } = grant;
    const refreshToken = randomBytes(15).toString('base64url');
    const answer = this.issue(channel, { userId, scopes, refreshToken, refreshExpiresAt: at + lives.refresh }, at);
    const idToken = scopes.includes('openid') ? webIdToken(channel, login, grant, at) : undefined;
    return ok({ ...answer, id_token: idToken });
  }

  /** A code is used up by the first who shows it, whatever becomes of the exchange. */
  private takeCode({ channel, given }: LoginCall): CodeGrant | undefined {
    const code = given.one('code') ?? '';
    const grant = channel?.login.code(code);
    if (channel && grant) this.platform.changeLogin(channel, { what: 'codeUsed', code });
    return grant;
  }

  private refresh(call: LoginCall): Answer {
    const { channel } = loginOf(call);
    const refreshToken = call.given.one('refresh_token');
    if (refreshToken === undefined) throw oauth.missing();
    const token = channel.login.refreshToken(refreshToken);
    if (!token || token.revoked || token.expiresAt <= call.at) throw oauth.refreshToken();
    const { userId, scopes, expiresAt } = token;
    return ok(this.issue(channel, { userId, scopes, refreshToken, refreshExpiresAt: expiresAt }, call.at));
  }

  private issue(channel: Channel, grant: Granted, at: number): object {
    const accessToken = newAccessToken(channel);
    const issued = { ...grant, accessToken, accessExpiresAt: at + lives.access };
    this.platform.changeLogin(channel, { what: 'tokens', issued });
    return {
      access_token: accessToken,
      expires_in: seconds(lives.access),
      refresh_token: grant.refreshToken,
      scope: scopeText(grant.scopes),
      token_type: 'Bearer',
    };
  }
}

interface Granted {
  userId: string;
  scopes: string[];
  refreshToken: string;
  refreshExpiresAt: number;
}

/** The calling Login channel, proven by its secret. */
function loginOf({ channel, given }: LoginCall): { channel: Channel; login: LoginAccount } {
  const login = channel?.account.login;
  if (!given.one('client_id') || !given.one('client_secret')) throw oauth.missing();
  if (!channel || !login || login.channelSecret !== given.one('client_secret')) throw oauth.client();
  return { channel, login };
}

function verifierFits({ codeChallenge }: CodeGrant, verifier: string | undefined): boolean {
  if (codeChallenge === undefined) return true;
  if (verifier === undefined || !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false;
  return createHash('sha256').update(verifier).digest('base64url') === codeChallenge;
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Channel tokens v2.1 need a key registered in the console, and there is none here. */
function channelTokenRefusal({ given }: LoginCall): LineRefusal {
  const assertion = given.one('client_assertion');
  if (assertion === undefined || given.one('client_assertion_type') !== assertionType) return oauth.missing();
  return assertion.split('.').length === 3 ? oauth.channelKey() : oauth.assertion();
}
