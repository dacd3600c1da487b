import { Injectable } from '@nestjs/common';
import { Database, join, sql, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Cap } from '#workspaces';
import type { SendClass } from '../ledger/send.entity.js';

const DAY_MS = 24 * 60 * 60_000;

/** A send that takes slots, under the caps of its class. */
export interface CappedSend {
  id: string;
  class: SendClass;
  value: number;
  caps: readonly Cap[];
}

/** What a member is sent, counted against the caps of the workspace. */
@Injectable()
export class AttentionRepository {
  constructor(private readonly db: Database) {}

  /**
   * One planner at a time counts and takes slots of a workspace; until the ambient transaction ends. Whoever waited sees
   * what the other has taken: its statements begin afterwards.
   */
  async takeTurn(scope: WorkspaceRef): Promise<void> {
    const name = `attention ${scope.workspaceId}`;
    await this.db.query(scope, sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }

  /** Messages that were never sent to anybody leave their slots to others. @param memberIds default: all not used yet */
  async giveBack(scope: WorkspaceRef, sendId: string, memberIds?: readonly string[]): Promise<void> {
    const whose = memberIds ? sql`member_id = any(${memberIds}::bigint[])` : sql`not used`;
    await this.db.execute(
      scope,
      sql`delete from attention_slots where workspace_id = ${scope.workspaceId} and send_id = ${sendId} and ${whose}`,
    );
  }

  /** The same for everybody on a page who has no outcome of their own. */
  async giveBackPage(scope: WorkspaceRef, { sendId, number }: { sendId: string; number: number }): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from attention_slots s using pages p
           where p.workspace_id = ${scope.workspaceId} and p.send_id = ${sendId} and p.number = ${number}
             and s.workspace_id = p.workspace_id and s.send_id = p.send_id and s.member_id = any(p.member_ids)
             and not exists (select from recipients r where r.workspace_id = p.workspace_id and r.send_id = p.send_id
                                and r.member_id = s.member_id and r.state <> 'rejected')`,
    );
  }
}

/**
 * Takes slots for those who were `drawn`, as CTEs of the statement that plans them; the last is `given`. Where a cap leaves
 * none, one that a send of a lower value has not used yet is taken from it; else they are `capped`.
 */
export function slotsTaken(scope: Scope, send: CappedSend): Sql {
  const now = scope.clock.now();
  const caps = sql`(values ${join(
    send.caps.map(({ count, days }) => sql`(${count}::int, ${new Date(now.getTime() - days * DAY_MS)}::timestamptz)`),
  )}) cap (most, since)`;
  const slots = sql`attention_slots s where s.workspace_id = ${scope.workspaceId} and s.member_id = d.member_id
    and s.class = ${send.class}`;
  const left = (without: Sql) => sql`
    select bool_and((select count(*) from ${slots} and s.at > cap.since ${without}) < cap.most) from ${caps}`;
  return sql`
    counted as (
      select d.*, d.reason is null and not (${left(sql``)}) as is_full from drawn d),
    weighed as (
      select d.*, case when d.is_full then (
               select o.send_id from attention_slots o
                where o.workspace_id = ${scope.workspaceId} and o.member_id = d.member_id and o.class = ${send.class}
                  and not o.used and o.value < ${send.value}::int and (${left(sql`and s.send_id <> o.send_id`)})
                order by o.value, o.at desc limit 1) end as displaced
        from counted d),
    displaced as (
      delete from attention_slots s using weighed w
       where s.workspace_id = ${scope.workspaceId} and s.member_id = w.member_id and s.send_id = w.displaced and not s.used
      returning s.member_id),
    given as (
      select member_id, line_user_id, variables, part,
             case when is_full and member_id not in (select member_id from displaced) then 'capped' else reason end as reason,
             case when is_full then ${send.caps.map(({ count, days }) => `${count} in ${days} days`).join(', ')} else detail end
               as detail
        from weighed),
    taken as (
      insert into attention_slots (workspace_id, member_id, send_id, class, value, at)
      select ${scope.workspaceId}, member_id, ${send.id}, ${send.class}, ${send.value}, ${now} from given
       where reason is null and member_id > 0
      on conflict do nothing)`;
}
