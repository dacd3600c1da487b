import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import type { SendTotals } from '#delivery';
import { newId, notFound, type Scope } from '#kernel';
import { CampaignContents } from './campaign-contents.js';
import { CampaignTotals } from './campaign-totals.service.js';
import type { CampaignState, CreateCampaignDto, UpdateCampaignDto } from './campaigns.dto.js';
import { wrongState } from './campaigns.errors.js';
import { CampaignsRepository, type Campaign } from './campaigns.repository.js';

export type CampaignWithTotals = Campaign & { totals: SendTotals };

/** A marketer's sends: draft, scheduled, then what their send is. */
@Injectable()
export class Campaigns {
  constructor(
    private readonly db: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly contents: CampaignContents,
    private readonly totals: CampaignTotals,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError 400 with every place that cannot be sent */
  async create(scope: Scope, dto: CreateCampaignDto): Promise<CampaignWithTotals> {
    const id = newId();
    return this.db.transaction(scope, async () => {
      const content = await this.contents.read(scope, id, dto);
      await this.campaigns.insert(scope, id, content);
      await this.audit.record(scope, 'campaigns.created', `campaigns/${id}`, { name: content.name });
      return this.get(scope, id);
    });
  }

  /** @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.db.transaction(scope, async () => {
      const campaign = await this.campaigns.find(scope, id);
      if (!campaign) throw notFound('campaign');
      const [shown] = await this.totals.beside(scope, [campaign]);
      return shown!;
    });
  }

  /** The newest first. */
  async list(
    scope: Scope,
    query: { limit: number; before?: string; only?: CampaignState },
  ): Promise<CampaignWithTotals[]> {
    return this.db.transaction(scope, async () => this.totals.beside(scope, await this.campaigns.list(scope, query)));
  }

  /** Only a draft can be changed. @throws AppError 400, 404, 409 */
  async update(scope: Scope, id: string, dto: UpdateCampaignDto): Promise<CampaignWithTotals> {
    return this.change(scope, id, async (campaign) => {
      if (campaign.state !== 'draft') throw wrongState(campaign.state, 'changed');
      await this.campaigns.update(scope, id, await this.contents.changed(scope, campaign, dto));
      await this.audit.record(scope, 'campaigns.updated', `campaigns/${id}`, { fields: Object.keys(dto) });
    });
  }

  /** Only a draft can be deleted: what was sent, or was to be, stays on record. @throws AppError 404, 409 */
  async delete(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const campaign = await this.held(scope, id);
      if (campaign.state !== 'draft') throw wrongState(campaign.state, 'deleted');
      await this.campaigns.delete(scope, id);
      await this.audit.record(scope, 'campaigns.deleted', `campaigns/${id}`, { name: campaign.name });
    });
  }

  /** @throws AppError 404 */
  async held(scope: Scope, id: string): Promise<Campaign> {
    const campaign = await this.campaigns.hold(scope, id);
    if (!campaign) throw notFound('campaign');
    return campaign;
  }

  /** Holds the campaign, so that of two that ask at once the second meets what the first has made of it. */
  change(scope: Scope, id: string, work: (campaign: Campaign) => Promise<void>): Promise<CampaignWithTotals> {
    return this.db.transaction(scope, async () => {
      await work(await this.held(scope, id));
      return this.get(scope, id);
    });
  }
}
