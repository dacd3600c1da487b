import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { LINE_LIMITS } from '#line';
import { MediaUrl, Units } from '../fields.js';
import { SentMessage } from './sent-message.js';

const { video, location, coupon } = LINE_LIMITS.messages;

export class StickerMessage extends SentMessage {
  @Units(100, /^\d+$/) packageId: string;
  @Units(100, /^\d+$/) stickerId: string;
  @IsOptional() @Units(1_000) quoteToken?: string;
}

export class ImageMessage extends SentMessage {
  @MediaUrl() originalContentUrl: string;
  @MediaUrl() previewImageUrl: string;
}

export class VideoMessage extends ImageMessage {
  @IsOptional() @Units(video.trackingId, /^[A-Za-z0-9\-.=,+*()%$&;:@{}!?<>[\]]+$/) trackingId?: string;
}

export class AudioMessage extends SentMessage {
  @MediaUrl() originalContentUrl: string;
  /** Milliseconds. */
  @IsInt() @Min(1) duration: number;
}

export class LocationMessage extends SentMessage {
  @Units(location.title) title: string;
  @Units(location.address) address: string;
  @IsNumber() @Min(-90) @Max(90) latitude: number;
  @IsNumber() @Min(-180) @Max(180) longitude: number;
}

export class CouponMessage extends SentMessage {
  @Units(100) couponId: string;
  @IsOptional() @Units(coupon.deliveryTag, /^[A-Za-z0-9_]+$/) deliveryTag?: string;
}
