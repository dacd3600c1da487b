import { oneOf } from '#kernel';
import { FlexMessage } from './flex.js';
import { ImagemapMessage } from './imagemap.js';
import { AudioMessage, CouponMessage, ImageMessage, LocationMessage, StickerMessage, VideoMessage } from './media.js';
import { TemplateMessage } from './template.js';
import { TextMessage, TextV2Message } from './text.js';

/** Every message object LINE lets an account send: https://developers.line.biz/en/reference/messaging-api/#message-objects */
export const messageObjects = oneOf('type', () => ({
  text: TextMessage,
  textV2: TextV2Message,
  sticker: StickerMessage,
  image: ImageMessage,
  video: VideoMessage,
  audio: AudioMessage,
  location: LocationMessage,
  coupon: CouponMessage,
  imagemap: ImagemapMessage,
  template: TemplateMessage,
  flex: FlexMessage,
}));
