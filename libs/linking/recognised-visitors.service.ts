import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { visitorRecognised } from './linking.jobs.js';

/** Visitors of the company's pages of whom a sign-in or a link has shown which member they are. */
@Injectable()
export class RecognisedVisitors {
  constructor(private readonly jobs: Jobs) {}

  /**
   * Announces it with the ambient transaction.
   * @param visitorId as the company's server gave it, or the cookie on the company's own host: never what an address
   *   says, which somebody else may have made; undefined: there is none
   */
  async announce(scope: Scope, memberId: string, visitorId: string | undefined): Promise<void> {
    if (visitorId === undefined) return;
    const { workspaceId } = scope;
    await this.jobs.announce(scope, visitorRecognised, { workspaceId, memberId, visitorId });
  }
}
