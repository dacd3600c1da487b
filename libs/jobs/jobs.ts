import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Database } from '#database';
import { notFound, parse, type Clock, type WorkspaceRef } from '#kernel';
import type { FactDefinition, JobDefinition } from './declarations/definitions.js';
import { FACT_LANE } from './lanes.js';
import { OutboxRepository, type NewRow, type ParkedJob } from './outbox/outbox.repository.js';
import { Relay } from './queue/relay.js';
import { togetherKey } from './queue/wake-up.js';

/** Most parked jobs shown at a time. */
const PARKED_SHOWN = 200;

/** How work gets into the outbox: in the caller's transaction, so that it exists if and only if its reason does. */
@Injectable()
export class Jobs {
  constructor(
    private readonly db: Database,
    private readonly outbox: OutboxRepository,
    private readonly relay: Relay,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Sees to it that the job's handler runs, once what the caller is doing has committed.
   * @param scope `null` for the installation's own work, which belongs to no workspace
   * @throws AppError when the payload is not what the job declares
   */
  async enqueue<P extends object>(
    scope: WorkspaceRef | null,
    job: JobDefinition<P>,
    payload: P,
    options: { dueAt?: Date } = {},
  ): Promise<void> {
    const now = this.clock.now();
    await this.add(scope, {
      job: job.name,
      lane: job.lane,
      payload: parse(job.payload, payload),
      oneAtATime: job.oneAtATime?.(payload) ?? null,
      dueAt: options.dueAt ?? now,
      createdAt: now,
    });
  }

  /** Tells all subscribers, of whom the worker knows, once what the caller is doing has committed. */
  async announce<P extends object>(scope: WorkspaceRef, fact: FactDefinition<P>, payload: P): Promise<void> {
    const now = this.clock.now();
    await this.add(scope, {
      job: fact.name,
      lane: FACT_LANE,
      payload: parse(fact.payload, payload),
      oneAtATime: null,
      dueAt: now,
      createdAt: now,
      together: fact.together?.isSmall(payload) ? togetherKey(fact.name, scope) : undefined,
    });
  }

  /** Jobs that were given up, the latest first. */
  async parked(scope: WorkspaceRef): Promise<ParkedJob[]> {
    return this.outbox.parked(scope, PARKED_SHOWN);
  }

  /** Lets a parked job run again, with all its attempts. @throws AppError 404 unless it is parked in this workspace */
  async rerun(scope: WorkspaceRef, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const row = /^\d{1,18}$/.test(id) && (await this.outbox.unpark(scope, id, this.clock.now()));
      if (!row) throw notFound('parked-job');
      this.db.afterCommit(async () => this.relay.wake([{ ids: [row.id], lane: row.lane }]));
    });
  }

  private async add(scope: WorkspaceRef | null, { together, ...row }: NewRow & { together?: string }): Promise<void> {
    const { workspaceId } = row.payload as Partial<WorkspaceRef>;
    if (workspaceId !== undefined && workspaceId !== scope?.workspaceId) {
      throw new Error(`${row.job}: the payload is of another workspace than its scope.`);
    }
    await this.db.transaction(scope, async () => {
      const ids = await this.outbox.add(scope, [row]);
      const inMs = row.dueAt.getTime() - row.createdAt.getTime();
      this.db.afterCommit(async () => this.relay.wake([{ ids, lane: row.lane, inMs, together }]));
    });
  }
}
