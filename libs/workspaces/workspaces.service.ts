import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { notFound, type Scope, type WorkspaceRef } from '#kernel';
import { ApiKeys } from './api-keys.service.js';
import { Sessions } from './operators/sessions.service.js';
import { Scopes } from './scopes.js';
import type { Workspace } from './workspace.entity.js';
import type { CreatedWorkspaceDto, CreateWorkspaceDto, QuietHours, UpdateWorkspaceDto } from './workspaces.dto.js';
import { currencyFixed, unpriced, workspaceExists } from './workspaces.errors.js';
import { WorkspacesRepository } from './workspaces.repository.js';

const USUAL_NIGHT: QuietHours = { from: '21:00', to: '08:00', exempt: ['transactional'] };

/** Whether a feature has stored an amount of money of this workspace. */
export type AmountsStored = (scope: WorkspaceRef) => Promise<boolean>;

@Injectable()
export class Workspaces {
  private readonly amountsStored: AmountsStored[] = [];

  constructor(
    private readonly repository: WorkspacesRepository,
    private readonly apiKeys: ApiKeys,
    private readonly sessions: Sessions,
    private readonly scopes: Scopes,
    private readonly audit: Audit,
    private readonly db: Database,
  ) {}

  /**
   * Makes the workspace `scope.workspaceId`, with a first key that has every permit.
   * @returns the key's secret, this once
   */
  create(scope: Scope, dto: CreateWorkspaceDto): Promise<CreatedWorkspaceDto> {
    return this.db.transaction(scope, async () => {
      const createdAt = scope.clock.now();
      const { name, timeZone, currency, quietHours = USUAL_NIGHT } = dto;
      const settings = { name, timeZone, currency, quietHours, caps: [], ceilings: null, approvalAbove: null };
      const workspace = { id: scope.workspaceId, ...settings, createdAt };
      if (!(await this.repository.add(scope, workspace))) throw workspaceExists();
      await this.audit.record(scope, 'workspaces.created', scope.workspaceId, { name, timeZone, currency });
      const { key } = await this.apiKeys.grant(scope, { name: 'First key', permits: ['*'] });
      return { id: scope.workspaceId, apiKey: key };
    });
  }

  async get(scope: WorkspaceRef): Promise<Workspace> {
    const workspace = await this.repository.find(scope);
    if (!workspace) throw notFound('workspace');
    return workspace;
  }

  /** Changes what is given. @throws AppError 400; 409 where the currency would change under stored amounts */
  update(scope: Scope, changes: UpdateWorkspaceDto): Promise<Workspace> {
    return this.db.transaction(scope, async () => {
      const workspace = await this.repository.findForUpdate(scope);
      if (!workspace) throw notFound('workspace');
      const { currency } = changes;
      if (currency && currency !== workspace.currency && (await this.hasAmounts(scope))) throw currencyFixed();
      const updated = Object.assign(workspace, changes);
      refuseUnpriced(updated, changes);
      await this.repository.save(scope, updated);
      await this.audit.record(scope, 'workspaces.updated', workspace.id, changes);
      this.db.afterCommit(async () => {
        this.scopes.forget();
        this.apiKeys.forget();
        this.sessions.forget();
      });
      return updated;
    });
  }

  /** Whoever stores amounts says so here, when its module starts. */
  registerAmounts(stored: AmountsStored): void {
    this.amountsStored.push(stored);
  }

  /**
   * Keeps the currency from changing until the ambient transaction ends; call it first in every transaction that stores
   * amounts. Many may hold it at once.
   * @returns the currency as it is now; the scope's may be some seconds old
   */
  holdCurrency(scope: WorkspaceRef): Promise<string> {
    return this.repository.holdCurrency(scope);
  }

  private async hasAmounts(scope: WorkspaceRef): Promise<boolean> {
    for (const stored of this.amountsStored) if (await stored(scope)) return true;
    return false;
  }
}

/** What LINE charges is known in whole yen, so a ceiling for money can be held in nothing else. */
function refuseUnpriced({ currency, ceilings }: Workspace, changes: UpdateWorkspaceDto): void {
  for (const span of ['day', 'month'] as const) {
    const amount = ceilings?.[span]?.amount;
    if (amount === undefined || (currency === 'JPY' && Number.isInteger(amount))) continue;
    throw unpriced(changes.ceilings ? `/ceilings/${span}/amount` : '/currency');
  }
}
