import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { CLOCK } from '#config';
import { Database } from '#database';
import type { Actor, Clock, Scope } from '#kernel';
import { signInRefused } from './operators.errors.js';
import { OperatorsRepository, type FoundOperator } from './operators.repository.js';
import { Passwords } from './passwords.js';
import type { SignedInDto, SignInDto } from './sessions.dto.js';
import { Sessions } from './sessions.service.js';
import { SignInLimits } from './sign-in-limits.js';

@Injectable()
export class SignIn {
  private readonly limits = new SignInLimits();

  constructor(
    private readonly operators: OperatorsRepository,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly audit: Audit,
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Opens a session. Whether the e-mail address is an operator's shows neither in the answer nor in the time it takes.
   * @param address the network address that asks
   * @throws AppError 401 for a wrong e-mail address or password, 429 after too many of them, 503 in a flood
   */
  async signIn({ email, password }: SignInDto, address: string): Promise<SignedInDto> {
    const attempt = this.limits.begin(email, address, this.clock.now());
    try {
      const found = await this.operators.lookup(null, email);
      const right = await this.passwords.verify(password, found?.passwordHash);
      if (found && right) {
        const opened = await this.open(found, password);
        attempt.succeeded();
        return opened;
      }
      if (found) this.writeDownRefusal(found);
    } catch (error) {
      attempt.takenBack();
      throw error;
    }
    throw signInRefused();
  }

  private async open(found: FoundOperator, password: string): Promise<SignedInDto> {
    const scope = this.scopeOf(found, { kind: 'operator', id: found.id });
    const renewed = this.passwords.isOutdated(found.passwordHash) && (await this.passwords.hash(password));
    return this.db.transaction(scope, async () => {
      if (renewed) await this.operators.savePassword(scope, found.id, renewed);
      return this.sessions.open(scope);
    });
  }

  /** Not waited for: an answer that takes longer for operators would tell who is one. */
  private writeDownRefusal(found: FoundOperator): void {
    const scope = this.scopeOf(found, { kind: 'system', id: 'sign-in' });
    this.db.afterCommit(() => this.db.transaction(scope, () => this.audit.record(scope, 'sessions.refused', found.id)));
  }

  private scopeOf({ workspaceId, timeZone, currency }: FoundOperator, actor: Actor): Scope {
    return { workspaceId, actor, permits: new Set(), timeZone, currency, clock: this.clock };
  }
}
