import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import { purchasedBetween } from '#events';
import type { Scope, WorkspaceRef } from '#kernel';
import type { TrialKind } from './campaign-decision.entity.js';
import type { TrialOutcome } from './trial-outcome.js';

export interface Decision {
  sendId: string;
  campaignId: string;
  kind: TrialKind;
  firstSentAt: Date | null;
  decidedAt: Date | null;
  outcome: TrialOutcome | null;
}

const columns = sql`send_id as "sendId", campaign_id as "campaignId", kind, first_sent_at as "firstSentAt",
  decided_at as "decidedAt", outcome`;

@Injectable()
export class DecisionsRepository {
  constructor(private readonly db: Database) {}

  async add(scope: WorkspaceRef, { sendId, campaignId, kind }: Pick<Decision, 'sendId' | 'campaignId' | 'kind'>) {
    await this.db.execute(
      scope,
      sql`insert into campaign_decisions (workspace_id, send_id, campaign_id, kind)
          values (${scope.workspaceId}, ${sendId}, ${campaignId}, ${kind})`,
    );
  }

  find(scope: WorkspaceRef, sendId: string): Promise<Decision | undefined> {
    return this.db.maybeOne<Decision>(
      scope,
      sql`select ${columns} from campaign_decisions where workspace_id = ${scope.workspaceId} and send_id = ${sendId}`,
    );
  }

  /** The same, kept for the ambient transaction: of two that decide, the second finds it decided. */
  hold(scope: WorkspaceRef, sendId: string): Promise<Decision | undefined> {
    return this.db.maybeOne<Decision>(
      scope,
      sql`select ${columns} from campaign_decisions
           where workspace_id = ${scope.workspaceId} and send_id = ${sendId} for update`,
    );
  }

  /** The first part has been sent to. @returns since when that is known */
  async noteFirstSent(scope: Scope, sendId: string): Promise<Date> {
    const { at } = await this.db.one<{ at: Date }>(
      scope,
      sql`update campaign_decisions set first_sent_at = coalesce(first_sent_at, ${scope.clock.now()})
           where workspace_id = ${scope.workspaceId} and send_id = ${sendId} returning first_sent_at as at`,
    );
    return at;
  }

  async decide(scope: Scope, sendId: string, outcome: TrialOutcome): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaign_decisions set decided_at = ${scope.clock.now()}, outcome = ${JSON.stringify(outcome)}
           where workspace_id = ${scope.workspaceId} and send_id = ${sendId}`,
    );
  }

  /**
   * Members of the first part who purchased within so many minutes after their request, by variant; those of whom there
   * are none are missing.
   */
  async conversions(scope: Scope, sendId: string, minutes: number): Promise<Map<number, number>> {
    const bought = purchasedBetween({
      workspaceId: sql`o.workspace_id`,
      memberId: sql`o.member_id`,
      from: sql`o.settled_at`,
      to: sql`least(o.settled_at + make_interval(mins => ${minutes}), ${scope.clock.now()}::timestamptz)`,
    });
    const rows = await this.db.query<{ variant: number; people: number }>(
      scope,
      sql`select o.variant, count(distinct o.member_id)::int as people from recipient_outcomes o
            join pages p on p.workspace_id = o.workspace_id and p.send_id = o.send_id and p.number = o.page
           where o.workspace_id = ${scope.workspaceId} and o.send_id = ${sendId} and o.state = 'accepted' and not p.rest
             and ${bought}
           group by o.variant`,
    );
    return new Map(rows.map(({ variant, people }) => [variant, people]));
  }

  /** Why a campaign stands still, also where it is one that comes back; null: it goes on. */
  async noteProblem(scope: Scope, { sendId, campaignId }: Decision, problem: object | null): Promise<void> {
    const said = problem && JSON.stringify(problem);
    await this.db.execute(
      scope,
      sql`update campaigns set problem = ${said}, updated_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${campaignId} and send_id = ${sendId}`,
    );
    await this.db.execute(
      scope,
      sql`update campaign_runs set problem = ${said}
           where workspace_id = ${scope.workspaceId} and campaign_id = ${campaignId} and send_id = ${sendId}`,
    );
  }
}
