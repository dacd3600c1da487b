import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Segments } from '#segments';
import { CampaignsRepository } from './campaigns.repository.js';

/** Tells the floors below which campaigns still need a segment or a channel, so that neither is deleted under them. */
@Injectable()
export class CampaignReferrers {
  constructor(campaigns: CampaignsRepository, segments: Segments, channels: Channels) {
    const referrers = (found: { id: string; name: string }[]) => found.map((one) => ({ kind: 'campaign', ...one }));
    segments.registerReferrer(async (scope, segmentId) => referrers(await campaigns.needing(scope, { segmentId })));
    channels.registerReferrer(async (scope, channelId) => referrers(await campaigns.needing(scope, { channelId })));
  }
}
