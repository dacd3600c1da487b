import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { OperatorSession } from './operator-session.entity.js';

/** A session that was not ended, of a live operator, with what a scope needs. It may have expired. */
export interface FoundSession {
  workspaceId: string;
  id: string;
  operatorId: string;
  lastSeenAt: Date;
  expiresAt: Date;
  permits: string[];
  timeZone: string;
  currency: string;
}

/** Whose session it is, and where. */
export interface SessionHolder {
  email: string;
  name: string;
  permits: string[];
  workspaceName: string;
}

@Injectable()
export class SessionsRepository {
  constructor(private readonly db: Database) {}

  async add(scope: WorkspaceRef, session: Omit<OperatorSession, 'workspaceId' | 'lastSeenAt' | 'endedAt'>) {
    const { id, operatorId, tokenHash, createdAt, expiresAt } = session;
    await this.db.execute(
      scope,
      sql`insert into operator_sessions
                 (workspace_id, id, operator_id, token_hash, created_at, last_seen_at, expires_at)
          values (${scope.workspaceId}, ${id}, ${operatorId}, ${tokenHash}, ${createdAt}, ${createdAt}, ${expiresAt})`,
    );
  }

  /** Expired sessions tell nothing that the audit does not. */
  async removeExpired(scope: WorkspaceRef, operatorId: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from operator_sessions
           where workspace_id = ${scope.workspaceId} and operator_id = ${operatorId} and expires_at <= ${at}`,
    );
  }

  /** Across workspaces, by the one function that may. */
  async lookup(scope: null, tokenHash: Buffer): Promise<FoundSession | undefined> {
    const [found] = await this.db.call<FoundSession>(
      scope,
      sql`select workspace_id as "workspaceId", id, operator_id as "operatorId", last_seen_at as "lastSeenAt",
                 expires_at as "expiresAt", permits, time_zone as "timeZone", currency
            from lookup_operator_session(${tokenHash})`,
    );
    return found;
  }

  holder(scope: WorkspaceRef, operatorId: string): Promise<SessionHolder | undefined> {
    return this.db.maybeOne(
      scope,
      sql`select o.email, o.name, o.permits, w.name as "workspaceName"
            from operators o join workspaces w on w.id = o.workspace_id
           where o.workspace_id = ${scope.workspaceId} and o.id = ${operatorId} and o.disabled_at is null`,
    );
  }

  async seen(scope: WorkspaceRef, id: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update operator_sessions set last_seen_at = greatest(last_seen_at, ${at})
           where workspace_id = ${scope.workspaceId} and id = ${id} and ended_at is null`,
    );
  }

  /** @returns false where it has ended before */
  async end(scope: WorkspaceRef, id: string, at: Date): Promise<boolean> {
    const ended = await this.db.execute(
      scope,
      sql`update operator_sessions set ended_at = ${at}
           where workspace_id = ${scope.workspaceId} and id = ${id} and ended_at is null`,
    );
    return ended === 1;
  }

  async endAllOf(scope: WorkspaceRef, operatorId: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update operator_sessions set ended_at = ${at}
           where workspace_id = ${scope.workspaceId} and operator_id = ${operatorId} and ended_at is null`,
    );
  }
}
