import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { AppError } from '#kernel';
import type { LineLoginClient, LoginTokens, ReadOutcome } from '#line';
import { nextPath, type Attempt } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import { attemptExpired, attemptMissing } from '../pages/pages.errors.js';
import type { PageContext } from '../pages/pages.service.js';
import { LineSide, type LoggedIn } from './line-side.service.js';
import { LoginFlow, type TakenLogin } from './login-flow.service.js';
import { loginFailed } from './login.errors.js';

/** What LINE wrote into the address that the browser came back to. */
export interface Arrival {
  state: string;
  code?: string;
  error?: string;
  /** `friendship_status_changed`: became a friend, or stopped blocking, while logging in. */
  becameFriend: boolean;
}

/** Takes people in who come back from LINE Login. */
@Injectable()
export class LoginArrival {
  constructor(
    private readonly flow: LoginFlow,
    private readonly channels: Channels,
    private readonly lineSide: LineSide,
    private readonly attempts: Attempts,
  ) {}

  /**
   * A state counts only in the browser that it was made for, and once: what somebody else has begun, or what came back
   * before, proves nothing here.
   * @returns where the browser goes next
   * @throws AppError with the reason why it cannot go on
   */
  async arrive(context: PageContext, arrival: Arrival): Promise<string> {
    const { attempt } = context;
    if (!attempt) throw attemptMissing();
    const taken = attempt.state === 'open' ? await this.flow.take(context, attempt, arrival.state) : undefined;
    if (!taken) return this.withoutLogin(context, attempt, arrival.state);
    if (arrival.error !== undefined || arrival.code === undefined) {
      return this.refused(context, attempt, arrival.error);
    }
    const found = await this.logIn(context, taken, arrival as Arrival & { code: string });
    if (typeof found === 'string') return this.failed(context, attempt, found);
    return context.base + nextPath(await this.lineSide.prove(context.scope, attempt, found));
  }

  /** The state is another one than the attempt's: the second of two arrivals, or an automatic login that went wrong. */
  private async withoutLogin(context: PageContext, attempt: Attempt, state: string): Promise<string> {
    if (attempt.state === 'expired') throw attemptExpired();
    if (attempt.state !== 'open' || attempt.lineUserId !== undefined) return context.base + nextPath(attempt);
    if (await this.flow.isRepeated(context, attempt, state)) return `${context.base}/status`;
    const again = await this.flow.restartUrl(context, attempt);
    if (again === undefined) throw loginFailed();
    return again;
  }

  private async refused({ scope, base }: PageContext, attempt: Attempt, error?: string): Promise<string> {
    if (error !== 'ACCESS_DENIED') return this.failed({ scope, base }, attempt, 'linking.login_failed');
    await this.attempts.cancel(scope, attempt.id);
    return base + nextPath({ ...attempt, state: 'cancelled' });
  }

  private async failed(
    { scope, base }: Pick<PageContext, 'scope' | 'base'>,
    attempt: Attempt,
    code: string,
  ): Promise<string> {
    await this.attempts.fail(scope, attempt.id, code);
    return base + nextPath({ ...attempt, state: 'failed' });
  }

  /** Asks LINE, with no transaction open. @returns who it is, or the code of why that cannot be said */
  private async logIn(
    { scope, channelId }: PageContext,
    { nonce, codeVerifier, redirectUri }: TakenLogin,
    { code, becameFriend }: Arrival & { code: string },
  ): Promise<LoggedIn | string> {
    const client = await this.channels.loginClient(scope, channelId);
    if (!client) return 'linking.login_unavailable';
    const exchanged = await client.exchange({ code, redirectUri, codeVerifier });
    if (exchanged.kind !== 'answered') return failureOf(exchanged);
    const tokens = exchanged.value;
    const user = await identify(client, tokens, { nonce, now: scope.clock.now() });
    if (typeof user === 'string') return user;
    const friendship = await client.friendship(tokens.accessToken);
    const friend = friendship.kind === 'answered' ? friendship.value.friendFlag : becameFriend || undefined;
    return { userId: user.userId, displayName: user.name, friend, tokens };
  }
}

async function identify(
  client: LineLoginClient,
  { idToken }: LoginTokens,
  { nonce, now }: { nonce: string; now: Date },
): Promise<{ userId: string; name?: string } | string> {
  if (idToken === undefined) return 'linking.login_failed';
  try {
    return await client.verifyIdToken(idToken, { nonce, flow: 'web', now });
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

function failureOf(outcome: Exclude<ReadOutcome<unknown>, { kind: 'answered' }>): string {
  const isPassing = outcome.kind === 'unknown' || outcome.kind === 'rate-limited';
  return isPassing ? 'linking.line_unreachable' : 'linking.login_failed';
}
