import { Injectable } from '@nestjs/common';
import { Database, empty, sql, type Sql } from '#database';
import type { SendClass, SendProblem } from '#delivery';
import type { Scope, WorkspaceRef } from '#kernel';
import type { LinkRole } from '#linking';
import type { CampaignAudience } from './audience-rule.js';
import type { StoredCampaignState } from './campaign.entity.js';
import type { CampaignState } from './campaigns.dto.js';
import type { CampaignOptions, Variant } from './options/campaign-options.js';
import type { Repetition } from './repeating/repetition.js';

/** What a marketer writes. */
export interface CampaignContent extends CampaignAudience {
  name: string;
  channelId: string;
  /** Only people who are linked in this role get it; null: in any. */
  role: LinkRole | null;
  messages: readonly object[];
  class: SendClass;
  unit: string;
  sendAt: Date | null;
  /** Between scheduling it and its first request. */
  undoSeconds: number;
  repeat: Repetition | null;
  /** How it is sent; what was written before there were options names none. */
  options: Partial<CampaignOptions>;
  /** The first is `messages` and `unit`; null: there is one content. */
  variants: readonly Variant[] | null;
}

export interface Campaign extends CampaignContent {
  id: string;
  state: CampaignState;
  /** When it will leave; of one that comes back, the next time. Null for drafts and for what will not leave any more. */
  startsAt: Date | null;
  /** Of one that comes back, its newest. */
  sendId: string | null;
  problem: SendProblem | null;
  startedAt: Date | null;
  endedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A step in the life of a campaign; what it does not name is cleared, but for `sendAt` and `sendId`. */
export interface CampaignChange {
  state: StoredCampaignState;
  sendAt?: Date | null;
  startsAt?: Date;
  sendId?: string;
  problem?: SendProblem;
}

const state = sql`case c.state when 'started' then s.state when 'finished' then 'sent' else c.state end`;

/** Before there was an undo window, a campaign left at its `send_at`. */
const startsAt = sql`case when c.state in ('scheduled', 'awaiting_approval', 'paused') then coalesce(c.starts_at, c.send_at) end`;

const campaigns = sql`
  select c.id, c.name, c.channel_id as "channelId", c.segment_id as "segmentId", c.segment_ids as "segmentIds", c.rule,
         c.audience_id as "audienceId", c.exclude_segment_ids as "excludeSegmentIds", c.role, c.messages, c.class, c.unit,
         c.send_at as "sendAt", c.undo_seconds as "undoSeconds", c.repeat, c.options, c.variants, ${startsAt} as "startsAt",
         ${state} as state, c.send_id as "sendId", coalesce(s.problem, c.problem) as problem,
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
      sql`insert into campaigns (workspace_id, id, name, channel_id, segment_id, segment_ids, rule, audience_id,
                                 exclude_segment_ids, role, messages, class, unit, send_at, undo_seconds, repeat,
                                 options, variants, state, created_at, updated_at)
          values (${scope.workspaceId}, ${id}, ${content.name}, ${content.channelId}, ${content.segmentId},
                  ${content.segmentIds}, ${json(content.rule)}, ${content.audienceId}, ${content.excludeSegmentIds},
                  ${content.role}, ${JSON.stringify(content.messages)}, ${content.class}, ${content.unit},
                  ${content.sendAt}, ${content.undoSeconds}, ${json(content.repeat)}, ${json(content.options)},
                  ${json(content.variants)}, 'draft', ${now}, ${now})`,
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
                 segment_ids = ${content.segmentIds}, rule = ${json(content.rule)}, audience_id = ${content.audienceId},
                 exclude_segment_ids = ${content.excludeSegmentIds}, role = ${content.role},
                 messages = ${JSON.stringify(content.messages)}, class = ${content.class}, unit = ${content.unit},
                 send_at = ${content.sendAt}, undo_seconds = ${content.undoSeconds}, repeat = ${json(content.repeat)},
                 options = ${json(content.options)}, variants = ${json(content.variants)},
                 updated_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async delete(scope: WorkspaceRef, id: string): Promise<void> {
    await this.db.execute(scope, sql`delete from campaigns where workspace_id = ${scope.workspaceId} and id = ${id}`);
  }

  async setState(scope: Scope, id: string, change: CampaignChange): Promise<void> {
    const { startsAt = null, sendId = null, problem } = change;
    await this.db.execute(
      scope,
      sql`update campaigns
             set state = ${change.state}, send_at = ${change.sendAt === undefined ? sql`send_at` : sql`${change.sendAt}`},
                 starts_at = ${startsAt}, send_id = coalesce(${sendId}, send_id),
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

  /** Campaigns that have not ended and need this segment, channel or audience. */
  needing(
    scope: WorkspaceRef,
    what: { segmentId: string } | { channelId: string } | { audienceId: string },
  ): Promise<{ id: string; name: string }[]> {
    return this.unfinished(scope, 'audienceId' in what ? sql`c.audience_id = ${what.audienceId}` : this.names(what));
  }

  private names(what: { segmentId: string } | { channelId: string }): Sql {
    const inRule = (path: string, id: string) =>
      sql`jsonb_path_exists(c.rule, ${path}::jsonpath, ${JSON.stringify({ id })}::jsonb)`;
    if ('channelId' in what)
      return sql`(c.channel_id = ${what.channelId} or ${inRule('$.** ? (@.channelId == $id)', what.channelId)})`;
    return sql`(c.segment_id = ${what.segmentId} or ${what.segmentId} = any(c.segment_ids || c.exclude_segment_ids)
                or ${inRule('$.** ? (@.kind == "segment" && @.id == $id)', what.segmentId)})`;
  }

  private unfinished(scope: WorkspaceRef, needed: Sql): Promise<{ id: string; name: string }[]> {
    return this.db.query(
      scope,
      sql`select c.id, c.name from campaigns c
            left join sends s on s.workspace_id = c.workspace_id and s.id = c.send_id
           where c.workspace_id = ${scope.workspaceId} and ${needed}
             and (c.state in ('draft', 'scheduled', 'awaiting_approval', 'paused') or s.id is not null and s.ended_at is null)
           order by c.id limit 100`,
    );
  }
}

function json(value: object | readonly object[] | null): string | null {
  return value && JSON.stringify(value);
}
