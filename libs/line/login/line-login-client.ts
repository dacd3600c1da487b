import type { ReadOutcome } from '../send-outcome.js';
import type { AuthorizeRequest } from './authorize-url.js';
import type { ExpectedIdToken, IdTokenUser } from './id-token.js';

/** What LINE gives for a code: a person's consent, as tokens. */
export interface LoginTokens {
  /** 30 days. */
  accessToken: string;
  /** 90 days from the first access token; using it does not prolong it. */
  refreshToken: string;
  accessExpiresAt: Date;
  /** Only where `openid` was asked for, and not when refreshed. */
  idToken?: string;
}

/** The credentials of a LINE Login channel. */
export interface LoginChannel {
  channelId: string;
  channelSecret: string;
}

/** One LINE Login channel. But for `verifyIdToken` nothing throws for what LINE or the network may do. */
export interface LineLoginClient {
  /** Whether LINE takes the channel's id and secret: refused with status 400 or 401 where not. */
  verifyCredentials(): Promise<ReadOutcome<null>>;
  /** Where the browser goes to log in at LINE. */
  authorizeUrl(request: AuthorizeRequest): string;
  /** Once for each code, also where it fails. @param q `redirectUri` and verifier of the authorize request */
  exchange(q: { code: string; redirectUri: string; codeVerifier: string }): Promise<ReadOutcome<LoginTokens>>;
  /** Refused with status 400 once the refresh token has ended. */
  refresh(refreshToken: string): Promise<ReadOutcome<LoginTokens>>;
  /** @throws AppError 400 linking.id_token_refused, 503 linking.line_unreachable where LIFF's keys cannot be read */
  verifyIdToken(idToken: string, expected: ExpectedIdToken): Promise<IdTokenUser>;
  /** Whether the person is a friend who does not block, of the account that is linked to this Login channel. */
  friendship(accessToken: string): Promise<ReadOutcome<{ friendFlag: boolean }>>;
  /** The caller compares `clientId`. @returns `expiresIn` in seconds */
  verifyAccessToken(accessToken: string): Promise<ReadOutcome<{ clientId: string; expiresIn: number }>>;
  revoke(accessToken: string): Promise<ReadOutcome<null>>;
  /**
   * Takes back the person's consent to this channel. LINE answers the same 400 `invalid token` for a consent that is
   * gone and for a token that has ended, and both are answered here as done: refresh a token that has ended first.
   */
  deauthorize(userAccessToken: string): Promise<ReadOutcome<null>>;
}
