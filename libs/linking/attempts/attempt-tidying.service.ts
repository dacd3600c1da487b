import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { CLOCK } from '#config';
import { Database } from '#database';
import type { Clock, Scope } from '#kernel';
import { Scopes } from '#workspaces';
import { TriesRepository } from '../limits/tries.repository.js';
import { AttemptsRepository } from './attempts.repository.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long an attempt that has ended can be looked up by support. */
const KEPT_MS = 30 * DAY_MS;
/** No delay lasts longer, nor is a try remembered for longer. */
const TRIES_KEPT_MS = DAY_MS;
/** In one transaction; the rest waits for the next time. */
const MOST_AT_ONCE = 500;

/** Attempts end by themselves: LINE tells nobody of a link token that has expired. */
@Injectable()
export class AttemptTidying {
  constructor(
    private readonly repository: AttemptsRepository,
    private readonly tries: TriesRepository,
    private readonly scopes: Scopes,
    private readonly db: Database,
    private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** In all workspaces. */
  async tidy(): Promise<void> {
    const now = this.clock.now();
    const endedBefore = new Date(now.getTime() - KEPT_MS);
    for (const workspaceId of await this.repository.overdue(null, now, endedBefore)) {
      await this.tidyOne(await this.scopes.system(workspaceId), now, endedBefore);
    }
    const triedBefore = new Date(now.getTime() - TRIES_KEPT_MS);
    for (const workspaceId of await this.tries.old(null, triedBefore))
      await this.tries.deleteOld({ workspaceId }, triedBefore, MOST_AT_ONCE);
  }

  private async tidyOne(scope: Scope, now: Date, endedBefore: Date): Promise<void> {
    await this.db.transaction(scope, async () => {
      for (const { id, purpose, route } of await this.repository.endOverdue(scope, now, MOST_AT_ONCE)) {
        const details = { purpose, route, outcome: 'expired' };
        await this.audit.record(scope, 'linking.attempt_failed', `link-attempts/${id}`, details);
      }
      await this.repository.deleteEnded(scope, endedBefore, MOST_AT_ONCE);
      await this.repository.deleteDrafts(scope, now);
    });
  }
}
