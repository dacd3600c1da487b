import { Injectable } from '@nestjs/common';
import { bigints, Database, sql, type Sql } from '#database';
import type { Scope } from '#kernel';
import type { VariableValues } from '#messages';
import type { MostPeople } from '../ledger/send.entity.js';
import type { HeldSend } from './held-send.js';

/** Members of one slice: about a tenth of a second of Postgres, so that sending starts soon and pausing is quick. */
const SLICE = 20_000;
/** Members of the first slice of those whom a rule names: pages to begin with, and often all. */
const FIRST_SLICE = 2_000;

/** People named one by one: members.id, or minus line_users.id. */
export interface NamedPeople {
  people: readonly string[];
  /** By person: values of variables that are not the member's own, such as those of an event. */
  values?: ReadonlyMap<string, VariableValues>;
}

/** Writes down who is named, before anything is decided about them. */
@Injectable()
export class NamingRepository {
  constructor(private readonly db: Database) {}

  /**
   * Everyone for whom the condition over `members m` holds at this moment, in slices: by member, or in the order in which
   * people are sent to where not everybody can be.
   */
  async nameAudience(scope: Scope, send: Pick<HeldSend, 'id' | 'channelId' | 'most'>, condition: Sql): Promise<void> {
    const order = orderOf(scope, send);
    await this.db.execute(
      scope,
      sql`with named as (
            select m.id, row_number() over (order by ${order}) as place
              from members m where m.workspace_id = ${scope.workspaceId} and (${condition})),
          sliced as (
            insert into audiences (workspace_id, send_id, number, member_ids)
            select ${scope.workspaceId}, ${send.id}, (place - 1 + ${SLICE - FIRST_SLICE}::int) / ${SLICE}::int,
                   array_agg(id order by place)
              from named group by 3
            returning cardinality(member_ids) as size)
          update sends set audience = (select coalesce(sum(size), 0) from sliced)
           where workspace_id = ${scope.workspaceId} and id = ${send.id}`,
    );
  }

  /** People who were named one by one, with the values they bring. */
  async namePeople(scope: Scope, sendId: string, { people, values }: NamedPeople): Promise<void> {
    const byId = values && JSON.stringify(Object.fromEntries(values));
    await this.db.execute(
      scope,
      sql`with named as (
            select id, (row_number() over (order by id) - 1) / ${SLICE}::int as slice
              from (select distinct id from unnest(${bigints(people)}::bigint[]) id) once),
          sliced as (
            insert into audiences (workspace_id, send_id, number, member_ids, values)
            select ${scope.workspaceId}, ${sendId}, slice, array_agg(id order by id), ${byId ?? null}::jsonb
              from named group by slice
            returning cardinality(member_ids) as size)
          update sends set audience = (select coalesce(sum(size), 0) from sliced)
           where workspace_id = ${scope.workspaceId} and id = ${sendId}`,
    );
  }
}

function orderOf(scope: Scope, { id, channelId, most }: Pick<HeldSend, 'id' | 'channelId' | 'most'>): Sql {
  return most ? sql`${orders[most.order](scope, id, channelId)}, m.id` : sql`m.id`;
}

const orders: Record<MostPeople['order'], (scope: Scope, sendId: string, channelId: string) => Sql> = {
  random: (_scope, sendId) => sql`hashint8extended(m.id, hashtextextended(${sendId}::text, 0))`,
  'newest-link': (scope, _sendId, channelId) => sql`(
    select max(l.linked_at) from links l
     where l.workspace_id = ${scope.workspaceId} and l.member_id = m.id and l.channel_id = ${channelId}
       and l.ended_at is null) desc nulls last`,
  'highest-total': () => sql`m.purchase_total desc`,
  'latest-purchase': () => sql`m.last_purchase_at desc nulls last`,
};
