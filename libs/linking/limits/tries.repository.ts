import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import { sha256, type WorkspaceRef } from '#kernel';
import type { Failures } from './growing-delay.js';

/** What is tried, and who is counted: an id of ours, or `subjectOf` a name. */
export interface TryKey {
  kind: `${'sign_in' | 'reset'}.${'address' | 'login'}` | `start.${'address' | 'channel'}` | `code${'' | '.line_user'}`;
  subject: string;
}

/** Stands for a login id or a network address, which are not kept. */
export function subjectOf({ workspaceId }: WorkspaceRef, name: string): string {
  return sha256(`${workspaceId} ${name}`).toString('base64url');
}

@Injectable()
export class TriesRepository {
  constructor(private readonly db: Database) {}

  /** Holds what is known of these until the transaction ends, in one order. @returns in the order of `keys` */
  async claim(scope: WorkspaceRef, keys: readonly TryKey[], at: Date): Promise<Failures[]> {
    const given = sql`unnest(${keys.map(({ kind }) => kind)}::text[], ${keys.map(({ subject }) => subject)}::text[])`;
    await this.db.execute(
      scope,
      sql`insert into linking_tries (workspace_id, kind, subject, tries, tried_at)
          select ${scope.workspaceId}, g.kind, g.subject, 0, ${at} from ${given} g (kind, subject) order by 2, 3
          on conflict do nothing`,
    );
    const rows = await this.db.query<TryKey & Failures>(
      scope,
      sql`select t.kind, t.subject, t.tries as count, t.tried_at as at
            from linking_tries t join ${given} g (kind, subject) on g.kind = t.kind and g.subject = t.subject
           where t.workspace_id = ${scope.workspaceId} order by t.kind, t.subject for no key update of t`,
    );
    return keys.map((key) => rows.find(({ kind, subject }) => kind === key.kind && subject === key.subject)!);
  }

  async write(scope: WorkspaceRef, { kind, subject }: TryKey, { count, at }: Failures): Promise<void> {
    await this.db.execute(
      scope,
      sql`update linking_tries set tries = ${count}, tried_at = ${at}
           where workspace_id = ${scope.workspaceId} and kind = ${kind} and subject = ${subject}`,
    );
  }

  /** One try was none, or did not fail. */
  async takeBack(scope: WorkspaceRef, { kind, subject }: TryKey): Promise<void> {
    await this.db.execute(
      scope,
      sql`update linking_tries set tries = greatest(tries - 1, 0)
           where workspace_id = ${scope.workspaceId} and kind = ${kind} and subject = ${subject}`,
    );
  }

  async clear(scope: WorkspaceRef, { kind, subject }: TryKey): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from linking_tries
           where workspace_id = ${scope.workspaceId} and kind = ${kind} and subject = ${subject}`,
    );
  }

  /** Counts one within a stretch of time that begins with the first. @returns false where there were `most` in it */
  async countWithin(
    scope: WorkspaceRef,
    { kind, subject }: TryKey,
    { most, since, at }: { most: number; since: Date; at: Date },
  ): Promise<boolean> {
    // A clock that was turned back begins anew.
    const over = sql`(t.tried_at <= ${since}::timestamptz or t.tried_at > ${at}::timestamptz)`;
    const counted = await this.db.execute(
      scope,
      sql`insert into linking_tries as t (workspace_id, kind, subject, tries, tried_at)
          values (${scope.workspaceId}, ${kind}, ${subject}, 1, ${at})
          on conflict (workspace_id, kind, subject) do update
             set tries = case when ${over} then 1 else t.tries + 1 end,
                 tried_at = case when ${over} then excluded.tried_at else t.tried_at end
           where ${over} or t.tries < ${most}::int`,
    );
    return counted === 1;
  }

  async deleteOld(scope: WorkspaceRef, triedBefore: Date, most: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from linking_tries where workspace_id = ${scope.workspaceId} and (kind, subject) in (
            select kind, subject from linking_tries
             where workspace_id = ${scope.workspaceId} and tried_at < ${triedBefore} limit ${most} for update skip locked)`,
    );
  }

  /** Workspaces that count what was tried long ago. */
  async old(scope: null, triedBefore: Date): Promise<string[]> {
    const rows = await this.db.call<{ workspaceId: string }>(
      scope,
      sql`select workspace_id as "workspaceId" from lookup_old_linking_tries(${triedBefore})`,
    );
    return rows.map(({ workspaceId }) => workspaceId);
  }
}
