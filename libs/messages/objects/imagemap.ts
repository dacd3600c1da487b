import { ArrayMaxSize, ArrayNotEmpty, IsIn, IsInt, IsOptional, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { Discriminated } from '#kernel';
import { LINE_LIMITS } from '#line';
import { Graphemes, MediaUrl, TapUri, Units } from '../fields.js';
import { SentMessage } from './sent-message.js';

const { imagemap, altText } = LINE_LIMITS.messages;

class BaseSize {
  @IsIn([imagemap.baseWidth]) width: number;
  @IsInt() @Min(1) height: number;
}

class Area {
  @IsInt() @Min(0) x: number;
  @IsInt() @Min(0) y: number;
  @IsInt() @Min(0) width: number;
  @IsInt() @Min(0) height: number;
}

abstract class ImagemapAction {
  @IsOptional() @Graphemes(imagemap.label) label?: string;
  @ValidateNested() @Type(() => Area) area: Area;
}

class UriImagemapAction extends ImagemapAction {
  @TapUri(imagemap.uri) linkUri: string;
}

class MessageImagemapAction extends ImagemapAction {
  @Graphemes(imagemap.messageText) text: string;
}

class ClipboardImagemapAction extends ImagemapAction {
  @Units(imagemap.clipboard) clipboardText: string;
}

class ExternalLink {
  @TapUri(imagemap.uri) linkUri: string;
  @Units(30) label: string;
}

class ImagemapVideo {
  @MediaUrl() originalContentUrl: string;
  @MediaUrl() previewImageUrl: string;
  @ValidateNested() @Type(() => Area) area: Area;
  @IsOptional() @ValidateNested() @Type(() => ExternalLink) externalLink?: ExternalLink;
}

/** https://developers.line.biz/en/reference/messaging-api/#imagemap-message */
export class ImagemapMessage extends SentMessage {
  @MediaUrl() baseUrl: string;
  @Units(altText) altText: string;
  @ValidateNested() @Type(() => BaseSize) baseSize: BaseSize;
  @ArrayNotEmpty()
  @ArrayMaxSize(imagemap.actions)
  @Discriminated(
    'type',
    () => ({ uri: UriImagemapAction, message: MessageImagemapAction, clipboard: ClipboardImagemapAction }),
    { each: true },
  )
  actions: ImagemapAction[];
  @IsOptional() @ValidateNested() @Type(() => ImagemapVideo) video?: ImagemapVideo;
}
