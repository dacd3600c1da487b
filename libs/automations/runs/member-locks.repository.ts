import { Injectable } from '@nestjs/common';
import { bigints, Database, prepared, sql } from '#database';
import type { Scope } from '#kernel';

/** Locks a workspace's members share: fewer than members, because Postgres keeps locks in memory of a fixed size. */
const BUCKETS = 256;

@Injectable()
export class MemberLocksRepository {
  constructor(private readonly db: Database) {}

  /**
   * Nobody else decides the same about these members before the ambient transaction ends.
   * @param what is decided: who comes in, or how often a step may send
   */
  async claim(scope: Scope, what: 'starts' | 'sends', memberIds: readonly string[]): Promise<void> {
    await this.db.execute(
      scope,
      prepared(sql`select count(pg_advisory_xact_lock(hashtext(${`journey ${what} ${scope.workspaceId}`}), bucket))
            from (select distinct (id % ${BUCKETS}::int)::int as bucket
                    from unnest(${bigints(memberIds)}::bigint[]) as id order by bucket) in_order`),
    );
  }
}
