import { IsUUID } from 'class-validator';
import { defineJob, defineSchedule } from '#jobs';

export class MenuChannelRef {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
}

/** Brings LINE to what should be on a channel, for a turn. Who comes while another has it goes away again. */
export const drainMenus = defineJob({
  name: 'rich-menus.drain',
  lane: 'delivery',
  payload: MenuChannelRef,
  runs: 'outside',
});

/** Holds a channel's menus and some of its people against LINE. */
export const checkDrift = defineJob({
  name: 'rich-menus.check_drift',
  lane: 'bulk',
  payload: MenuChannelRef,
  runs: 'outside',
  oneAtATime: ({ channelId }) => channelId,
});

/** Wakes every channel at which something is due and nobody is. */
export const sweepMenus = defineSchedule({ name: 'rich-menus.sweep', lane: 'delivery', every: 2_000 });

/** The clock may have made another rule hold, and segments may have changed. */
export const lookAtClock = defineSchedule({ name: 'rich-menus.look_at_clock', lane: 'delivery', every: 60_000 });

/** Menus may have been changed behind our back. */
export const lookForDrift = defineSchedule({ name: 'rich-menus.look_for_drift', lane: 'bulk', every: 5 * 60_000 });
