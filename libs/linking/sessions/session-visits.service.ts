import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { newSecret, sha256, type Scope } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import { sessionOver } from './link-sessions.errors.js';
import { LinkSessionsRepository, type FinishedSession } from './link-sessions.repository.js';
import { returnAddress } from './return-address.js';
import { SessionTokens } from './session-tokens.js';

/** How long the site's server may take to fetch the result. */
const RESULT_MS = 5 * 60_000;

/** What a visitor's browser does in a session. */
@Injectable()
export class SessionVisits {
  constructor(
    private readonly sessions: LinkSessionsRepository,
    private readonly attempts: Attempts,
    private readonly tokens: SessionTokens,
    private readonly db: Database,
  ) {}

  /** Takes the key of the start address, and begins an attempt that ends with the session. @throws AppError 410 */
  async open(
    scope: Scope,
    channelId: string,
    given: { id: string; key: string },
  ): Promise<{ attempt: Attempt; browserSecret: string }> {
    const { id, key } = given;
    return this.db.transaction(scope, async () => {
      const now = scope.clock.now();
      const session = await this.sessions.open(scope, { channelId, id, keyHash: sha256(key) }, now);
      if (!session) throw sessionOver();
      const { attempt, browserSecret } = await this.attempts.begin(scope, {
        channelId,
        purpose: 'session',
        route: 'site_login',
        sessionId: id,
        lifeMs: session.expiresAt.getTime() - now.getTime(),
        ...(session.role && { role: session.role }),
      });
      await this.sessions.bind(scope, id, attempt.id);
      return { attempt, browserSecret };
    });
  }

  /**
   * Ends LINE's part, well or not. Coming here again gives another code for the same result, until the site takes it.
   * @returns where the browser goes: to the site, with a code unless it is too late
   * @throws AppError 410 for an attempt of no session
   */
  async finish(scope: Scope, attempt: Attempt): Promise<string> {
    const { sessionId } = attempt;
    if (sessionId === undefined) throw sessionOver();
    return this.db.transaction(scope, async () => {
      const now = scope.clock.now();
      const code = newSecret();
      const finished = { ...(await this.endOf(scope, attempt, sessionId)), codeHash: sha256(code) };
      const times = { now, nextUntil: new Date(now.getTime() + RESULT_MS) };
      const session = await this.sessions.finish(scope, sessionId, finished, times);
      if (session) {
        const error = session.failure ?? undefined;
        return returnAddress(session.returnUrl, { session: sessionId, code, error });
      }
      const missed = await this.sessions.find(scope, sessionId);
      if (missed?.attemptId !== attempt.id) throw sessionOver();
      return returnAddress(missed.returnUrl, { session: sessionId, error: 'linking.session_over' });
    });
  }

  private async endOf(scope: Scope, attempt: Attempt, sessionId: string): Promise<Omit<FinishedSession, 'codeHash'>> {
    const { id: attemptId, lineUserId, friend } = attempt;
    const failure = failureOf(attempt);
    if (failure !== null) {
      await this.attempts.fail(scope, attemptId, failure);
      return { attemptId, lineUserId: null, friend: null, loginTokens: null, failure };
    }
    const loginTokens = this.tokens.seal(scope, sessionId, await this.attempts.tokens(scope, attemptId));
    await this.attempts.complete(scope, attemptId);
    return { attemptId, lineUserId: lineUserId ?? null, friend: friend ?? null, loginTokens, failure };
  }
}

function failureOf({ state, failure, lineUserId }: Attempt): string | null {
  switch (state) {
    case 'cancelled':
      return 'linking.cancelled';
    case 'failed':
      return failure ?? 'linking.failed';
    case 'expired':
      return 'linking.session_over';
    default:
      return lineUserId === undefined ? 'linking.cancelled' : null;
  }
}
