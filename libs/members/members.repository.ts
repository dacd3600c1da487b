import { Injectable } from '@nestjs/common';
import { bigints, booleans, Database, sql, texts } from '#database';
import type { Scope } from '#kernel';

interface Named {
  id: string;
  externalId: string;
}

export interface Ties {
  memberId: string;
  linked: boolean;
  friendState: 'friend' | 'blocked' | 'none';
}

@Injectable()
export class MembersRepository {
  constructor(private readonly db: Database) {}

  /** One look into the unique key for each, whatever the planner believes about the table. */
  async find(scope: Scope, externalIds: string[]): Promise<Map<string, string>> {
    const rows = await this.db.query<Named>(
      scope,
      sql`select m.id, n.external_id as "externalId" from unnest(${texts(externalIds)}::text[]) as n (external_id)
           cross join lateral (select id from members
                                where workspace_id = ${scope.workspaceId} and external_id = n.external_id limit 1) m`,
    );
    return toMap(rows);
  }

  /**
   * Makes the members that do not exist and holds all of them until the transaction ends. A row whose update is ruled
   * out is locked all the same, in its turn.
   * @returns those it made
   */
  async claim(scope: Scope, externalIds: string[]): Promise<Map<string, string>> {
    const rows = await this.db.query<Named>(
      scope,
      sql`insert into members as m (workspace_id, created_at, external_id)
          select ${scope.workspaceId}, ${scope.clock.now().toISOString()}::timestamptz, n.external_id
            from unnest(${texts(externalIds)}::text[]) as n (external_id) order by n.external_id collate "C"
          on conflict (workspace_id, external_id) do update set profiled = m.profiled where false
          returning id, external_id as "externalId"`,
    );
    return toMap(rows);
  }

  /** Holds members until the transaction ends. */
  async lock(scope: Scope, memberIds: string[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`select id from members where workspace_id = ${scope.workspaceId} and id = any(${bigints(memberIds)}::bigint[])
           order by external_id for no key update`,
    );
  }

  async writeTies(scope: Scope, rows: Ties[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`update members m set linked = n.linked, friend_state = n.friend_state
            from unnest(${bigints(rows.map((row) => row.memberId))}::bigint[],
                        ${booleans(rows.map((row) => row.linked))}::boolean[],
                        ${texts(rows.map((row) => row.friendState))}::text[]::friend_state[]) as n (id, linked, friend_state)
           where m.workspace_id = ${scope.workspaceId} and m.id = n.id
             and (m.linked, m.friend_state) is distinct from (n.linked, n.friend_state)`,
    );
  }
}

function toMap(rows: Named[]): Map<string, string> {
  return new Map(rows.map(({ externalId, id }) => [externalId, id]));
}
