import { Database, sql } from '#database';
import type { Scope } from '#kernel';

/** What a story about live segments looks up behind the product's back. */
export class LiveWorldRepository {
  constructor(private readonly db: Database) {}

  liveLinks(scope: Scope): Promise<{ id: string }[]> {
    return this.db.query(scope, sql`select id from links where ended_at is null order by id`);
  }

  lineUsers(scope: Scope): Promise<{ id: string; channelId: string }[]> {
    return this.db.query(scope, sql`select id, channel_id as "channelId" from line_users order by id`);
  }

  /** Inside ids of whom a live segment is known to hold. */
  async membersOf(scope: Scope, segmentId: string): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select member_id as id from live_segment_members where segment_id = ${segmentId} order by member_id`,
    );
    return rows.map(({ id }) => id);
  }
}
