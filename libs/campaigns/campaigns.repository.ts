import { Injectable } from '@nestjs/common';
import { Database, empty, sql } from '#database';
import type { SendClass, SendProblem } from '#delivery';
import type { Scope, WorkspaceRef } from '#kernel';
import type { LinkRole } from '#linking';
import type { StoredCampaignState } from './campaign.entity.js';
import type { CampaignState } from './campaigns.dto.js';

/** What a marketer writes. */
export interface CampaignContent {
  name: string;
  channelId: string;
  segmentId: string | null;
  rule: object | null;
  /** Only people who are linked in this role get it; null: in any. */
  role: LinkRole | null;
  messages: readonly object[];
  class: SendClass;
  unit: string;
  sendAt: Date | null;
}

export interface Campaign extends CampaignContent {
  id: string;
  state: CampaignState;
  sendId: string | null;
  problem: SendProblem | null;
  startedAt: Date | null;
  endedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const state = sql`case when c.state = 'started' then s.state else c.state end`;

const campaigns = sql`
  select c.id, c.name, c.channel_id as "channelId", c.segment_id as "segmentId", c.rule, c.role, c.messages, c.class, c.unit,
         c.send_at as "sendAt", ${state} as state, c.send_id as "sendId", coalesce(s.problem, c.problem) as problem,
         s.created_at as "startedAt", s.ended_at as "endedAt", c.created_at as "createdAt", c.updated_at as "updatedAt"
    from campaigns c
    left join sends s on s.workspace_id = c.workspace_id and s.id = c.send_id`;

@Injectable()
export class CampaignsRepository {
  constructor(private readonly db: Database) {}

  async insert(scope: Scope, id: string, content: CampaignContent): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into campaigns (workspace_id, id, name, channel_id, segment_id, rule, role, messages, class, unit, send_at,
                                 state, created_at, updated_at)
          values (${scope.workspaceId}, ${id}, ${content.name}, ${content.channelId}, ${content.segmentId},
                  ${content.rule && JSON.stringify(content.rule)}, ${content.role}, ${JSON.stringify(content.messages)},
                  ${content.class}, ${content.unit}, ${content.sendAt}, 'draft', ${now}, ${now})`,
    );
  }

  find(scope: WorkspaceRef, id: string): Promise<Campaign | undefined> {
    return this.db.maybeOne<Campaign>(
      scope,
      sql`${campaigns} where c.workspace_id = ${scope.workspaceId} and c.id = ${id}`,
    );
  }

  /** The same, kept for the ambient transaction. */
  async hold(scope: WorkspaceRef, id: string): Promise<Campaign | undefined> {
    return this.db.maybeOne<Campaign>(
      scope,
      sql`${campaigns} where c.workspace_id = ${scope.workspaceId} and c.id = ${id} for update of c`,
    );
  }

  /** The newest first. @param before the id of the last one seen */
  list(
    scope: WorkspaceRef,
    { limit, before, only }: { limit: number; before?: string; only?: CampaignState },
  ): Promise<Campaign[]> {
    return this.db.query<Campaign>(
      scope,
      sql`${campaigns} where c.workspace_id = ${scope.workspaceId}
             ${before === undefined ? empty : sql`and c.id < ${before}`}
             ${only === undefined ? empty : sql`and ${state} = ${only}`}
           order by c.id desc limit ${limit}`,
    );
  }

  async update(scope: Scope, id: string, content: CampaignContent): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaigns
             set name = ${content.name}, channel_id = ${content.channelId}, segment_id = ${content.segmentId},
                 rule = ${content.rule && JSON.stringify(content.rule)}, role = ${content.role},
                 messages = ${JSON.stringify(content.messages)}, class = ${content.class}, unit = ${content.unit},
                 send_at = ${content.sendAt}, updated_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async delete(scope: WorkspaceRef, id: string): Promise<void> {
    await this.db.execute(scope, sql`delete from campaigns where workspace_id = ${scope.workspaceId} and id = ${id}`);
  }

  async setState(
    scope: Scope,
    id: string,
    change: { state: StoredCampaignState; sendAt?: Date; sendId?: string; problem?: SendProblem },
  ): Promise<void> {
    const { sendAt = null, sendId = null, problem } = change;
    await this.db.execute(
      scope,
      sql`update campaigns
             set state = ${change.state}, send_at = coalesce(${sendAt}, send_at), send_id = coalesce(${sendId}, send_id),
                 problem = ${problem ? JSON.stringify(problem) : null}, updated_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** Whether a rule of a campaign names an amount of money. */
  async nameAmounts(scope: WorkspaceRef): Promise<boolean> {
    const { found } = await this.db.one<{ found: boolean }>(
      scope,
      sql`select exists (select from campaigns where workspace_id = ${scope.workspaceId}
            and jsonb_path_exists(rule, '$.** ? (@.kind == "purchase" && exists(@.total))')) as found`,
    );
    return found;
  }

  /** Campaigns that have not ended and need this segment or channel. */
  needing(
    scope: WorkspaceRef,
    what: { segmentId: string } | { channelId: string },
  ): Promise<{ id: string; name: string }[]> {
    const inRule = (path: string, id: string) =>
      sql`jsonb_path_exists(c.rule, ${path}::jsonpath, ${JSON.stringify({ id })}::jsonb)`;
    const needed =
      'segmentId' in what
        ? sql`(c.segment_id = ${what.segmentId} or ${inRule('$.** ? (@.kind == "segment" && @.id == $id)', what.segmentId)})`
        : sql`(c.channel_id = ${what.channelId} or ${inRule('$.** ? (@.channelId == $id)', what.channelId)})`;
    return this.db.query(
      scope,
      sql`select c.id, c.name from campaigns c
            left join sends s on s.workspace_id = c.workspace_id and s.id = c.send_id
           where c.workspace_id = ${scope.workspaceId} and ${needed}
             and (c.state in ('draft', 'scheduled') or c.state = 'started' and s.ended_at is null)
           order by c.id limit 100`,
    );
  }
}
