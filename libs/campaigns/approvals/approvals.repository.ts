import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

export interface Approval {
  /** Kind and id of who scheduled it. */
  askedBy: string;
  people: number | null;
  digest: Buffer | null;
  approvedBy: string | null;
  approvedAt: Date | null;
}

@Injectable()
export class ApprovalsRepository {
  constructor(private readonly db: Database) {}

  find(scope: WorkspaceRef, campaignId: string): Promise<Approval | undefined> {
    return this.db.maybeOne<Approval>(
      scope,
      sql`select asked_by as "askedBy", people, digest, approved_by as "approvedBy", approved_at as "approvedAt"
            from campaign_approvals where workspace_id = ${scope.workspaceId} and campaign_id = ${campaignId}`,
    );
  }

  /** It has been scheduled; what was approved before is approved no longer. */
  async begin(scope: Scope, campaignId: string, askedBy: string): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into campaign_approvals (workspace_id, campaign_id, asked_by, asked_at)
          values (${scope.workspaceId}, ${campaignId}, ${askedBy}, ${now})
          on conflict (workspace_id, campaign_id) do update
            set asked_by = ${askedBy}, asked_at = ${now}, people = null, digest = null, approved_by = null,
                approved_at = null`,
    );
  }

  /** It waits for approval, being for so many people. */
  async ask(scope: WorkspaceRef, campaignId: string, people: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaign_approvals set people = ${people}, digest = null, approved_by = null, approved_at = null
           where workspace_id = ${scope.workspaceId} and campaign_id = ${campaignId}`,
    );
  }

  async approve(scope: Scope, campaignId: string, digest: Buffer, approvedBy: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaign_approvals
             set digest = ${digest}, approved_by = ${approvedBy}, approved_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and campaign_id = ${campaignId}`,
    );
  }
}
