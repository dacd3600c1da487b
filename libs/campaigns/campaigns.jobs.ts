import { IsUUID } from 'class-validator';
import { defineJob, defineSchedule } from '#jobs';

export class CampaignRef {
  @IsUUID() workspaceId: string;
  @IsUUID() campaignId: string;
}

/** Turns a campaign whose time has come into a send. Safe to run twice: it starts once, or once an occurrence. */
export const startCampaign = defineJob({
  name: 'campaigns.start',
  lane: 'delivery',
  payload: CampaignRef,
  runs: 'outside',
  oneAtATime: ({ campaignId }) => campaignId,
});

export class AudienceRef {
  @IsUUID() workspaceId: string;
  @IsUUID() audienceId: string;
}

/** Reads an uploaded file of people, part by part. What is committed says where it goes on, so it may die anywhere. */
export const readAudience = defineJob({
  name: 'campaigns.read_audience',
  lane: 'bulk',
  payload: AudienceRef,
  runs: 'outside',
  oneAtATime: ({ audienceId }) => audienceId,
});

/** Deletes what is left of an audience that was taken back, or whose file never came in whole; of others nothing. */
export const forgetAudience = defineJob({
  name: 'campaigns.forget_audience',
  lane: 'bulk',
  payload: AudienceRef,
  runs: 'outside',
  oneAtATime: ({ audienceId }) => audienceId,
});

export class ChannelRef {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
}

/** Asks LINE how people took to what was sent on a channel. May die anywhere: what was asked for and not kept comes again. */
export const fetchStatistics = defineJob({
  name: 'campaigns.fetch_statistics',
  lane: 'bulk',
  payload: ChannelRef,
  runs: 'outside',
  oneAtATime: ({ channelId }) => channelId,
});

/** Statistics are due, or there is another hour to ask in. */
export const wakeStatistics = defineSchedule({ name: 'campaigns.wake_statistics', lane: 'bulk', every: 10 * 60_000 });

export class TrialRef {
  @IsUUID() workspaceId: string;
  @IsUUID() sendId: string;
}

/** Looks how the first part of a send takes it, minute by minute, until what becomes of the rest is decided. */
export const watchTrial = defineJob({
  name: 'campaigns.watch_trial',
  lane: 'delivery',
  payload: TrialRef,
  runs: 'outside',
  oneAtATime: ({ sendId }) => sendId,
});
