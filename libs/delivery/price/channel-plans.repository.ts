import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { LinePlan, Tier } from './tariffs.js';

export interface ChannelPlan {
  plan: LinePlan;
  tiers: Tier[] | null;
}

@Injectable()
export class ChannelPlansRepository {
  constructor(private readonly db: Database) {}

  find(scope: WorkspaceRef, channelId: string): Promise<ChannelPlan | undefined> {
    return this.db.maybeOne<ChannelPlan>(
      scope,
      sql`select plan, tiers from channel_plans where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  async save(scope: Scope, channelId: string, { plan, tiers }: ChannelPlan): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into channel_plans (workspace_id, channel_id, plan, tiers, updated_at)
          values (${scope.workspaceId}, ${channelId}, ${plan}, ${tiers && JSON.stringify(tiers)}, ${scope.clock.now()})
          on conflict (workspace_id, channel_id) do update
             set plan = excluded.plan, tiers = excluded.tiers, updated_at = excluded.updated_at`,
    );
  }

  async delete(scope: WorkspaceRef, channelId: string): Promise<boolean> {
    const deleted = await this.db.execute(
      scope,
      sql`delete from channel_plans where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
    return deleted === 1;
  }
}
