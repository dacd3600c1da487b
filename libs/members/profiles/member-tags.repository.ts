import { Injectable } from '@nestjs/common';
import { bigints, Database, sql, texts } from '#database';
import type { Scope } from '#kernel';

/** A tag of a member, by inside id. */
export interface TagOfMember {
  memberId: string;
  tag: string;
}

@Injectable()
export class MemberTagsRepository {
  constructor(private readonly db: Database) {}

  /** @returns whose tags have changed */
  async add(scope: Scope, tags: readonly TagOfMember[]): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`insert into member_tags (workspace_id, member_id, tag)
          select ${scope.workspaceId}, n.member_id, n.tag from ${given(tags)}
           where exists (select from members where workspace_id = ${scope.workspaceId} and id = n.member_id)
          on conflict do nothing returning member_id as id`,
    );
    return rows.map(({ id }) => id);
  }

  /** @returns whose tags have changed */
  async remove(scope: Scope, tags: readonly TagOfMember[]): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`delete from member_tags t using ${given(tags)}
           where t.workspace_id = ${scope.workspaceId} and t.member_id = n.member_id and t.tag = n.tag
          returning t.member_id as id`,
    );
    return rows.map(({ id }) => id);
  }
}

function given(tags: readonly TagOfMember[]) {
  return sql`unnest(${bigints(tags.map(({ memberId }) => memberId))}::bigint[],
                    ${texts(tags.map(({ tag }) => tag))}::text[]) as n (member_id, tag)`;
}
