import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';

export interface DueChannel {
  workspaceId: string;
  channelId: string;
}

/** The job that wakes a channel. */
export interface WakeUp {
  name: string;
  lane: string;
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

  /** Whether a wake-up for this channel waits to be run. @param dueBy only one that is due at that moment */
  async isWaking(scope: DueChannel, { name, lane }: WakeUp, dueBy?: Date): Promise<boolean> {
    // The lane and the absent key are said because there is an index on them.
    const row = await this.db.maybeOne(
      scope,
      sql`select id from outbox
           where workspace_id = ${scope.workspaceId} and job = ${name} and lane = ${lane} and parked_at is null
             and one_at_a_time is null and lease_until is null and payload ->> 'channelId' = ${scope.channelId}
             and due_at <= ${dueBy ?? 'infinity'} limit 1`,
    );
    return row !== undefined;
  }
}
