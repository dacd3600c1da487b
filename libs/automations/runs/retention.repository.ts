import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

@Injectable()
export class RunRetentionRepository {
  constructor(private readonly db: Database) {}

  /** Those with runs that ended before a moment and are kept whole. */
  async workspaces(scope: null, before: Date): Promise<string[]> {
    const rows = await this.db.call<{ id: string }>(
      scope,
      sql`select lookup_workspaces_with_old_runs(${before}) as id`,
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Gives up the runs that ended first, with their decisions and sends. Of a journey that lets nobody in twice, for ever
   * or by a key, it is kept that there was the run.
   * @returns how many
   */
  async giveUp(scope: Scope, before: Date, most: number): Promise<number> {
    const { workspaceId } = scope;
    const ofOld = sql`workspace_id = ${workspaceId} and t.member_id = old.member_id`;
    const { n } = await this.db.one<{ n: number }>(
      scope,
      sql`with old as (
            select member_id, id, journey_id, exists (
                     select from journey_versions v
                      where v.workspace_id = r.workspace_id and v.journey_id = r.journey_id
                        and v.definition -> 'reentry' ?| array['once', 'key']) as bars
              from journey_runs r
             where workspace_id = ${workspaceId} and ended_at < ${before} and decisions > 0
             order by ended_at limit ${most} for update skip locked),
          decisions_ as (delete from journey_decisions t using old where t.${ofOld} and t.run_id = old.id),
          sends_ as (
            delete from journey_sends t using old
             where t.${ofOld} and t.journey_id = old.journey_id and t.run_id = old.id),
          gone_ as (delete from journey_runs t using old where t.${ofOld} and t.id = old.id and not old.bars),
          kept_ as (
            update journey_runs t set start_body = '{}', decisions = 0 from old
             where t.${ofOld} and t.id = old.id and old.bars)
          select count(*)::int as n from old`,
    );
    return n;
  }
}
