import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { nextPath, type Attempt, type Purpose } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import { StartLimits } from '../limits/start-limits.service.js';
import type { PageContext } from '../pages/pages.service.js';
import { LineSide } from './line-side.service.js';
import { LoginFlow } from './login-flow.service.js';
import { lineUnreachable } from './login.errors.js';

export interface Start {
  purpose: Exclude<Purpose, 'session'>;
  ip: string;
  disableAutoLogin?: boolean;
}

/** Where the browser goes, and the attempt that it is bound to from now on. */
export interface Started {
  url: string;
  cookie?: { id: string; secret: string; expiresAt: Date };
}

/** What the buttons of our pages begin. */
@Injectable()
export class LoginStart {
  constructor(
    private readonly attempts: Attempts,
    private readonly flow: LoginFlow,
    private readonly lineSide: LineSide,
    private readonly channels: Channels,
    private readonly limits: StartLimits,
  ) {}

  /**
   * Begins, or goes on where this browser has shown already who it is at LINE.
   * @throws AppError 429 for too many, 409 without a Login channel, 502 where LINE cannot be asked
   */
  async start(context: PageContext, start: Start): Promise<Started> {
    await this.limits.take(context.scope, context.channelId, start.ip);
    const { attempt } = context;
    const goesOn = attempt?.state === 'open' && attempt.purpose === start.purpose && attempt.lineUserId !== undefined;
    return goesOn ? { url: await this.goOn(context, attempt) } : this.begin(context, start);
  }

  private async begin(context: PageContext, { purpose, disableAutoLogin }: Start): Promise<Started> {
    const { scope, channelId, page } = context;
    // Asked first, so that nothing is begun that cannot go on.
    await this.flow.assertAvailable(context);
    const given = { channelId, purpose, route: 'login' as const, role: page.role };
    const { attempt, browserSecret } = await this.attempts.begin(scope, given);
    const url = await this.flow.authorizeUrl(context, attempt, { disableAutoLogin });
    return { url, cookie: { id: attempt.id, secret: browserSecret, expiresAt: attempt.expiresAt } };
  }

  /** Somebody who was no friend says that they are by now; LINE knows. */
  private async goOn({ scope, base, channelId }: PageContext, attempt: Attempt): Promise<string> {
    if (attempt.purpose !== 'link' || attempt.friend !== false) return base + nextPath(attempt);
    const [client, tokens] = [
      await this.channels.loginClient(scope, channelId),
      await this.attempts.tokens(scope, attempt.id),
    ];
    const answer = tokens && (await client?.friendship(tokens.accessToken));
    if (answer?.kind !== 'answered') throw lineUnreachable();
    const seen = await this.lineSide.friendSeen(scope, attempt, answer.value.friendFlag);
    return `${base}${nextPath(seen)}${seen.friend === false ? '?again=1' : ''}`;
  }
}
