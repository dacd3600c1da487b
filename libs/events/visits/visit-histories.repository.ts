import { Injectable } from '@nestjs/common';
import { bigints, Database, instants, prepared, sql } from '#database';
import type { Scope } from '#kernel';

@Injectable()
export class VisitHistoriesRepository {
  constructor(private readonly db: Database) {}

  /**
   * Adds visits (milliseconds) of members who are held, each where it belongs in time.
   * @param visits by external id
   * @param ids inside ids by external ids
   */
  async add(scope: Scope, visits: Map<string, number[]>, ids: ReadonlyMap<string, string>): Promise<void> {
    const rows = [...visits].flatMap(([member, dates]) => dates.map((at) => ({ memberId: ids.get(member)!, at })));
    await this.db.execute(
      scope,
      prepared(sql`insert into visit_histories as h (workspace_id, member_id, visited_at)
          select ${scope.workspaceId}, n.member_id, array_agg(n.visited_at order by n.visited_at)
            from unnest(${bigints(rows.map((row) => row.memberId))}::bigint[],
                        ${instants(rows.map((row) => row.at))}::timestamptz[]) as n (member_id, visited_at)
           group by n.member_id
          on conflict (workspace_id, member_id) do update
             set visited_at = case
                   when h.visited_at[cardinality(h.visited_at)] <= excluded.visited_at[1] then h.visited_at || excluded.visited_at
                   else array(select at from unnest(h.visited_at || excluded.visited_at) as at order by at) end`),
    );
  }
}
