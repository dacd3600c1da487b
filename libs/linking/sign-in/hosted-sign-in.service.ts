import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Passwords } from '#workspaces';
import { RecognisedVisitors } from '../recognised-visitors.service.js';
import { loginKeyOf } from './logins/login-key.js';
import { LoginsRepository, type FoundLogin } from './logins/logins.repository.js';
import { LONGEST_PASSWORD } from './logins/password-rules.js';
import { signInRefused } from './sign-in.errors.js';
import { SignInTries } from './sign-in-tries.service.js';

/** What somebody typed on our sign-in page; nothing of it is known to be well-formed. */
export interface TypedLogin {
  loginId: string;
  password: string;
  /** Who this browser is on the company's pages. */
  visitorId?: string;
}

/** Members who sign in on our own page. */
@Injectable()
export class HostedSignIn {
  constructor(
    private readonly logins: LoginsRepository,
    private readonly passwords: Passwords,
    private readonly tries: SignInTries,
    private readonly visitors: RecognisedVisitors,
    private readonly audit: Audit,
    private readonly db: Database,
  ) {}

  /**
   * Whose login id and password these are. Whether a login id exists shows neither in the answer nor in the time it
   * takes: one look into the index and one Argon2id either way.
   * @param address the network address that asks
   * @returns members.id
   * @throws AppError 401 for a wrong login id or password, 429 after too many of them, 503 in a flood
   */
  async signIn(scope: Scope, typed: TypedLogin, address: string): Promise<string> {
    const { loginId, password } = typed;
    // What is no login id is nobody's, and counted as one more unknown name.
    const key = loginKeyOf(loginId) ?? '';
    const trier = { loginKey: key, address };
    await this.tries.begin(scope, 'sign_in', trier);
    try {
      const found = await this.logins.findByKey(scope, key);
      const right = await this.passwords.verify(
        password.slice(0, LONGEST_PASSWORD + 1),
        found?.passwordHash ?? undefined,
      );
      if (found && right) {
        await this.admit(scope, found, typed);
        await this.tries.succeeded(scope, trier);
        return found.memberId;
      }
      if (found) this.writeDownRefusal(scope, found.memberId);
    } catch (error) {
      await this.tries.takenBack(scope, trier);
      throw error;
    }
    throw signInRefused();
  }

  /** Lets a member try again at once who has shown in another way who they are. */
  async forgive(scope: Scope, loginId: string): Promise<void> {
    await this.tries.forgive(scope, loginKeyOf(loginId) ?? '');
  }

  private async admit(scope: Scope, { memberId, passwordHash }: FoundLogin, typed: TypedLogin): Promise<void> {
    const { password, visitorId } = typed;
    const before = passwordHash!;
    const renewed = this.passwords.isOutdated(before) && (await this.passwords.hash(password));
    await this.db.transaction(scope, async () => {
      if (renewed) await this.logins.renewHash(scope, memberId, before, renewed);
      await this.visitors.announce(scope, memberId, visitorId);
      await this.audit.record(scope, 'linking.signed_in', `members/${memberId}`);
    });
  }

  /** Not waited for: an answer that takes longer for members would tell who is one. */
  private writeDownRefusal(scope: Scope, memberId: string): void {
    this.db.afterCommit(() =>
      this.db.transaction(scope, () => this.audit.record(scope, 'linking.sign_in_refused', `members/${memberId}`)),
    );
  }
}
