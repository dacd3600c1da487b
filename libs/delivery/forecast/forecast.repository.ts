import { Injectable } from '@nestjs/common';
import { bigints, Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { Slot } from './forecast.js';

interface SlotOfMember extends Slot {
  memberId: string;
}

@Injectable()
export class ForecastRepository {
  constructor(private readonly db: Database) {}

  /** What members were sent, by member. @param but the campaign or journey whose own sends are left out */
  async slots(scope: WorkspaceRef, memberIds: readonly string[], but: string | null): Promise<Map<string, Slot[]>> {
    const rows = await this.db.query<SlotOfMember>(
      scope,
      sql`select s.member_id as "memberId", s.class, at.ms as at, at.ms as "leftAt"
            from unnest(${bigints(memberIds)}::bigint[]) as n (member_id)
            join attention_slots s on s.workspace_id = ${scope.workspaceId} and s.member_id = n.member_id
            cross join lateral (select (extract(epoch from s.at) * 1000)::float8 as ms) at
           where not exists (select from sends o where o.workspace_id = s.workspace_id and o.id = s.send_id
                                and o.origin_id = ${but}::uuid)
           order by s.member_id, s.at, s.send_id`,
    );
    return Map.groupBy(rows, ({ memberId }) => memberId);
  }
}
