import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Channels } from '#channels';
import { Database } from '#database';
import { RetryAfter } from '#jobs';
import { AppError, type Scope } from '#kernel';
import type { LineFailure, LineLoginClient } from '#line';
import { LoginGrantsRepository, type OwedGrant } from './login-grants.repository.js';
import { LoginGrants } from './login-grants.service.js';

/** An access token that ends sooner is refreshed before it is used. */
const FRESH_ENOUGH_MS = 60_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/** Why LINE can never be told. */
type Hindrance = 'no_login_channel' | 'tokens_ended' | 'refused';

/**
 * Tells LINE that somebody's consent to the Login channel has ended, as its guidelines ask of whoever unlinks people:
 * https://developers.line.biz/en/docs/line-login/managing-users/#deauthorize
 */
@Injectable()
export class Deauthorization {
  constructor(
    private readonly repository: LoginGrantsRepository,
    private readonly grants: LoginGrants,
    private readonly channels: Channels,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /** @param lineUserId line_users.id @throws RetryAfter while LINE cannot be told */
  async run(scope: Scope, lineUserId: string): Promise<void> {
    const grant = await this.repository.owed(scope, lineUserId);
    // Linked anew, or settled before.
    if (!grant) return;
    const client = await this.clientOf(scope, grant.channelId);
    if (!client) return this.settle(scope, grant, 'no_login_channel');
    const accessToken = await this.freshToken(scope, grant, client);
    if (accessToken === undefined) return this.settle(scope, grant, 'tokens_ended');
    const told = await client.deauthorize(accessToken);
    if (told.kind === 'answered') return this.settle(scope, grant, null);
    if (told.kind === 'refused') return this.settle(scope, grant, 'refused');
    await this.later(scope, grant, told);
  }

  private async clientOf(scope: Scope, channelId: string): Promise<LineLoginClient | undefined> {
    try {
      return await this.channels.loginClient(scope, channelId);
    } catch (error) {
      // A channel that is deleted has no Login channel either.
      if (error instanceof AppError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @returns undefined where the tokens have ended for good */
  private async freshToken(scope: Scope, grant: OwedGrant, client: LineLoginClient): Promise<string | undefined> {
    const now = scope.clock.now().getTime();
    if (grant.refreshExpiresAt.getTime() <= now) return undefined;
    const tokens = this.grants.read(scope, grant);
    if (tokens.accessExpiresAt.getTime() > now + FRESH_ENOUGH_MS) return tokens.accessToken;
    const answer = await client.refresh(tokens.refreshToken);
    if (answer.kind === 'refused') return undefined;
    if (answer.kind !== 'answered') return this.later(scope, grant, answer);
    await this.grants.refreshed(scope, grant, answer.value);
    return answer.value.accessToken;
  }

  private async later(scope: Scope, grant: OwedGrant, { kind }: LineFailure): Promise<never> {
    await this.repository.countTry(scope, grant);
    throw new RetryAfter(
      Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** grant.tries),
      `LINE could not be told: ${kind}`,
    );
  }

  private async settle(scope: Scope, grant: OwedGrant, hindrance: Hindrance | null): Promise<void> {
    const state = hindrance === null ? 'done' : 'impossible';
    await this.db.transaction(scope, async () => {
      if (!(await this.repository.settle(scope, grant, { state, reason: hindrance }))) return;
      const action = hindrance === null ? 'linking.deauthorized' : 'linking.deauthorize_impossible';
      await this.audit.record(scope, action, `line-users/${grant.lineUserId}`, hindrance ? { reason: hindrance } : {});
    });
  }
}
