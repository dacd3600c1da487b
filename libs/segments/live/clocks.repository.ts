import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

/** Whose turn it is to judge the members of a workspace, and as of when. */
@Injectable()
export class ClocksRepository {
  constructor(private readonly db: Database) {}

  /** Makes the workspace's clock. */
  async add(scope: Scope): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into live_segment_clocks (workspace_id, as_of) values (${scope.workspaceId}, ${scope.clock.now()})
          on conflict do nothing`,
    );
  }

  /** @returns whether nobody had asked yet */
  async ask(scope: WorkspaceRef): Promise<boolean> {
    const statement = sql`update live_segment_clocks set judging_asked = true
                           where workspace_id = ${scope.workspaceId} and not judging_asked`;
    return (await this.db.execute(scope, statement)) > 0;
  }

  /** Keeps what was asked from being answered until the ambient transaction has committed. @returns false where it was */
  async holdAsked(scope: WorkspaceRef): Promise<boolean> {
    const statement = sql`select from live_segment_clocks
                           where workspace_id = ${scope.workspaceId} and judging_asked for share`;
    return (await this.db.query(scope, statement)).length > 0;
  }

  /** Whoever marks from now on has to ask anew; the marks of those who asked before have committed. */
  async answer(scope: Scope): Promise<void> {
    await this.db.execute(
      scope,
      sql`update live_segment_clocks set judging_asked = false, as_of = greatest(as_of, ${scope.clock.now()})
           where workspace_id = ${scope.workspaceId}`,
    );
  }

  /** Lets nobody else judge anybody of the workspace until the ambient transaction ends. */
  async lock(scope: WorkspaceRef): Promise<void> {
    await this.db.query(
      scope,
      sql`select pg_advisory_xact_lock(hashtextextended(${`live segments ${scope.workspaceId}`}, 0))`,
    );
  }

  /** @returns the moment as of which to judge: now, but never earlier than before */
  async moment(scope: Scope): Promise<Date> {
    const { asOf } = await this.db.one<{ asOf: Date }>(
      scope,
      sql`select greatest(${scope.clock.now()}::timestamptz,
                   (select as_of from live_segment_clocks where workspace_id = ${scope.workspaceId}),
                   (select max(as_of) from live_segments where workspace_id = ${scope.workspaceId})) as "asOf"`,
    );
    return asOf;
  }
}
