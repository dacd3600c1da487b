import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, sql, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { Period } from '../period.js';
import type { Next } from '../simulation.repository.js';

/** That a member got another rank, or none. */
export interface RankChange {
  memberId: string;
  /** Milliseconds since 1970. */
  at: number;
  rank: string | null;
}

/** That a member asked to hear of a product. */
export interface AskedRestock {
  /** Order of asking. */
  id: string;
  memberId: string;
}

/** A restock that the catalogue told of. */
export interface CatalogueRestock {
  /** products.id */
  id: string;
  productId: string;
  at: number;
}

/** That a LINE user was a member's for a while. */
export interface TieOfLineUser {
  lineUserId: string;
  memberId: string;
  linkedAt: number;
  /** Null: until now. */
  endedAt: number | null;
}

const millis = (column: Sql) => sql`(extract(epoch from ${column}) * 1000)::float8`;

/** What is kept of the past beside events, by the floors below. */
@Injectable()
export class PastsRepository {
  constructor(private readonly db: Database) {}

  /** Since when it is kept; undefined where the workspace is younger than that. */
  async keptSince(scope: WorkspaceRef): Promise<Date | undefined> {
    const { since } = await this.db.one<{ since: Date | null }>(
      scope,
      sql`select case when created_at < pasts_kept_since() then pasts_kept_since() end as since
            from workspaces where id = ${scope.workspaceId}`,
    );
    return since ?? undefined;
  }

  /** All that the next members with such changes got, by member and in order of time. */
  async rankChanges(scope: WorkspaceRef, { after, most }: Next, { from, to }: Period): Promise<RankChange[]> {
    const inPeriod = sql`workspace_id = ${scope.workspaceId}
      ${from ? sql`and changed_at >= ${from}` : empty} ${to ? sql`and changed_at < ${to}` : empty}`;
    return this.db.query<RankChange>(
      scope,
      sql`select c.member_id as "memberId", ${millis(sql`c.changed_at`)} as at, c.rank
            from (select distinct member_id from member_rank_changes
                   where ${inPeriod} and member_id > ${after}::bigint order by member_id limit ${most}) n
           cross join lateral (select * from member_rank_changes
                                where ${inPeriod} and member_id = n.member_id offset 0) c
           order by c.member_id, c.changed_at, c.id`,
    );
  }

  /** Who was waiting for a product (the company's own id) at a moment, in the order of asking. */
  async asked(scope: WorkspaceRef, productId: string, at: Date): Promise<AskedRestock[]> {
    const wanted = sql`workspace_id = ${scope.workspaceId} and product_id = ${productId} and asked_at <= ${at}`;
    return this.db.query<AskedRestock>(
      scope,
      sql`select id, member_id as "memberId" from restock_requests where ${wanted}
           union all
          select id, member_id from ended_restock_requests where ${wanted} and ended_at >= ${at}
           order by id`,
    );
  }

  async catalogueRestocks(scope: WorkspaceRef, { from, to }: Period): Promise<CatalogueRestock[]> {
    return this.db.query<CatalogueRestock>(
      scope,
      sql`select p.id, p.product_id as "productId", ${millis(sql`r.restocked_at`)} as at
            from product_restocks r join products p on p.workspace_id = r.workspace_id and p.id = r.product_id
           where r.workspace_id = ${scope.workspaceId}
             ${from ? sql`and r.restocked_at >= ${from}` : empty} ${to ? sql`and r.restocked_at < ${to}` : empty}
           order by r.restocked_at, p.id`,
    );
  }

  /** Whose these LINE users are or were. */
  async tiesOf(scope: WorkspaceRef, lineUserIds: readonly string[]): Promise<TieOfLineUser[]> {
    return this.db.query<TieOfLineUser>(
      scope,
      sql`select l.line_user_id as "lineUserId", l.member_id as "memberId", ${millis(sql`l.linked_at`)} as "linkedAt",
                 ${millis(sql`l.ended_at`)} as "endedAt"
            from unnest(${bigints(lineUserIds)}::bigint[]) as n (id)
            join links l on l.workspace_id = ${scope.workspaceId} and l.line_user_id = n.id
           order by l.line_user_id, l.member_id`,
    );
  }
}
