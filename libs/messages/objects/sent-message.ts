import { ArrayMaxSize, ArrayNotEmpty, IsIn, IsOptional, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { LINE_LIMITS } from '#line';
import { MediaUrl, Units } from '../fields.js';
import { ActionIn } from './actions.js';

class QuickReplyItem {
  @IsOptional() @IsIn(['action']) type?: string;
  @IsOptional() @MediaUrl() imageUrl?: string;
  @ActionIn('quickReply') action: object;
}

class QuickReply {
  @ArrayNotEmpty()
  @ArrayMaxSize(LINE_LIMITS.messages.quickReplyItems)
  @ValidateNested({ each: true })
  @Type(() => QuickReplyItem)
  items: QuickReplyItem[];
}

class Sender {
  @IsOptional() @Units(LINE_LIMITS.messages.senderName) name?: string;
  @IsOptional() @MediaUrl() iconUrl?: string;
}

/** What every message object may carry: https://developers.line.biz/en/reference/messaging-api/#message-common-properties */
export abstract class SentMessage {
  @IsOptional() @ValidateNested() @Type(() => QuickReply) quickReply?: QuickReply;
  @IsOptional() @ValidateNested() @Type(() => Sender) sender?: Sender;
}
