import { Injectable } from '@nestjs/common';
import { bigints, Database, sql } from '#database';
import type { Scope } from '#kernel';

/**
 * Who is in bulk requests, written before they leave. LINE carries them out later than it answers: should we die before
 * it is written down with each person, whoever comes next knows who may get another menu than they are given now.
 */
@Injectable()
export class BulksRepository {
  constructor(private readonly db: Database) {}

  /** @param lineUserIds line_users.id @returns its id, for `end` */
  async begin(scope: Scope, channelId: string, lineUserIds: string[]): Promise<string> {
    const { id } = await this.db.one<{ id: string }>(
      scope,
      sql`insert into rich_menu_bulks (workspace_id, channel_id, line_user_ids)
          values (${scope.workspaceId}, ${channelId}, ${bigints(lineUserIds)}::bigint[]) returning id`,
    );
    return id;
  }

  /** All of it is written down. */
  async end(scope: Scope, channelId: string, id: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from rich_menu_bulks
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and id = ${id}`,
    );
  }

  /** The oldest of which it is not known what became. */
  left(scope: Scope, channelId: string): Promise<{ id: string; lineUserIds: string[] } | undefined> {
    return this.db.maybeOne(
      scope,
      sql`select id, line_user_ids as "lineUserIds" from rich_menu_bulks
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} order by id limit 1`,
    );
  }

  /** They were in a request a moment ago, whatever it was. */
  async mayHaveBeenGiven(scope: Scope, channelId: string, lineUserIds: string[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into rich_menu_assignments as a (workspace_id, line_user_id, channel_id, bulk_at)
          select ${scope.workspaceId}, id, ${channelId}, ${scope.clock.now()}
            from unnest(${bigints(lineUserIds)}::bigint[]) id order by id
          on conflict (workspace_id, line_user_id) do update set bulk_at = excluded.bulk_at`,
    );
  }
}
