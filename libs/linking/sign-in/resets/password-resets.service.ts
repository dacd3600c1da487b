import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { sha256, type Scope } from '#kernel';
import { Passwords } from '#workspaces';
import { HostedSignIn } from '../hosted-sign-in.service.js';
import { LoginsRepository } from '../logins/logins.repository.js';
import { passwordFault, type PasswordFault } from '../logins/password-rules.js';
import { resetOver } from '../sign-in.errors.js';
import { PasswordResetsRepository, type FoundReset } from './password-resets.repository.js';

const TOKEN = /^[\w-]{43}$/;

/** Setting a password by a link that was mailed. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly resets: PasswordResetsRepository,
    private readonly logins: LoginsRepository,
    private readonly passwords: Passwords,
    private readonly signIns: HostedSignIn,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /** Whether a link still sets a password. Looking changes nothing: mail scanners open links too. */
  async isLive(scope: Scope, token: string): Promise<boolean> {
    return (await this.find(scope, token)) !== undefined;
  }

  /**
   * Sets a password, and with it knows the mail address to be right. Every other link of the member is void then.
   * @returns what is wrong with the password, which uses nothing up; undefined where it is set
   * @throws AppError 410 for a link that was used, has expired, or went to an address that is no longer the member's;
   *   503 while too many passwords are being hashed
   */
  async use(scope: Scope, token: string, password: string): Promise<PasswordFault | undefined> {
    const found = await this.find(scope, token);
    if (!found) throw resetOver();
    const fault = passwordFault(password, found.loginId);
    if (fault) return fault;
    // Before the transaction: nobody waits for a turn with a connection in hand.
    const passwordHash = await this.passwords.hash(password);
    await this.db.transaction(scope, () => this.set(scope, sha256(token), found, passwordHash));
    await this.signIns.forgive(scope, found.loginId);
    return undefined;
  }

  private async set(scope: Scope, tokenHash: Buffer, found: FoundReset, passwordHash: string): Promise<void> {
    const { memberId, emailHash } = found;
    const now = scope.clock.now();
    // First, so that two links of one member wait for each other here and not in a circle.
    if (!(await this.logins.hold(scope, memberId))) throw resetOver();
    if (!(await this.resets.take(scope, tokenHash, now))) throw resetOver();
    const email = (await this.logins.state(scope, memberId))?.email;
    if (!email || !sha256(email).equals(emailHash)) throw resetOver();
    await this.resets.endOthers(scope, memberId, now);
    await this.logins.setPassword(scope, { memberId, passwordHash, verifiedEmailHash: emailHash }, now);
    await this.audit.record(scope, 'linking.login_reset', `members/${memberId}`);
  }

  private async find(scope: Scope, token: string): Promise<FoundReset | undefined> {
    if (!TOKEN.test(token)) return undefined;
    return this.resets.findLive(scope, sha256(token), scope.clock.now());
  }
}
