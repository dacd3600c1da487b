import { ChannelRef } from '#channels';
import { defineJob } from '#jobs';

/** Ends the next part of a deleted channel's links. Safe to run twice. */
export const endLinksOfChannel = defineJob({
  name: 'linking.end_links_of_channel',
  lane: 'bulk',
  payload: ChannelRef,
  oneAtATime: ({ channelId }) => channelId,
});
