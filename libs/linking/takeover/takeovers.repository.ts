import { Injectable } from '@nestjs/common';
import { Database, empty, sql, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

export const TAKEOVER_STATES = ['open', 'expired', 'done', 'objected', 'undone', 'cancelled'] as const;
/** As it is shown: `objected` is a `done` one that the old LINE account did not want. */
export type TakeoverState = (typeof TAKEOVER_STATES)[number];

export interface Takeover {
  id: string;
  channelId: string;
  /** members.id */
  memberId: string;
  /** The company's own id of the member. */
  externalId: string;
  /** line_users.id */
  fromLineUserId: string;
  /** line_users.id */
  toLineUserId: string | null;
  /** As LINE writes them. */
  fromUserId: string;
  toUserId: string | null;
  state: TakeoverState;
  createdAt: Date;
  expiresAt: Date;
  doneAt: Date | null;
  undoUntil: Date | null;
  objectedAt: Date | null;
}

export interface NewTakeover {
  id: string;
  channelId: string;
  memberId: string;
  fromLineUserId: string;
  codeHash: Buffer;
  expiresAt: Date;
}

/** A link that moved. */
export interface MovedLink {
  fromLinkId: string;
  toLinkId: string;
  made: boolean;
}

@Injectable()
export class TakeoversRepository {
  constructor(private readonly db: Database) {}

  async insert(scope: Scope, takeover: NewTakeover): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into takeovers (workspace_id, id, channel_id, member_id, from_line_user_id, code_hash, state, created_at,
                                 expires_at)
          values (${scope.workspaceId}, ${takeover.id}, ${takeover.channelId}, ${takeover.memberId},
                  ${takeover.fromLineUserId}, ${takeover.codeHash}, 'open', ${scope.clock.now()}, ${takeover.expiresAt})`,
    );
  }

  /** Ends open ones whose code nobody should enter any more. */
  async cancel(scope: Scope, memberId: string, fromLineUserId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update takeovers set state = 'cancelled', ended_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId}
             and from_line_user_id = ${fromLineUserId} and state = 'open'`,
    );
  }

  find(scope: Scope, id: string): Promise<Takeover | undefined> {
    return this.db.maybeOne<Takeover>(scope, sql`${takeovers(scope)} and t.id = ${id}`);
  }

  findByCode(scope: Scope, codeHash: Buffer): Promise<Takeover | undefined> {
    return this.db.maybeOne<Takeover>(scope, sql`${takeovers(scope)} and t.code_hash = ${codeHash}`);
  }

  /** The newest first. @param before the id of the last one seen */
  list(scope: Scope, query: { state?: TakeoverState; before?: string; limit: number }): Promise<Takeover[]> {
    return this.db.query<Takeover>(
      scope,
      sql`${takeovers(scope)}
             ${query.before === undefined ? empty : sql`and t.id < ${query.before}`}
             ${query.state === undefined ? empty : sql`and ${stateSql(scope)} = ${query.state}`}
           order by t.id desc limit ${query.limit}`,
    );
  }

  /** Takeovers from a LINE user that can still be undone, the newest first. */
  undoableFrom(scope: Scope, lineUserId: string): Promise<Takeover[]> {
    return this.db.query<Takeover>(
      scope,
      sql`${takeovers(scope)} and t.from_line_user_id = ${lineUserId} and t.state = 'done'
             and t.undo_until > ${scope.clock.now()} order by t.id desc`,
    );
  }

  /** Members (inside ids) whose links went from one LINE user to another, and have not come back. */
  async membersMoved(scope: WorkspaceRef, fromLineUserId: string, toLineUserId: string): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select member_id as id from takeovers
           where workspace_id = ${scope.workspaceId} and from_line_user_id = ${fromLineUserId}
             and to_line_user_id = ${toLineUserId} and state = 'done'`,
    );
    return rows.map(({ id }) => id);
  }

  /** Remembers in which attempt the code was entered. */
  async claim(scope: WorkspaceRef, attemptId: string, takeoverId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into takeover_claims (workspace_id, attempt_id, takeover_id)
          values (${scope.workspaceId}, ${attemptId}, ${takeoverId})
          on conflict (workspace_id, attempt_id) do update set takeover_id = excluded.takeover_id`,
    );
  }

  claimedBy(scope: Scope, attemptId: string): Promise<Takeover | undefined> {
    return this.db.maybeOne<Takeover>(
      scope,
      sql`${takeovers(scope)} and t.id = (select takeover_id from takeover_claims
            where workspace_id = ${scope.workspaceId} and attempt_id = ${attemptId})`,
    );
  }

  /** Takes an open takeover, once. @returns false where somebody else was first, or its time is over */
  async take(scope: Scope, id: string, done: { toLineUserId: string; undoUntil: Date }): Promise<boolean> {
    const now = scope.clock.now();
    const taken = await this.db.execute(
      scope,
      sql`update takeovers set state = 'done', to_line_user_id = ${done.toLineUserId}, done_at = ${now}, ended_at = ${now},
                               undo_until = ${done.undoUntil}
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'open' and expires_at > ${now}`,
    );
    return taken === 1;
  }

  /** Takes a done takeover back, once. @returns false where it is too late, or was undone before */
  async undo(scope: Scope, id: string): Promise<boolean> {
    return this.change(scope, id, sql`state = 'undone'`);
  }

  /** @returns false where it is too late, or they had objected before */
  async object(scope: Scope, id: string): Promise<boolean> {
    return this.change(scope, id, sql`objected_at = ${scope.clock.now()}`, sql`and objected_at is null`);
  }

  async writeMoved(scope: WorkspaceRef, takeoverId: string, moved: MovedLink[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into takeover_links (workspace_id, takeover_id, from_link_id, to_link_id, made)
          select ${scope.workspaceId}, ${takeoverId}, n.*
            from unnest(${moved.map(({ fromLinkId }) => fromLinkId)}::bigint[],
                        ${moved.map(({ toLinkId }) => toLinkId)}::bigint[],
                        ${moved.map(({ made }) => made)}::boolean[]) as n`,
    );
  }

  /** What an earlier takeover had made, and a later one took, is there again under another id. */
  async standIn(scope: WorkspaceRef, restored: MovedLink[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`update takeover_links t set to_link_id = n.new_id
            from unnest(${restored.map(({ fromLinkId }) => fromLinkId)}::bigint[],
                        ${restored.map(({ toLinkId }) => toLinkId)}::bigint[]) n (old_id, new_id)
           where t.workspace_id = ${scope.workspaceId} and t.to_link_id = n.old_id`,
    );
  }

  moved(scope: WorkspaceRef, takeoverId: string): Promise<MovedLink[]> {
    return this.db.query<MovedLink>(
      scope,
      sql`select from_link_id as "fromLinkId", to_link_id as "toLinkId", made from takeover_links
           where workspace_id = ${scope.workspaceId} and takeover_id = ${takeoverId} order by from_link_id`,
    );
  }

  private async change(scope: Scope, id: string, set: Sql, unless: Sql = empty): Promise<boolean> {
    const changed = await this.db.execute(
      scope,
      sql`update takeovers set ${set} where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'done'
             and undo_until > ${scope.clock.now()} ${unless}`,
    );
    return changed === 1;
  }
}

/** What is stored, and what follows from the time. */
function stateSql(scope: Scope): Sql {
  return sql`(case when t.state = 'open' and t.expires_at <= ${scope.clock.now()} then 'expired'
                   when t.state = 'done' and t.objected_at is not null then 'objected' else t.state end)`;
}

function takeovers(scope: Scope): Sql {
  return sql`
    select t.id, t.channel_id as "channelId", t.member_id as "memberId", m.external_id as "externalId",
           t.from_line_user_id as "fromLineUserId", t.to_line_user_id as "toLineUserId", f.user_id as "fromUserId",
           u.user_id as "toUserId", ${stateSql(scope)} as state, t.created_at as "createdAt", t.expires_at as "expiresAt",
           t.done_at as "doneAt", t.undo_until as "undoUntil", t.objected_at as "objectedAt"
      from takeovers t
      join members m on m.workspace_id = t.workspace_id and m.id = t.member_id
      join line_users f on f.workspace_id = t.workspace_id and f.id = t.from_line_user_id
      left join line_users u on u.workspace_id = t.workspace_id and u.id = t.to_line_user_id
     where t.workspace_id = ${scope.workspaceId}`;
}
