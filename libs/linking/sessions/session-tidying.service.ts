import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import type { Clock } from '#kernel';
import { LinkSessionsRepository } from './link-sessions.repository.js';

/** How long a session can be looked up after it was made. */
const KEPT_MS = 30 * 24 * 60 * 60_000;
/** In one transaction; the rest waits for the next time. */
const MOST_AT_ONCE = 5_000;

@Injectable()
export class SessionTidying {
  constructor(
    private readonly sessions: LinkSessionsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** In all workspaces. */
  async tidy(): Promise<void> {
    const now = this.clock.now();
    const madeBefore = new Date(now.getTime() - KEPT_MS);
    for (const workspaceId of await this.sessions.untidy(null, now, madeBefore)) {
      await this.sessions.forgetTokens({ workspaceId }, now);
      await this.sessions.deleteOld({ workspaceId }, madeBefore, MOST_AT_ONCE);
    }
  }
}
