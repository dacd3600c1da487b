import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Sends, type SendTotals } from '#delivery';
import { Jobs } from '#jobs';
import { newId, notFound, toInstant, type Scope } from '#kernel';
import { CampaignContents } from './campaign-contents.js';
import type { CampaignState, CreateCampaignDto, UpdateCampaignDto } from './campaigns.dto.js';
import { wrongState } from './campaigns.errors.js';
import { startCampaign } from './campaigns.jobs.js';
import { CampaignsRepository, type Campaign } from './campaigns.repository.js';

export type CampaignWithTotals = Campaign & { totals: SendTotals };

/** Before it has become a send, nobody is named. */
const NO_TOTALS: SendTotals = { audience: 0, planned: 0, accepted: 0, rejected: 0, uncertain: 0, skipped: {} };

/** A marketer's sends: draft, scheduled, then what their send is. */
@Injectable()
export class Campaigns {
  constructor(
    private readonly db: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly contents: CampaignContents,
    private readonly sends: Sends,
    private readonly jobs: Jobs,
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
      const [shown] = await this.withTotals(scope, [campaign]);
      return shown!;
    });
  }

  /** The newest first. */
  async list(
    scope: Scope,
    query: { limit: number; before?: string; only?: CampaignState },
  ): Promise<CampaignWithTotals[]> {
    return this.db.transaction(scope, async () => this.withTotals(scope, await this.campaigns.list(scope, query)));
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

  /** At `sendAt`, or the draft's own, or now. A moment that has passed is now. @throws AppError 404, 409 */
  async schedule(scope: Scope, id: string, sendAt?: string): Promise<CampaignWithTotals> {
    return this.change(scope, id, async (campaign) => {
      if (campaign.state !== 'draft') throw wrongState(campaign.state, 'scheduled');
      const at = sendAt === undefined ? (campaign.sendAt ?? scope.clock.now()) : toInstant(sendAt);
      await this.campaigns.setState(scope, id, { state: 'scheduled', sendAt: at });
      const ref = { workspaceId: scope.workspaceId, campaignId: id };
      await this.jobs.enqueue(scope, startCampaign, ref, { dueAt: at });
      await this.audit.record(scope, 'campaigns.scheduled', `campaigns/${id}`, { sendAt: at });
    });
  }

  /** Nothing more leaves from a second later on. @throws AppError 404, 409 */
  async pause(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.change(scope, id, async ({ sendId, state }) => {
      if (!sendId || !(await this.sends.pause(scope, sendId))) throw wrongState(state, 'paused');
      await this.audit.record(scope, 'campaigns.paused', `campaigns/${id}`);
    });
  }

  /** @throws AppError 404, 409 */
  async resume(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.change(scope, id, async ({ sendId, state }) => {
      if (!sendId || !(await this.sends.resume(scope, sendId))) throw wrongState(state, 'resumed');
      await this.audit.record(scope, 'campaigns.resumed', `campaigns/${id}`);
    });
  }

  /** Who was sent to stays sent to; nobody else will be. A draft is deleted instead. @throws AppError 404, 409 */
  async cancel(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.change(scope, id, async ({ sendId, state }) => {
      if (state === 'scheduled') await this.campaigns.setState(scope, id, { state: 'cancelled' });
      else if (!sendId || !(await this.sends.cancel(scope, sendId))) throw wrongState(state, 'cancelled');
      await this.audit.record(scope, 'campaigns.cancelled', `campaigns/${id}`);
    });
  }

  /** @throws AppError 404 */
  async held(scope: Scope, id: string): Promise<Campaign> {
    const campaign = await this.campaigns.hold(scope, id);
    if (!campaign) throw notFound('campaign');
    return campaign;
  }

  /** Holds the campaign, so that of two that ask at once the second meets what the first has made of it. */
  private change(scope: Scope, id: string, work: (campaign: Campaign) => Promise<void>): Promise<CampaignWithTotals> {
    return this.db.transaction(scope, async () => {
      await work(await this.held(scope, id));
      return this.get(scope, id);
    });
  }

  private async withTotals(scope: Scope, campaigns: Campaign[]): Promise<CampaignWithTotals[]> {
    const totals = await this.sends.totals(
      scope,
      campaigns.flatMap(({ sendId }) => sendId ?? []),
    );
    return campaigns.map((campaign) => ({ ...campaign, totals: totals.get(campaign.sendId ?? '') ?? NO_TOTALS }));
  }
}
