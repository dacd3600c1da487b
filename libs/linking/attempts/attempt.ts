import type { LoginTokens } from '#line';
import type { LinkRole } from '../link.entity.js';

export const PURPOSES = ['link', 'takeover', 'unlink', 'session'] as const;
/** What somebody is about to do. */
export type Purpose = (typeof PURPOSES)[number];

/** How it goes, which is how a link came about; `import`: another system had made it, without an attempt. */
export type Route = 'login' | 'account_link' | 'site_login' | 'user_code' | 'import';

/** Who said which member it is; `link`: a live link of the LINE user did. */
export type Proof = 'hosted' | 'company' | 'api' | 'code' | 'link';

export type AttemptState = 'open' | 'handed_over' | 'linked' | 'done' | 'failed' | 'expired' | 'cancelled';

/** One person's way through linking, taking over, unlinking or signing in, bound to one browser. */
export interface Attempt {
  id: string;
  channelId: string;
  purpose: Purpose;
  route: Route;
  role: LinkRole;
  /** line_users.id, once the LINE side is proven; by account link it is given from the start. */
  lineUserId?: string;
  /** For the person's own eyes. */
  lineDisplayName?: string;
  /** As LINE said at the login; undefined where LINE was not asked or gave no answer. */
  friend?: boolean;
  /** members.id, once the member side is proven. */
  memberId?: string;
  proof?: Proof;
  consentId?: string;
  sessionId?: string;
  /** `linked`: a link was made; `done`: all is well, and there was nothing to be made. */
  state: AttemptState;
  /** The code of what it failed with. */
  failure?: string;
  linkId?: string;
  expiresAt: Date;
}

export interface NewAttempt {
  channelId: string;
  purpose: Purpose;
  route: Exclude<Route, 'import'>;
  role?: LinkRole;
  /** line_users.id, where it is known from the start. */
  lineUserId?: string;
  displayName?: string;
  /** LINE's, for an account link. */
  linkToken?: string;
  sessionId?: string;
  /** Milliseconds. */
  lifeMs?: number;
}

export interface ProvenLineUser {
  /** line_users.id */
  lineUserId: string;
  displayName?: string;
  friend?: boolean;
  tokens?: LoginTokens;
}

/**
 * Where the browser goes next, below the page's base: by the purpose, and by what is missing. What has ended, in
 * whatever way, is told at `/done`, or to the site that sent the person.
 */
export function nextPath(attempt: Attempt): string {
  if (attempt.purpose === 'session') return nextOfSession(attempt);
  if (attempt.state === 'handed_over') return '/status';
  if (attempt.state !== 'open') return '/done';
  switch (attempt.purpose) {
    case 'takeover':
      return attempt.lineUserId !== undefined && attempt.memberId !== undefined ? '/takeover/confirm' : '/takeover';
    case 'unlink':
      return '/unlink';
    case 'link':
      return nextOfLink(attempt);
  }
}

function nextOfLink(attempt: Attempt): string {
  // Whoever is no friend gets the page with the way to become one.
  if (attempt.lineUserId === undefined || attempt.friend === false) return '';
  if (attempt.memberId === undefined) return attempt.route === 'user_code' ? '/code' : '/sign-in';
  if (attempt.consentId === undefined) return '/consent';
  return attempt.route === 'account_link' ? '/hand-over' : '/done';
}

/** Whose site it is asks for everything else itself, and hears of every end. */
function nextOfSession({ state, lineUserId, sessionId }: Attempt): string {
  const isWaiting = state === 'open' && lineUserId === undefined;
  return isWaiting ? `/session/${sessionId ?? ''}` : '/session/finish';
}
