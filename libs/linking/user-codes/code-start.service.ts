import { Injectable } from '@nestjs/common';
import { Attempts } from '../attempts/attempts.service.js';
import { LoginFlow } from '../login/login-flow.service.js';
import type { Started } from '../login/login-start.service.js';
import { StartLimits } from '../limits/start-limits.service.js';
import type { PageContext } from '../pages/page-context.js';

/** Begins the way of a user with a code: first LINE Login says which LINE account it is. */
@Injectable()
export class CodeStart {
  constructor(
    private readonly attempts: Attempts,
    private readonly flow: LoginFlow,
    private readonly limits: StartLimits,
  ) {}

  /** @throws AppError 429 for too many starts, 409 without a Login channel */
  async start(context: PageContext, ip: string): Promise<Required<Started>> {
    const { scope, channelId } = context;
    await this.limits.take(scope, channelId, ip);
    await this.flow.assertAvailable(context);
    const given = { channelId, purpose: 'link', route: 'user_code', role: 'user' } as const;
    const { attempt, browserSecret } = await this.attempts.begin(scope, given);
    const url = await this.flow.authorizeUrl(context, attempt);
    return { url, cookie: { id: attempt.id, secret: browserSecret, expiresAt: attempt.expiresAt } };
  }
}
