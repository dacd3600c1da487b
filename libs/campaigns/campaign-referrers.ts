import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Segments } from '#segments';
import { Workspaces } from '#workspaces';
import { CampaignsRepository } from './campaigns.repository.js';

/**
 * Tells the floors below which campaigns still need a segment or a channel, so that neither is deleted under them, and
 * whether one names an amount, so that the currency stays what it was.
 */
@Injectable()
export class CampaignReferrers {
  constructor(campaigns: CampaignsRepository, segments: Segments, channels: Channels, workspaces: Workspaces) {
    workspaces.registerAmounts((scope) => campaigns.nameAmounts(scope));
    const referrers = (found: { id: string; name: string }[]) => found.map((one) => ({ kind: 'campaign', ...one }));
    segments.registerReferrer(async (scope, segmentId) => referrers(await campaigns.needing(scope, { segmentId })));
    channels.registerReferrer(async (scope, channelId) => referrers(await campaigns.needing(scope, { channelId })));
  }
}
