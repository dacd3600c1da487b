import { Injectable } from '@nestjs/common';
import { notFound, sha256, type Scope } from '#kernel';
import type { LoginDto, LoginWarning } from './logins.dto.js';
import { LoginsRepository, type LoginState } from './logins.repository.js';

export interface Readiness {
  /** Has a login id and a password to sign in with on our page. */
  hasLogin: boolean;
  /** Has a mail address to which a reset can go. */
  hasEmail: boolean;
  /** When the member last opened a link that was mailed to the address they have now. */
  emailVerifiedAt?: Date;
  warnings: LoginWarning[];
}

/** Whether a member could get back in by themselves, asked before they need it. */
@Injectable()
export class SignInReadiness {
  constructor(private readonly logins: LoginsRepository) {}

  /** @param memberId inside id. @throws AppError 404 */
  async of(scope: Scope, memberId: string): Promise<Readiness> {
    const { passwordSetAt, emailSet, emailVerifiedAt, warnings } = await this.shown(scope, memberId);
    return {
      hasLogin: passwordSetAt !== null,
      hasEmail: emailSet,
      ...(emailVerifiedAt && { emailVerifiedAt }),
      warnings,
    };
  }

  /** The same as the API tells it. @throws AppError 404 */
  async shown(scope: Scope, memberId: string): Promise<LoginDto> {
    const state = await this.logins.state(scope, memberId);
    if (!state) throw notFound('member');
    const { loginId, passwordSetAt, email } = state;
    const emailVerifiedAt = verifiedAt(state);
    const warnings = warningsOf(state, emailVerifiedAt);
    return { loginId, passwordSetAt, emailSet: Boolean(email), emailVerifiedAt, warnings };
  }
}

/** A proof of an address is none of the next one. */
function verifiedAt({ email, verifiedEmailHash, emailVerifiedAt }: LoginState): Date | null {
  return email && verifiedEmailHash?.equals(sha256(email)) ? emailVerifiedAt : null;
}

function warningsOf({ loginId, passwordSetAt, email }: LoginState, emailVerifiedAt: Date | null): LoginWarning[] {
  const warnings: LoginWarning[] = [];
  if (loginId === null) warnings.push('no_login');
  else if (passwordSetAt === null) warnings.push('no_password');
  if (!email) warnings.push('no_email');
  else if (emailVerifiedAt === null) warnings.push('email_not_verified');
  return warnings;
}
