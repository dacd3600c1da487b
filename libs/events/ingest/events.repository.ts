import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, instants, integers, prepared, sql, texts, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Known } from './screening.js';

export interface NewEvent {
  id: string;
  type: string;
  /** Inside id; null for what happens to nobody. */
  memberId: string | null;
  /** Milliseconds since 1970. */
  occurredAt: number;
  /** JSON text of the fields of its type. */
  body: string;
}

export interface NewPageView {
  eventId: string;
  memberId: string;
  productId: number | null;
  categoryId: number | null;
  url: string;
}

@Injectable()
export class EventsRepository {
  constructor(private readonly db: Database) {}

  /** Which of these events and orders are stored. */
  async known(scope: Scope, eventIds: string[], orderIds: string[]): Promise<Known> {
    const rows = await this.db.query<{ eventId: string | null; orderId: string; owner: string | null }>(
      scope,
      sql`select n.id as "eventId", null as "orderId", null as owner from unnest(${texts(eventIds)}::text[]) as n (id)
           cross join lateral (select from events where workspace_id = ${scope.workspaceId} and id = n.id limit 1) e
          union all
          select null, n.id, m.external_id from unnest(${texts(orderIds)}::text[]) as n (id)
           cross join lateral (select member_id, ordered_at from orders
                                where workspace_id = ${scope.workspaceId} and order_id = n.id limit 1) o
            left join lateral (select external_id from members
                                where workspace_id = ${scope.workspaceId} and id = o.member_id and o.ordered_at is not null limit 1) m
                   on true`,
    );
    const known = { eventIds: new Set<string>(), owners: new Map<string, string | null>() };
    for (const { eventId, orderId, owner } of rows) {
      if (eventId === null) known.owners.set(orderId, owner);
      else known.eventIds.add(eventId);
    }
    return known;
  }

  /**
   * Writes events in the order of their arrival.
   * @returns events.seq of the first
   * @throws an error of Postgres where one is there already
   */
  async add(scope: Scope, events: NewEvent[], views: NewPageView[]): Promise<string> {
    const insert = sql`
      insert into events (workspace_id, id, type, member_id, occurred_at, received_at, body)
      select ${scope.workspaceId}, n.id, n.type, n.member_id, n.occurred_at, ${scope.clock.now().toISOString()}::timestamptz,
             n.body::jsonb
        from unnest(${texts(events.map((e) => e.id))}::text[], ${texts(events.map((e) => e.type))}::text[],
                    ${bigints(events.map((e) => e.memberId))}::bigint[],
                    ${instants(events.map((e) => e.occurredAt))}::timestamptz[],
                    ${texts(events.map((e) => e.body))}::text[])
               as n (id, type, member_id, occurred_at, body)`;
    const statement = sql`
      with stored as (${insert} returning id, seq, occurred_at)
      ${views.length > 0 ? pageViews(scope, views) : empty}
      select min(seq) as seq from stored`;
    // With page views it is a join, whose plan goes by how many they are.
    const first = await this.db.one<{ seq: string }>(scope, views.length > 0 ? statement : prepared(statement));
    return first.seq;
  }

  /** Whether an amount of money is stored. */
  async hasAmounts(scope: WorkspaceRef): Promise<boolean> {
    const row = await this.db.one<{ stored: boolean }>(
      scope,
      sql`select exists (select from orders where workspace_id = ${scope.workspaceId})
              or exists (select from events where workspace_id = ${scope.workspaceId} and type = 'cart'
                            and body -> 'items' <> '[]') as stored`,
    );
    return row.stored;
  }
}

function pageViews(scope: Scope, views: NewPageView[]): Sql {
  return sql`, viewed as (
    insert into page_views (workspace_id, seq, member_id, viewed_at, product_id, category_id, url)
    select ${scope.workspaceId}, s.seq, v.member_id, s.occurred_at, v.product_id, v.category_id, v.url
      from unnest(${texts(views.map((v) => v.eventId))}::text[], ${bigints(views.map((v) => v.memberId))}::bigint[],
                  ${integers(views.map((v) => v.productId))}::integer[],
                  ${integers(views.map((v) => v.categoryId))}::integer[], ${texts(views.map((v) => v.url))}::text[])
             as v (event_id, member_id, product_id, category_id, url)
      join stored s on s.id = v.event_id)`;
}
