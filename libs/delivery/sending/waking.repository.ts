import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';

export interface DueChannel {
  workspaceId: string;
  channelId: string;
}

@Injectable()
export class WakingRepository {
  constructor(private readonly db: Database) {}

  /** Channels of all workspaces that have something to do. @param channelId only this one */
  dueChannels(scope: null, at: Date, channelId?: string): Promise<DueChannel[]> {
    return this.db.query<DueChannel>(
      scope,
      sql`select workspace_id as "workspaceId", channel_id as "channelId" from lookup_due_channels(${at})
           where ${channelId ?? null}::uuid is null or channel_id = ${channelId ?? null}::uuid`,
    );
  }

  /** Whether a wake-up for this channel waits to be run. */
  async isWaking(scope: DueChannel, job: string): Promise<boolean> {
    const row = await this.db.maybeOne(
      scope,
      sql`select id from outbox where workspace_id = ${scope.workspaceId} and job = ${job} and parked_at is null
             and lease_until is null and payload ->> 'channelId' = ${scope.channelId} limit 1`,
    );
    return row !== undefined;
  }
}
