import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** Messages our own sends will still need; `Sends` may take its place. */
export abstract class Reserved {
  /** People of a channel's sends who are planned and of whom it is not known what became, of paused sends too. */
  abstract openRecipients(scope: WorkspaceRef, channelId: string): Promise<number>;
}

@Injectable()
export class ReservedRepository extends Reserved {
  constructor(private readonly db: Database) {
    super();
  }

  async openRecipients(scope: WorkspaceRef, channelId: string): Promise<number> {
    const { n } = await this.db.one<{ n: number }>(
      scope,
      sql`select coalesce(sum(p.remaining), 0)::float8 as n from sends s
            join pages p on p.workspace_id = s.workspace_id and p.send_id = s.id and p.state in ('due', 'leased')
           where s.workspace_id = ${scope.workspaceId} and s.channel_id = ${channelId} and s.ended_at is null
             and s.state <> 'cancelled'`,
    );
    return n;
  }
}
