export {
  channelDeleted,
  ChannelRef,
  EventRef,
  FriendRef,
  friendChanged,
  messageReceived,
  postbackReceived,
} from './channels.jobs.js';
export { ChannelsHttpModule, ChannelsJobsModule, ChannelsModule } from './channels.module.js';
export type { Channel } from './channels.repository.js';
export { Channels, type ChannelReferrer, type FindChannelReferrers } from './channels.service.js';
export type { FriendState } from './friends/line-user.entity.js';
export { LineUsers } from './friends/line-users.service.js';
