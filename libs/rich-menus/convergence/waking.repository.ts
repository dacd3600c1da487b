import { Injectable } from '@nestjs/common';
import type { WorkspaceRef } from '#kernel';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

export interface DueMenus {
  workspaceId: string;
  channelId: string;
}

@Injectable()
export class MenusWakingRepository {
  constructor(private readonly db: Database) {}

  /** Channels of all workspaces at which something is due that can be done. */
  due(scope: null, at: Date): Promise<DueMenus[]> {
    return this.db.query<DueMenus>(
      scope,
      sql`select workspace_id as "workspaceId", channel_id as "channelId" from lookup_due_rich_menus(${at})`,
    );
  }

  /** Everybody on the channel is to be judged anew. */
  async judgementDue(scope: WorkspaceRef, channelId: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_channels set judge_due_at = ${at}, judge_revision = judge_revision + 1
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  /** @param segmentsSince rules that ask segments are looked at if everybody was judged before */
  toJudge(scope: null, at: Date, segmentsSince: Date): Promise<DueMenus[]> {
    return this.db.query<DueMenus>(
      scope,
      sql`select workspace_id as "workspaceId", channel_id as "channelId"
            from lookup_rich_menus_to_judge(${at}, ${segmentsSince})`,
    );
  }

  toCheck(scope: null, since: Date): Promise<DueMenus[]> {
    return this.db.query<DueMenus>(
      scope,
      sql`select workspace_id as "workspaceId", channel_id as "channelId" from lookup_rich_menus_to_check(${since})`,
    );
  }

  /** Whether a job for this channel waits to be run. */
  async isWaiting(scope: DueMenus, job: string): Promise<boolean> {
    const row = await this.db.maybeOne(
      scope,
      sql`select id from outbox where workspace_id = ${scope.workspaceId} and job = ${job} and parked_at is null
             and lease_until is null and payload ->> 'channelId' = ${scope.channelId} limit 1`,
    );
    return row !== undefined;
  }

  /** The channel is held against LINE now: its menus are compared in the next turn. */
  async markChecked(scope: Scope, channelId: string): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`update rich_menu_channels
             set drift_checked_at = ${now}, compare_at = ${now}, menus_due_at = least(menus_due_at, ${now}),
                 menus_revision = menus_revision + 1
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }
}
