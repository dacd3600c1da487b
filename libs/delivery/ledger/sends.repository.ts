import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { LinkRole } from '#linking';
import { AttentionRepository } from '../attention/attention.repository.js';
import { AT_ONCE } from './pages.repository.js';
import type { MostPeople, SendClass, SendOrigin, SendProblem, SendState, SendWindow, Split } from './send.entity.js';

/** A send as it is decided; everything but its state stays as it is from then on. */
export interface NewSend {
  id: string;
  channelId: string;
  originKind: SendOrigin;
  originId: string;
  class: SendClass;
  messages: readonly object[];
  contentHash: Buffer;
  personalised: boolean;
  unit: string | null;
  /** Null where people are named one by one. */
  rule: object | null;
  asOf: Date;
  /** Only people who are linked in this role are sent to; null: in any. */
  role: LinkRole | null;
  split: Split | null;
  value: number;
  window: SendWindow | null;
  most: MostPeople | null;
  /** When LINE's validate endpoint took the content; null: it is to be asked. */
  checkedAt: Date | null;
}

export interface Send extends Omit<NewSend, 'contentHash'> {
  state: SendState;
  plannedAt: Date | null;
  problem: SendProblem | null;
  createdAt: Date;
  endedAt: Date | null;
}

const columns = sql`id, channel_id as "channelId", origin_kind as "originKind", origin_id as "originId", class, messages,
  personalised, unit, rule, as_of as "asOf", role, split, value, send_window as "window", most, state, checked_at as "checkedAt", planned_at as "plannedAt", problem,
  created_at as "createdAt", ended_at as "endedAt"`;

@Injectable()
export class SendsRepository {
  constructor(
    private readonly db: Database,
    private readonly attention: AttentionRepository,
  ) {}

  async insert(scope: Scope, send: NewSend): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into sends (workspace_id, id, channel_id, origin_kind, origin_id, class, messages, content_hash,
                             personalised, unit, rule, as_of, role, split, value, send_window, most, checked_at, state,
                             created_at)
          values (${scope.workspaceId}, ${send.id}, ${send.channelId}, ${send.originKind}, ${send.originId},
                  ${send.class}, ${JSON.stringify(send.messages)}, ${send.contentHash}, ${send.personalised},
                  ${send.unit}, ${json(send.rule)}, ${send.asOf}, ${send.role}, ${json(send.split)}, ${send.value},
                  ${json(send.window)}, ${json(send.most)}, ${send.checkedAt}, 'planning', ${scope.clock.now()})`,
    );
  }

  find(scope: WorkspaceRef, id: string): Promise<Send | undefined> {
    return this.db.maybeOne<Send>(
      scope,
      sql`select ${columns} from sends where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** When LINE last took this content on the channel, if that was since. */
  async takenSince(
    scope: WorkspaceRef,
    { channelId, contentHash }: Pick<NewSend, 'channelId' | 'contentHash'>,
    since: Date,
  ): Promise<Date | null> {
    const row = await this.db.maybeOne<{ at: Date }>(
      scope,
      sql`select checked_at as at from sends
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and content_hash = ${contentHash}
             and checked_at >= ${since} order by checked_at desc limit 1`,
    );
    return row?.at ?? null;
  }

  async markChecked(scope: Scope, id: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update sends set checked_at = ${scope.clock.now()} where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** Stops a send with a reason. @returns false where it was not going on */
  async stop(scope: Scope, id: string, state: 'paused' | 'failed', problem: SendProblem | null): Promise<boolean> {
    const ended = state === 'failed' ? scope.clock.now() : null;
    const stopped = await this.db.execute(
      scope,
      sql`update sends set state = ${state}, problem = ${problem && JSON.stringify(problem)}, ended_at = ${ended},
                           audience = case when ${ended}::timestamptz is null then audience else coalesce(audience, 0) end
           where workspace_id = ${scope.workspaceId} and id = ${id} and state in ('planning', 'sending')`,
    );
    return stopped === 1;
  }

  /** Lets a paused send go on. @returns the state it has now; undefined where it was not paused */
  async resume(scope: Scope, id: string): Promise<SendState | undefined> {
    const row = await this.db.maybeOne<{ state: SendState }>(
      scope,
      sql`update sends set state = case when planned_at is null then 'planning' else 'sending' end, problem = null
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'paused' returning state`,
    );
    if (!row) return undefined;
    await this.db.execute(
      scope,
      sql`update pages set due_at = ${AT_ONCE}
           where workspace_id = ${scope.workspaceId} and send_id = ${id} and state = 'due' and first_attempt_at is null`,
    );
    return row.state;
  }

  /**
   * Ends a send for all who have not been sent to. Pages that may have reached LINE become uncertain; what is on its
   * way at this moment is settled by whoever sent it. @returns false where it had ended before
   */
  async cancel(scope: Scope, id: string): Promise<boolean> {
    const now = scope.clock.now();
    const cancelled = await this.db.execute(
      scope,
      sql`update sends set state = 'cancelled', problem = null
           where workspace_id = ${scope.workspaceId} and id = ${id} and state in ('planning', 'sending', 'paused')`,
    );
    if (cancelled === 0) return false;
    await this.db.execute(
      scope,
      sql`update pages
             set state = case when first_attempt_at is null then 'skipped' else 'uncertain' end,
                 reason = case when first_attempt_at is null then 'cancelled' end,
                 skipped = case when first_attempt_at is null
                                then add_counts(skipped, jsonb_build_object('cancelled', remaining)) else skipped end,
                 uncertain = uncertain + case when first_attempt_at is null then 0 else remaining end,
                 remaining = 0, settled_at = ${now}
           where workspace_id = ${scope.workspaceId} and send_id = ${id} and state in ('held', 'due')`,
    );
    await this.attention.giveBack(scope, id);
    return true;
  }

  /** Ends sends of which nothing is left to do, all of a channel's or one. */
  async finish(scope: Scope, which: { channelId: string } | { sendId: string }): Promise<void> {
    const these = 'sendId' in which ? sql`s.id = ${which.sendId}` : sql`s.channel_id = ${which.channelId}`;
    await this.db.execute(
      scope,
      sql`update sends s
             set ended_at = ${scope.clock.now()}, state = case when s.state = 'sending' then 'sent' else s.state end
           where s.workspace_id = ${scope.workspaceId} and ${these} and s.ended_at is null
             and s.state in ('sending', 'cancelled') and s.planned_at is not null
             and not exists (select from pages p where p.workspace_id = s.workspace_id and p.send_id = s.id
                                and p.state in ('held', 'due', 'leased'))`,
    );
  }

  /** Lets the held rest of a send go, with the content of a variant. @returns how many pages there were */
  release(scope: Scope, id: string, variant: number): Promise<number> {
    return this.db.execute(
      scope,
      sql`update pages set state = 'due', due_at = ${AT_ONCE}, variant = ${variant}
           where workspace_id = ${scope.workspaceId} and send_id = ${id} and state = 'held'`,
    );
  }

  async peopleByLineUser(
    scope: WorkspaceRef,
    channelId: string,
    userIds: readonly string[],
  ): Promise<Map<string, string>> {
    const rows = await this.db.query<{ userId: string; person: string }>(
      scope,
      sql`select user_id as "userId", -id as person from line_users
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and user_id = any(${userIds}::text[])`,
    );
    return new Map(rows.map(({ userId, person }) => [userId, person]));
  }
}

function json(value: object | null): string | null {
  return value && JSON.stringify(value);
}
