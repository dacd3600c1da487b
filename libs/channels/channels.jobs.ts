import { IsUUID, Matches } from 'class-validator';
import { defineFact, defineJob } from '#jobs';

const ROW_ID = /^[1-9]\d{0,18}$/;

export class WebhookBatchRef {
  @IsUUID() workspaceId: string;
  /** webhook_batches.id */
  @IsUUID() batchId: string;
}

export class FriendRef {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
  /** line_users.id */
  @Matches(ROW_ID) lineUserId: string;
}

export class EventRef {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
  /** webhook_events.id */
  @Matches(ROW_ID) eventId: string;
}

export class ChannelRef {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
}

/** Reads the webhooks of one commit. Safe to run twice. */
export const readWebhooks = defineJob({ name: 'channels.read_webhooks', lane: 'webhooks', payload: WebhookBatchRef });

/** Somebody became a friend, blocked the account, or came back, by LINE's own word. */
export const friendChanged = defineFact({ name: 'channels.friend_changed', payload: FriendRef });

/** Somebody wrote to the account, one to one. The text is in the stored event. */
export const messageReceived = defineFact({ name: 'channels.message_received', payload: EventRef });

/** Somebody pressed a button that carries data. */
export const postbackReceived = defineFact({ name: 'channels.postback_received', payload: EventRef });

/** LINE says what became of an account link: in the stored event, which names nobody where it failed. */
export const accountLinkReceived = defineFact({ name: 'channels.account_link_received', payload: EventRef });

/** A channel and its credentials are gone; what was tied to it is history. */
export const channelDeleted = defineFact({ name: 'channels.deleted', payload: ChannelRef });
