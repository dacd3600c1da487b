import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { Links } from '../links.service.js';
import type { WaitingCode } from './codes.view.js';
import { UserCodes } from './user-codes.service.js';

/** The codes that a browser may be shown, because its LINE user is linked as the contractor. */
@Injectable()
export class ContractorCodes {
  constructor(
    private readonly links: Links,
    private readonly codes: UserCodes,
  ) {}

  /** @param attempt of this browser. @returns the open codes of all contracts of its LINE user */
  async shownTo(scope: Scope, attempt: Attempt | undefined): Promise<WaitingCode[]> {
    if (attempt?.lineUserId === undefined || !isProven(attempt)) return [];
    const live = await this.links.liveOfLineUser(scope, attempt.lineUserId);
    const shown: WaitingCode[] = [];
    for (const { role, memberId } of live) {
      if (role !== 'contractor') continue;
      // Whoever comes right from linking sees them although the worker has not come to it yet.
      await this.codes.ensureAll(scope, memberId);
      shown.push(...(await this.codes.openOf(scope, memberId)));
    }
    return shown;
  }
}

/** An invitation names its LINE user from the start; that the browser is that person's, LINE says at its end. */
function isProven({ route, state }: Attempt): boolean {
  return route !== 'account_link' || state === 'linked' || state === 'done';
}
