import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { invalid, notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { Passwords } from '#workspaces';
import { PasswordResetsRepository } from '../resets/password-resets.repository.js';
import { loginIdTaken } from '../sign-in.errors.js';
import { loginKeyOf } from './login-key.js';
import type { PutLoginDto } from './logins.dto.js';
import { LoginsRepository } from './logins.repository.js';
import { passwordFault, type PasswordFault } from './password-rules.js';

const FAULTS: Record<PasswordFault, string> = {
  short: 'must have at least 8 characters',
  long: 'must have at most 256 characters',
  unstorable: 'must be text without NUL',
  guessable: 'is among the first that are guessed',
  login_id: 'is too close to the login id',
};

const UNIQUE_VIOLATION = '23505';

/** What members sign in with on our own page, as the company sets it. */
@Injectable()
export class Logins {
  constructor(
    private readonly logins: LoginsRepository,
    private readonly resets: PasswordResetsRepository,
    private readonly members: Members,
    private readonly passwords: Passwords,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Gives a member a login, or changes it; links that were mailed before no longer set a password.
   * @throws AppError 404 for an unknown member, 400 for a password that would be guessed or a hash of another kind,
   *   409 for a login id that another member has, 503 while too many passwords are being hashed
   */
  async put(scope: Scope, externalId: string, given: PutLoginDto): Promise<void> {
    const memberId = await this.memberOf(scope, externalId);
    const loginKey = loginKeyOf(given.loginId)!;
    // Before the transaction: nobody waits for a turn with a connection in hand.
    const passwordHash = await this.hashOf(given);
    try {
      await this.db.transaction(scope, async () => {
        const { loginId } = given;
        await this.logins.put(scope, { memberId, loginId, loginKey, passwordHash }, scope.clock.now());
        await this.resets.removeOf(scope, memberId);
        await this.audit.record(scope, 'linking.login_set', `members/${memberId}`, {
          renewed: passwordHash !== undefined,
        });
      });
    } catch (error) {
      if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) throw loginIdTaken();
      throw error;
    }
  }

  /** The member can no longer sign in on our page. @throws AppError 404 for an unknown member, or one without a login */
  async remove(scope: Scope, externalId: string): Promise<void> {
    const memberId = await this.memberOf(scope, externalId);
    await this.db.transaction(scope, async () => {
      if (!(await this.logins.remove(scope, memberId))) throw notFound('login');
      await this.resets.removeOf(scope, memberId);
      await this.audit.record(scope, 'linking.login_removed', `members/${memberId}`);
    });
  }

  /** @returns the inside id. @throws AppError 404 */
  async memberOf(scope: Scope, externalId: string): Promise<string> {
    const memberId = (await this.members.find(scope, [externalId])).get(externalId);
    if (!memberId) throw notFound('member');
    return memberId;
  }

  private async hashOf({ loginId, password, passwordHash }: PutLoginDto): Promise<string | undefined> {
    if (password !== undefined) {
      const fault = passwordFault(password, loginId);
      if (fault) throw invalid([{ path: '/password', detail: FAULTS[fault] }]);
      return this.passwords.hash(password);
    }
    if (passwordHash === undefined || this.passwords.fits(passwordHash)) return passwordHash;
    throw invalid([{ path: '/passwordHash', detail: 'must be $argon2id$v=19$m=19456,t=2,p=1$ with salt and hash' }]);
  }
}
