import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Workspace } from './workspace.entity.js';

@Injectable()
export class WorkspacesRepository {
  constructor(private readonly db: Database) {}

  /** @returns false where a workspace of this id exists already */
  async add(scope: Scope, workspace: Workspace): Promise<boolean> {
    const { name, timeZone, currency, quietHours, caps, createdAt } = workspace;
    const added = await this.db.execute(
      scope,
      sql`insert into workspaces (id, name, time_zone, currency, quiet_hours, caps, created_at)
          values (${scope.workspaceId}, ${name}, ${timeZone}, ${currency}, ${quietHours && JSON.stringify(quietHours)},
                  ${JSON.stringify(caps)}, ${createdAt})
          on conflict do nothing`,
    );
    return added === 1;
  }

  find(scope: WorkspaceRef): Promise<Workspace | undefined> {
    return this.db.maybeOne(scope, sql`${SELECT} where id = ${scope.workspaceId}`);
  }

  /** Nobody who holds the currency is at work once this returns, and nobody starts before the transaction ends. */
  findForUpdate(scope: WorkspaceRef): Promise<Workspace | undefined> {
    return this.db.maybeOne(scope, sql`${SELECT} where id = ${scope.workspaceId} for update`);
  }

  /** Shared with others who hold it and with changes of the row that are not about the currency. */
  async holdCurrency(scope: WorkspaceRef): Promise<string> {
    const row = await this.db.one<{ currency: string }>(
      scope,
      sql`select currency from workspaces where id = ${scope.workspaceId} for key share`,
    );
    return row.currency;
  }

  async save(scope: WorkspaceRef, workspace: Workspace): Promise<void> {
    const { name, timeZone, currency, quietHours, caps, ceilings, approvalAbove } = workspace;
    await this.db.execute(
      scope,
      sql`update workspaces
             set name = ${name}, time_zone = ${timeZone}, currency = ${currency},
                 quiet_hours = ${quietHours && JSON.stringify(quietHours)}, caps = ${JSON.stringify(caps)},
                 ceilings = ${ceilings && JSON.stringify(ceilings)}, approval_above = ${approvalAbove}
           where id = ${scope.workspaceId}`,
    );
  }
}

const SELECT = sql`select id, name, time_zone as "timeZone", currency, quiet_hours as "quietHours", caps,
                          ceilings, approval_above as "approvalAbove", created_at as "createdAt" from workspaces`;
