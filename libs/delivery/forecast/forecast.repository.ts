import { Injectable } from '@nestjs/common';
import { bigints, Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { SendClass } from '../ledger/send.entity.js';
import type { Slot } from './forecast.js';

interface SlotOfMember {
  memberId: string;
  class: SendClass;
  /** Milliseconds since 1970. */
  at: number;
}

@Injectable()
export class ForecastRepository {
  constructor(private readonly db: Database) {}

  /** What members were sent, by member. @param but the campaign or journey whose own sends are left out */
  async slots(scope: WorkspaceRef, memberIds: readonly string[], but: string | null): Promise<Map<string, Slot[]>> {
    const rows = await this.db.query<SlotOfMember>(
      scope,
      sql`select s.member_id as "memberId", s.class, (extract(epoch from s.at) * 1000)::float8 as at
            from unnest(${bigints(memberIds)}::bigint[]) as n (member_id)
            join attention_slots s on s.workspace_id = ${scope.workspaceId} and s.member_id = n.member_id
           where not exists (select from sends o where o.workspace_id = s.workspace_id and o.id = s.send_id
                                and o.origin_id = ${but}::uuid)
           order by s.member_id, s.at, s.send_id`,
    );
    const slots = new Map<string, Slot[]>();
    for (const { memberId, class: of, at } of rows) {
      const own = slots.get(memberId) ?? [];
      slots.set(memberId, own);
      own.push({ class: of, at, leftAt: at });
    }
    return slots;
  }
}
