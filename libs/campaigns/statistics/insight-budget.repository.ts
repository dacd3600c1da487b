import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';

/** LINE counts a request when it arrives, by its own clock. */
const APART_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How often LINE may be asked for statistics: in any hour of a channel, whoever asks. */
@Injectable()
export class InsightBudget {
  constructor(private readonly db: Database) {}

  /** Whether a question is left; nobody else takes one before the ambient transaction ends. */
  async isLeft(scope: Scope, channelId: string): Promise<boolean> {
    const forgotten = new Date(scope.clock.now().getTime() - HOUR_MS - APART_MS);
    await this.db.execute(
      scope,
      sql`insert into line_insight_budgets (workspace_id, channel_id, asked_at)
          values (${scope.workspaceId}, ${channelId}, '{}') on conflict do nothing`,
    );
    const { asked } = await this.db.one<{ asked: number }>(
      scope,
      sql`update line_insight_budgets set asked_at = array(select at from unnest(asked_at) at where at > ${forgotten})
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}
          returning cardinality(asked_at) as asked`,
    );
    return asked < LINE_LIMITS.unitStatistics.perHour;
  }

  /** Takes one that is left, to be asked once the ambient transaction has committed. */
  async take(scope: Scope, channelId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update line_insight_budgets set asked_at = asked_at || ${scope.clock.now()}::timestamptz
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  /** LINE says that there have been too many: somebody else asks too. Nobody asks for an hour. */
  async spend(scope: Scope, channelId: string): Promise<void> {
    const all = Array.from({ length: LINE_LIMITS.unitStatistics.perHour }, () => scope.clock.now().toISOString());
    await this.db.execute(
      scope,
      sql`update line_insight_budgets set asked_at = ${all}::timestamptz[]
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }
}
