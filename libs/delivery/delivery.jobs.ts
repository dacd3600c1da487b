import { IsUUID } from 'class-validator';
import { defineJob, defineSchedule } from '#jobs';

export class SendRef {
  @IsUUID() workspaceId: string;
  @IsUUID() sendId: string;
}

export class ChannelTurn {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
}

/**
 * Checks a send's content with LINE, asks its rule and plans the first of those who are named, which of most sends are all
 * there are. Safe to run twice or half.
 */
export const planSend = defineJob({
  name: 'delivery.plan',
  lane: 'delivery',
  payload: SendRef,
  runs: 'outside',
  oneAtATime: ({ sendId }) => sendId,
});

/** Plans everybody else, by turns with other sends. Safe to run twice or half. */
export const planRest = defineJob({
  name: 'delivery.plan_rest',
  lane: 'planning',
  payload: SendRef,
  runs: 'outside',
  oneAtATime: ({ sendId }) => sendId,
});

/** Sends what is due on a channel, for a turn. Who comes while another has the channel goes away again. */
export const drainChannel = defineJob({
  name: 'delivery.drain',
  lane: 'delivery',
  payload: ChannelTurn,
  runs: 'outside',
});

/** Wakes every channel that has something to do and nobody at it. */
export const sweepChannels = defineSchedule({ name: 'delivery.sweep', lane: 'delivery', every: 2_000 });

/** Makes room for the months to come, and gives up those that are old enough. */
export const keepLedger = defineSchedule({ name: 'delivery.keep-ledger', lane: 'bulk', every: 6 * 60 * 60_000 });
