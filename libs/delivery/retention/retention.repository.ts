import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

/** How far ahead there are partitions, so that a schedule may miss many days. */
const AHEAD = '2 months';
/** The longest that a cap looks back. */
const LONGEST_CAP = '365 days';

@Injectable()
export class RetentionRepository {
  constructor(private readonly db: Database) {}

  /** Makes the partitions of the months to come. */
  async ensureMonths(scope: null, now: Date): Promise<void> {
    await this.db.call(
      scope,
      sql`select ensure_ledger_months(${now}::timestamptz, ${now}::timestamptz + ${AHEAD}::interval)`,
    );
  }

  async workspacesToRollUp(scope: null, before: Date): Promise<string[]> {
    const rows = await this.db.call<{ id: string }>(scope, sql`select lookup_workspaces_to_roll_up(${before}) as id`);
    return rows.map(({ id }) => id);
  }

  /** Writes the totals of ended sends from before a moment down, as they are told while their pages are there. */
  async rollUp(scope: Scope, before: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update sends s
             set totals = (
               select jsonb_build_object('audience', coalesce(s.audience, 0), 'planned', 0,
                        'accepted', coalesce(sum(accepted), 0), 'rejected', coalesce(sum(rejected), 0),
                        'uncertain', coalesce(sum(uncertain), 0), 'skipped', (
                          select coalesce(jsonb_object_agg(reason, n), '{}')
                            from (select key as reason, sum(value::bigint) as n
                                    from pages q, jsonb_each_text(q.skipped)
                                   where q.workspace_id = s.workspace_id and q.send_id = s.id group by key) counts))
                 from pages p where p.workspace_id = s.workspace_id and p.send_id = s.id)
           where s.workspace_id = ${scope.workspaceId} and s.id < first_id_at(${before}) and s.ended_at is not null
             and s.totals is null`,
    );
  }

  /** Slots that no cap looks at any more. */
  async forgetSlots(scope: Scope): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from attention_slots
           where workspace_id = ${scope.workspaceId} and at < ${scope.clock.now()}::timestamptz - ${LONGEST_CAP}::interval`,
    );
  }

  /** @returns the months, `YYYY_MM`, that were given up */
  async dropMonths(scope: null, before: Date): Promise<string[]> {
    const rows = await this.db.call<{ month: string }>(scope, sql`select drop_ledger_months(${before}) as month`);
    return rows.map(({ month }) => month);
  }
}
