import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

export interface ContractUser {
  /** members.id */
  userId: string;
  /** The company's own id. */
  memberId: string;
  /** Encrypted. */
  name: Buffer | null;
  /** Whether somebody is linked as this user now. */
  linked: boolean;
}

@Injectable()
export class ContractUsersRepository {
  constructor(private readonly db: Database) {}

  /** Holds a contract until the transaction ends, so that its users and their codes change one after the other. */
  async hold(scope: WorkspaceRef, contractorId: string): Promise<void> {
    await this.db.query(
      scope,
      sql`select pg_advisory_xact_lock(hashtextextended(${`contract ${scope.workspaceId} ${contractorId}`}, 0))`,
    );
  }

  async list(scope: WorkspaceRef, contractorId: string): Promise<ContractUser[]> {
    return this.db.query<ContractUser>(
      scope,
      sql`select c.user_id as "userId", m.external_id as "memberId", c.name,
                 exists (select from links l where l.workspace_id = c.workspace_id and l.member_id = c.user_id
                            and l.role = 'user' and l.ended_at is null) as linked
            from contract_users c
            join members m on m.workspace_id = c.workspace_id and m.id = c.user_id
           where c.workspace_id = ${scope.workspaceId} and c.contractor_id = ${contractorId}
           order by c.created_at, c.user_id`,
    );
  }

  /** Adds a user; a name that is given replaces the one that is there. */
  async put(scope: WorkspaceRef, contractorId: string, user: { userId: string; name: Buffer | null; at: Date }) {
    await this.db.execute(
      scope,
      sql`insert into contract_users (workspace_id, contractor_id, user_id, name, created_at)
          values (${scope.workspaceId}, ${contractorId}, ${user.userId}, ${user.name}, ${user.at})
          on conflict (workspace_id, contractor_id, user_id) do update
             set name = coalesce(excluded.name, contract_users.name)`,
    );
  }

  /** Takes out everybody else. @returns whom (members.id) */
  async keepOnly(scope: WorkspaceRef, contractorId: string, userIds: string[]): Promise<string[]> {
    const rows = await this.db.query<{ userId: string }>(
      scope,
      sql`delete from contract_users
           where workspace_id = ${scope.workspaceId} and contractor_id = ${contractorId}
             and user_id <> all(${userIds}::bigint[])
          returning user_id as "userId"`,
    );
    return rows.map(({ userId }) => userId);
  }

  /** Whether the contractor has a live link in that role. */
  async isLinked(scope: WorkspaceRef, contractorId: string): Promise<boolean> {
    const row = await this.db.maybeOne(
      scope,
      sql`select 1 from links where workspace_id = ${scope.workspaceId} and member_id = ${contractorId}
             and role = 'contractor' and ended_at is null limit 1`,
    );
    return row !== undefined;
  }
}
