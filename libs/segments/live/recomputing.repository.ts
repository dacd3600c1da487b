import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Asked } from '../answers/questions.service.js';
import { Joined } from '../conditions/joined.js';
import type { MembershipChange } from './membership-changes.service.js';

/**
 * Everybody's membership in one segment, set against what is written down. Postgres does not know how many belong to a
 * segment that has just begun, so sets meet in EXCEPT only, which never compares each with each.
 */
@Injectable()
export class RecomputingRepository {
  constructor(private readonly db: Database) {}

  /** Writes down whom a segment holds that begins: most of the work, which needs no turn if `write` follows in one. */
  async begin(scope: Scope, segmentId: string, asked: Asked): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into live_segment_members (workspace_id, member_id, segment_id)
          select ${scope.workspaceId}, n.id, ${segmentId} from (select m.id ${new Joined(asked.question).members(asked.compiled)}) n
           order by n.id on conflict do nothing`,
    );
  }

  /** Writes the difference. @returns it, or nothing where nobody is to hear of it */
  async write(scope: Scope, segmentId: string, asked: Asked, { tell }: { tell: boolean }): Promise<MembershipChange> {
    const mine = sql`l.workspace_id = ${scope.workspaceId}::uuid and l.segment_id = ${segmentId}::uuid`;
    const rows = await this.db.query<{ id: string; entered: boolean }>(
      scope,
      sql`with wanted as materialized (select m.id ${new Joined(asked.question).members(asked.compiled)}),
               known as materialized (select l.member_id as id from live_segment_members l where ${mine}),
               lost as (delete from live_segment_members l
                         where l.ctid = any(array(
                           select found.place from (select id from known except select id from wanted) n
                            cross join lateral (select l.ctid as place from live_segment_members l
                                                 where ${mine} and l.member_id = n.id limit 1) found))
                        returning l.member_id as id),
               come as (insert into live_segment_members (workspace_id, member_id, segment_id)
                        select ${scope.workspaceId}, n.id, ${segmentId} from (select id from wanted except select id from known) n
                         order by n.id
                        returning member_id as id)
          select id, true as entered from come where ${tell} union all select id, false from lost where ${tell}`,
    );
    const idsOf = (entered: boolean) => rows.filter((row) => row.entered === entered).map(({ id }) => id);
    return { segmentId, entered: idsOf(true), left: idsOf(false) };
  }

  async deleteAll(scope: WorkspaceRef, segmentId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from live_segment_members where workspace_id = ${scope.workspaceId} and segment_id = ${segmentId}`,
    );
  }

  /** Deletes some of a segment's members. @returns whether there may be more */
  async deleteSome(scope: WorkspaceRef, segmentId: string, most: number): Promise<boolean> {
    const deleted = await this.db.execute(
      scope,
      sql`delete from live_segment_members l using (
            select member_id from live_segment_members
             where workspace_id = ${scope.workspaceId} and segment_id = ${segmentId} order by member_id limit ${most}) first
           where l.workspace_id = ${scope.workspaceId} and l.segment_id = ${segmentId} and l.member_id = first.member_id`,
    );
    return deleted === most;
  }
}
