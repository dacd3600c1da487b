import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { loginKeyOf } from '../logins/login-key.js';
import { LoginsRepository } from '../logins/logins.repository.js';
import { mailPasswordReset } from '../sign-in.jobs.js';
import { SignInTries } from '../sign-in-tries.service.js';

const NOBODY = '0';

export interface ResetAsked {
  channelId: string;
  /** As it was typed. */
  loginId: string;
  lang: 'ja' | 'en';
}

/** Members who have forgotten their password. */
@Injectable()
export class ResetRequests {
  constructor(
    private readonly logins: LoginsRepository,
    private readonly tries: SignInTries,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Sees to it that a mail goes to the address of the profile, where login id and address are known. Where they are not,
   * the same is written and nothing comes of it, so that neither answer nor time tells.
   * @param address the network address that asks
   * @throws AppError 429 after too many requests for one login id or from one network address
   */
  async ask(scope: Scope, { channelId, loginId, lang }: ResetAsked, address: string): Promise<void> {
    const key = loginKeyOf(loginId) ?? '';
    await this.tries.begin(scope, 'reset', { loginKey: key, address });
    const memberId = (await this.logins.findByKey(scope, key))?.memberId ?? NOBODY;
    await this.jobs.enqueue(scope, mailPasswordReset, { workspaceId: scope.workspaceId, channelId, memberId, lang });
  }
}
