import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import type { Clock } from '#kernel';
import { Scopes } from '#workspaces';
import { Attempts } from '../attempts/attempts.service.js';
import { AttemptsRepository } from '../attempts/attempts.repository.js';
import { TriesRepository } from '../limits/tries.repository.js';
import { LinkSessionsRepository } from '../sessions/link-sessions.repository.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long an attempt that has ended, and a session, can be looked up by support. */
const KEPT_MS = 30 * DAY_MS;
/** No delay lasts longer, nor is a try remembered for longer. */
const TRIES_KEPT_MS = DAY_MS;
/** Of one kind in one workspace; the rest waits for the next time. */
const MOST_AT_ONCE = 500;

/** What ends, and is forgotten, by itself: LINE tells nobody of a link token that has expired. */
@Injectable()
export class LinkingTidying {
  constructor(
    private readonly attempts: Attempts,
    private readonly records: AttemptsRepository,
    private readonly sessions: LinkSessionsRepository,
    private readonly tries: TriesRepository,
    private readonly scopes: Scopes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** In all workspaces. */
  async tidy(): Promise<void> {
    const now = this.clock.now();
    const before = (milliseconds: number) => new Date(now.getTime() - milliseconds);
    const [keptSince, triedSince] = [before(KEPT_MS), before(TRIES_KEPT_MS)];
    for (const workspaceId of await this.records.overdue(null, now, keptSince)) {
      await this.attempts.endOverdue(await this.scopes.system(workspaceId), MOST_AT_ONCE);
      await this.records.deleteEnded({ workspaceId }, keptSince, MOST_AT_ONCE);
      await this.records.deleteDrafts({ workspaceId }, now);
    }
    for (const workspaceId of await this.sessions.untidy(null, now, keptSince)) {
      await this.sessions.forgetTokens({ workspaceId }, now);
      await this.sessions.deleteOld({ workspaceId }, keptSince, MOST_AT_ONCE);
    }
    for (const workspaceId of await this.tries.old(null, triedSince))
      await this.tries.deleteOld({ workspaceId }, triedSince, MOST_AT_ONCE);
  }
}
