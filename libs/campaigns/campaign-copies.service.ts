import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Sends } from '#delivery';
import { notFound, type Scope } from '#kernel';
import { Audiences } from './audiences/audiences.service.js';
import { defaultUnit } from './campaign-contents.js';
import type { CreateCampaignDto, ResendCampaignDto } from './campaigns.dto.js';
import { nobodySkipped, wrongState } from './campaigns.errors.js';
import type { Campaign } from './campaigns.repository.js';
import { optionsWith } from './options/campaign-options.js';
import { Campaigns, type CampaignWithTotals } from './campaigns.service.js';

const LONGEST_NAME = 200;

/** Drafts made of campaigns. */
@Injectable()
export class CampaignCopies {
  constructor(
    private readonly db: Database,
    private readonly campaigns: Campaigns,
    private readonly audiences: Audiences,
    private readonly sends: Sends,
  ) {}

  /** The same once more, without a date. @throws AppError 404, 400 for what it names and is gone by now */
  async duplicate(scope: Scope, id: string, name?: string): Promise<CampaignWithTotals> {
    return this.db.transaction(scope, async () => {
      const campaign = await this.campaigns.get(scope, id);
      return this.campaigns.create(scope, { ...writtenOf(campaign), name: name ?? named(campaign, 'copy') });
    });
  }

  /**
   * The same for those who were skipped for reasons that have gone: they are asked for again like anybody else.
   * @throws AppError 404, 409 before it has ended, or where nobody was skipped for these reasons
   */
  async resend(scope: Scope, id: string, { reasons, runId, name }: ResendCampaignDto): Promise<CampaignWithTotals> {
    return this.db.transaction(scope, async () => {
      const campaign = await this.campaigns.get(scope, id);
      const sendId = runId ?? campaign.sendId;
      if (sendId === null) throw wrongState(campaign.state, 'sent to those who were skipped');
      const send = await this.sends.get(scope, sendId);
      if (send.originKind !== 'campaign' || send.originId !== id) throw notFound('send');
      if (!send.endedAt) throw wrongState(campaign.state, 'sent to those who were skipped');
      const copy = { ...writtenOf(campaign), repeat: null, name: name ?? named(campaign, 'again') };
      const list = { name: copy.name, channelId: campaign.channelId };
      const { id: audienceId, people } = await this.audiences.ofSkipped(scope, list, { sendId, reasons });
      if (people === 0) throw nobodySkipped();
      const audience = { segmentId: undefined, rule: undefined, segmentIds: undefined, audienceId };
      return this.campaigns.create(scope, { ...copy, ...audience });
    });
  }
}

/** What a marketer would write to make it. */
function writtenOf(campaign: Campaign): Pick<CreateCampaignDto, keyof CreateCampaignDto> {
  const { id, segmentIds, unit } = campaign;
  return {
    name: campaign.name,
    channelId: campaign.channelId,
    segmentId: campaign.segmentId ?? undefined,
    rule: campaign.rule ?? undefined,
    segmentIds: segmentIds ? [...segmentIds] : undefined,
    audienceId: campaign.audienceId ?? undefined,
    excludeSegmentIds: [...campaign.excludeSegmentIds],
    role: campaign.role,
    ...contentsOf(campaign),
    ...optionsWith(campaign.options, {}),
    class: campaign.class,
    // One that was made for the campaign stays its own; one that was chosen counts both.
    unit: unit === defaultUnit(id) ? null : unit,
    undoSeconds: campaign.undoSeconds,
    repeat: campaign.repeat,
  };
}

function contentsOf({ messages, variants }: Campaign): Pick<CreateCampaignDto, 'messages' | 'variants'> {
  if (!variants) return { messages: [...messages] };
  return { variants: variants.map(({ messages: one, share }) => ({ messages: [...one], share })) };
}

function named({ name }: Campaign, how: string): string {
  const end = ` (${how})`;
  return name.slice(0, LONGEST_NAME - end.length).toWellFormed() + end;
}
