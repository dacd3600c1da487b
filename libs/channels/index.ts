export {
  accountLinkReceived,
  channelDeleted,
  ChannelRef,
  EventRef,
  FriendRef,
  friendChanged,
  messageReceived,
  postbackReceived,
} from './channels.jobs.js';
export { ChannelsHttpModule, ChannelsJobsModule, ChannelsModule } from './channels.module.js';
export { ok, unknown, wrong, type ChannelCheck, type Finding } from './checks/channel-check.js';
export { ChannelChecks } from './checks/channel-checks.service.js';
export type { Channel } from './channels.repository.js';
export { Channels, type ChannelReferrer, type FindChannelReferrers } from './channels.service.js';
export type { FriendWord } from './friends/friend-changes.js';
export type { FriendState } from './friends/line-user.entity.js';
export { LineUsers } from './friends/line-users.service.js';
export { ReceivedEvents, type ReceivedEvent } from './webhooks/received-events.service.js';
