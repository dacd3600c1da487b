import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { LinkPages } from '../pages/link-pages.service.js';
import type { LoginWarning } from '../sign-in/logins/logins.dto.js';
import { SignInReadiness } from '../sign-in/logins/sign-in-readiness.service.js';

/** What our own page asks for, and a company's own sign-in does not. */
const OF_HOSTED_SIGN_IN: LoginWarning[] = ['no_login', 'no_password', 'email_not_verified'];

/** What a member needs for moving, looked at before they need it. */
@Injectable()
export class TakeoverChecks {
  constructor(
    private readonly readiness: SignInReadiness,
    private readonly pages: LinkPages,
  ) {}

  /**
   * What would keep the member from confirming the takeover with the new LINE account.
   * @param of members.id, and the channel on whose page they will sign in
   */
  async warnings(scope: Scope, of: { channelId: string; memberId: string }): Promise<LoginWarning[]> {
    const { warnings } = await this.readiness.of(scope, of.memberId);
    const { signIn } = await this.pages.of(scope, of.channelId);
    return signIn.kind === 'hosted' ? warnings : warnings.filter((one) => !OF_HOSTED_SIGN_IN.includes(one));
  }
}
