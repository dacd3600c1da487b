import type { Channel, ChannelAccount } from '../channels/channel.js';
import { linkAccount, readDialog } from '../login/account-link.js';
import { readAuthorize } from '../login/authorize-request.js';
import { proceed } from '../login/authorize.js';
import type { Answers } from '../login/authorize.js';
import { canSignIn } from '../login/browser.js';
import { idClaims } from '../login/id-tokens.js';
import { loginAccount } from '../login/login-account.js';
import type { LoginAccount } from '../login/login-account.js';
import { lives } from '../login/login-book.js';
import { Parameters } from '../login/parameters.js';
import { newAccessToken } from '../login/user-tokens.js';
import type { Platform } from '../platform.js';
import type { Declare } from './declare.js';
import { Given, mistake } from './given.js';

/** Logging in and linking without a browser, and what became of the consents. */
export function controlLogin(declare: Declare, platform: Platform): void {
  declare('POST /login', ({ body }) => logIn(platform, new Given(body)));
  declare('POST /account-link', ({ body }) => link(platform, new Given(body)));
  declare('POST /login/liff-token', ({ body }) => liffTokens(platform, new Given(body)));
  declare('POST /login/withdraw', ({ body }) => {
    const { channel, userId } = personOf(platform, new Given(body));
    platform.changeLogin(channel, { what: 'deauthorized', userId, at: platform.clock.nowMs() });
    return {};
  });
  declare('GET /login/grants', ({ query }) => {
    const { login } = new Given(query).channel(platform);
    return { grants: login.grants(platform.clock.now()) };
  });
}

/** The Login channel a channel is set up with; null takes it away. */
export function givenLogin(platform: Platform, given: Given): Partial<ChannelAccount> {
  const raw = given.raw('login');
  if (raw === undefined) return {};
  if (raw === null) return { login: undefined };
  const login = new Given(raw);
  const account: Partial<LoginAccount> = {};
  for (const name of ['channelId', 'channelSecret'] as const) if (login.has(name)) account[name] = login.text(name);
  if (login.has('redirectUris'))
    account.redirectUris = login.raw('redirectUris') === null ? null : login.texts('redirectUris');
  const channelId = given.optionalText('channelId');
  const known = channelId === undefined ? undefined : platform.channel(channelId)?.account.login;
  const full = loginAccount(account, known);
  const clash = platform.channelOfLogin(full.channelId) ?? platform.channel(full.channelId);
  if (clash && (clash.account.channelId !== channelId || full.channelId === channelId)) {
    throw mistake('login.channelId belongs to another channel');
  }
  return { login: full };
}

function personOf(platform: Platform, given: Given): { channel: Channel; userId: string } {
  const channel = given.channel(platform);
  given.user(channel);
  const userId = given.text('userId');
  if (!canSignIn(channel, userId)) throw mistake('userId is deleted or of another provider');
  return { channel, userId };
}

function parametersOf(given: Given): Parameters {
  const url = given.text('url');
  if (!URL.canParse(url)) throw mistake('url must be an absolute address');
  return Parameters.ofUrl(url);
}

/** A person goes through the login's screens and answers all of them. */
async function logIn(platform: Platform, given: Given): Promise<object> {
  const { channel, userId } = personOf(platform, given);
  const reading = readAuthorize(platform, parametersOf(given));
  if ('refused' in reading) throw mistake(`LINE shows an error page: ${reading.refused} is wrong`);
  if ('location' in reading) return { location: reading.location };
  const { request } = reading;
  if (request.channel !== channel) throw mistake('client_id in url belongs to another channel');
  const answers: Answers = { userId, consent: true, amr: request.autoLogin ? 'lineautologin' : 'linesso' };
  answers.addFriend = given.optionalBoolean('addFriend') ?? false;
  const refuses = given.optionalBoolean('consent') === false;
  if (refuses || given.optionalBoolean('cancel')) answers.cancel = true;
  return proceed(platform, request, answers);
}

/** A person's browser opens the dialog. */
async function link(platform: Platform, given: Given): Promise<object> {
  const parameters = parametersOf(given);
  const userId = given.text('userId');
  const dialog = readDialog(platform, parameters);
  if (!dialog) return { page: 'error' };
  if (!canSignIn(dialog.channel, userId)) throw mistake('userId is nobody of this provider');
  const result = await linkAccount(platform, dialog, userId);
  return { page: result === 'ok' ? 'done' : 'error', result };
}

/** What `liff.getIDToken()` and `liff.getAccessToken()` give a page inside LINE. */
function liffTokens(platform: Platform, given: Given): object {
  const { channel, userId } = personOf(platform, given);
  const { login } = channel.account;
  if (!login) throw mistake('the channel has no Login channel');
  const at = platform.clock.nowMs();
  const scopes = ['profile', 'openid'];
  const accessToken = newAccessToken(channel);
  platform.changeLogin(channel, { what: 'consent', userId, scopes, at });
  const issued = { userId, scopes, accessToken, accessExpiresAt: at + lives.liffAccess };
  platform.changeLogin(channel, { what: 'tokens', issued });
  const about = { userId, scopes, nonce: given.optionalText('nonce'), amr: 'linesso' };
  return { idToken: platform.signingKey.sign(idClaims(channel, login, about, at)), accessToken };
}
