import { randomBytes } from 'node:crypto';
import type { Platform } from '../platform.js';
import { changesState } from '../users/acting.js';
import { callback, refusedAt } from './authorize-request.js';
import type { AuthorizeError, AuthorizeRequest } from './authorize-request.js';
import { lives } from './login-book.js';
import type { Amr } from './login-book.js';

/** What the person has said so far; each screen adds to it. */
export interface Answers {
  userId?: string;
  /** Absent: the browser knew them, and they have not been asked. */
  amr?: Amr;
  consent?: true;
  addFriend?: boolean;
  cancel?: true;
}

export type Screen = 'sign-in' | 'confirm' | 'consent' | 'add-friend';
export type Next = { show: Screen } | { location: string };

/** The next screen of a login, or where it ends. Ending it well issues the code and may make a friend. */
export async function proceed(platform: Platform, request: AuthorizeRequest, answers: Answers): Promise<Next> {
  const { userId, consent, addFriend } = answers;
  const silent = request.prompt === 'none';
  if (userId === undefined) return silent ? ended(request, 'LOGIN_REQUIRED', 'login required') : { show: 'sign-in' };
  if (answers.cancel) return ended(request, 'ACCESS_DENIED', 'The resource owner denied the request.');
  const asks = asksForConsent(request, userId);
  if (silent && (asks || !request.autoLogin)) return ended(request, 'INTERACTION_REQUIRED', 'interaction required');
  if (answers.amr === undefined && !request.autoLogin) return { show: 'confirm' };
  if (asks && !consent) return { show: 'consent' };
  if (asks && mayBefriend(request, userId) && request.botPrompt === 'aggressive' && addFriend === undefined) {
    return { show: 'add-friend' };
  }
  return finish(platform, request, { ...answers, userId }, asks);
}

/** Asked on the first login, for further permissions, after a withdrawal, and when the site wants it so. */
function asksForConsent({ channel, prompt, scopes }: AuthorizeRequest, userId: string): boolean {
  return prompt === 'consent' || !channel.login.hasConsented(userId, scopes);
}

/** Whether the screens offer to add the account or, where it is blocked, to unblock it. */
export function mayBefriend({ channel: { users }, botPrompt }: AuthorizeRequest, userId: string): boolean {
  return botPrompt !== undefined && users.state(users.enter(userId)) !== 'friend';
}

function ended({ redirectUri, state }: AuthorizeRequest, error: AuthorizeError, description: string): Next {
  return { location: refusedAt(redirectUri, error, description, state) };
}

async function finish(
  platform: Platform,
  request: AuthorizeRequest,
  { userId, amr = 'lineautologin', addFriend }: Answers & { userId: string },
  asked: boolean,
): Promise<Next> {
  const { channel, redirectUri, state, scopes, nonce, codeChallenge, maxAge, botPrompt } = request;
  const at = platform.clock.nowMs();
  const befriends = asked && addFriend === true && mayBefriend(request, userId);
  if (asked) platform.changeLogin(channel, { what: 'consent', userId, scopes, at });
  const code = randomBytes(15).toString('base64url');
  const authTime = maxAge === undefined ? undefined : Math.floor(at / 1000);
  const grant = { userId, scopes, redirectUri, nonce, codeChallenge, amr, authTime, expiresAt: at + lives.code };
  platform.changeLogin(channel, { what: 'code', code, grant });
  if (befriends) await changesState(platform, channel, [userId], { state: 'friend' });
  // Told only where the person saw the option, or read that they are friends already.
  const changed = asked && botPrompt ? String(befriends) : undefined;
  return { location: callback(redirectUri, { code, state, friendship_status_changed: changed }) };
}
