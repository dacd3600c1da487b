import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import { LINE_LIMITS } from '#line';
import type { Scope } from '#kernel';

/** Of the newest events only so many are looked at: there is no index by time, and more in a minute is a rush. */
const NEWEST = 10_000;

@Injectable()
export class RecentWritersRepository {
  constructor(private readonly db: Database) {}

  /**
   * How many people wrote to a channel so lately that they can still be answered. Read from the text as it is stored:
   * without blanks, and with every quote in a message escaped, so that nobody can write such a field themselves.
   */
  async count(scope: Scope, channelId: string): Promise<number> {
    const since = new Date(scope.clock.now().getTime() - LINE_LIMITS.replyTokenMs);
    const { n } = await this.db.one<{ n: number }>(
      scope,
      sql`select count(distinct substring(body from '"userId":"(U[0-9a-f]{32})"'))::int as n
            from (select * from webhook_events where workspace_id = ${scope.workspaceId}
                   order by id desc limit ${NEWEST}::int) newest
           where channel_id = ${channelId} and type = 'message' and occurred_at > ${since}
             and body ~ '"source":\\{[^{}]*"type":"user"' and body ~ '"replyToken":"[^"]'`,
    );
    return n;
  }
}
