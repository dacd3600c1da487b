import { Injectable } from '@nestjs/common';
import { bigints, Database, instants, sql, texts, type Sql } from '#database';
import type { Scope } from '#kernel';
import type { Purpose } from './opt-out.entity.js';
import type { OptOutDto } from './opt-outs.dto.js';

/** That a member, by inside id, does not want something any more, or wants it again, since `at`. */
export interface Wish {
  memberId: string;
  purpose: Purpose;
  at: Date;
  source: string;
}

export type Changed = Pick<Wish, 'memberId' | 'purpose'>;

/**
 * Everybody between two members.id who does not want something now: `select member_id …`. One range of an index that
 * holds nobody else, so it costs as much as there are such people there. Each argument is a value or a column.
 */
export function optedOutBetween(workspaceId: Sql, purpose: Sql, [first, last]: readonly [Sql, Sql]): Sql {
  return sql`select o.member_id from member_opt_outs o
              where o.workspace_id = ${workspaceId} and o.purpose = ${purpose} and o.ended_at is null
                and o.member_id between ${first} and ${last}`;
}

@Injectable()
export class OptOutsRepository {
  constructor(private readonly db: Database) {}

  /** Newest first. @param memberId members.id */
  list(scope: Scope, memberId: string): Promise<OptOutDto[]> {
    return this.db.query<OptOutDto>(
      scope,
      sql`select purpose, since, source, ended_at as "endedAt", end_source as "endSource" from member_opt_outs
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} order by id desc`,
    );
  }

  /** Who has opted out of it already stays so, with the older date. @returns for whom it is new */
  begin(scope: Scope, wishes: readonly Wish[]): Promise<Changed[]> {
    return this.db.query<Changed>(
      scope,
      sql`insert into member_opt_outs (workspace_id, member_id, purpose, since, recorded_at, source)
          select ${scope.workspaceId}, n.member_id, n.purpose, n.at, ${scope.clock.now()}, n.source from ${given(wishes)}
          on conflict (workspace_id, purpose, member_id) where ended_at is null do nothing
          returning member_id as "memberId", purpose`,
    );
  }

  /** @returns for whom it is new */
  end(scope: Scope, wishes: readonly Wish[]): Promise<Changed[]> {
    return this.db.query<Changed>(
      scope,
      sql`update member_opt_outs o set ended_at = n.at, end_source = n.source from ${given(wishes)}
           where o.workspace_id = ${scope.workspaceId} and o.purpose = n.purpose and o.member_id = n.member_id
             and o.ended_at is null
          returning o.member_id as "memberId", o.purpose`,
    );
  }
}

function given(wishes: readonly Wish[]): Sql {
  return sql`unnest(${bigints(wishes.map(({ memberId }) => memberId))}::bigint[],
                    ${texts(wishes.map(({ purpose }) => purpose))}::text[],
                    ${instants(wishes.map(({ at }) => at.getTime()))}::timestamptz[],
                    ${texts(wishes.map(({ source }) => source))}::text[]) as n (member_id, purpose, at, source)`;
}
