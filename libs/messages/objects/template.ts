import { ArrayMaxSize, ArrayMinSize, ArrayNotEmpty, IsIn, IsOptional, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { Discriminated, Refine, type FieldError } from '#kernel';
import { LINE_LIMITS } from '#line';
import { Color, Graphemes, MediaUrl, Units, withinGraphemes } from '../fields.js';
import { ActionIn } from './actions.js';
import { SentMessage } from './sent-message.js';

const { buttons, confirm, carousel, imageCarousel, altText } = LINE_LIMITS.messages;

/** Text has less room beside a picture or a title. */
function crowdedText(max: number) {
  return ({ text, title, thumbnailImageUrl }: Card): FieldError | undefined => {
    if ((title === undefined && thumbnailImageUrl === undefined) || withinGraphemes(text, max)) return undefined;
    return { path: '/text', detail: `must be at most ${max} visible characters beside a title or an image` };
  };
}

abstract class Card {
  text: string;
  @IsOptional() @MediaUrl() thumbnailImageUrl?: string;
  @IsOptional() @Color() imageBackgroundColor?: string;
  @IsOptional() @Graphemes(buttons.title) title?: string;
  @IsOptional() @ActionIn('template', { labelOptional: true }) defaultAction?: object;
}

@Refine<ButtonsTemplate>(crowdedText(buttons.textWithImageOrTitle))
class ButtonsTemplate extends Card {
  @Graphemes(buttons.text) declare text: string;
  @IsOptional() @IsIn(['rectangle', 'square']) imageAspectRatio?: string;
  @IsOptional() @IsIn(['cover', 'contain']) imageSize?: string;
  @ArrayNotEmpty() @ArrayMaxSize(buttons.actions) @ActionIn('template', { each: true }) actions: object[];
}

class ConfirmTemplate {
  @Graphemes(confirm.text) text: string;
  @ArrayMinSize(confirm.actions)
  @ArrayMaxSize(confirm.actions)
  @ActionIn('template', { each: true })
  actions: object[];
}

@Refine<Column>(crowdedText(carousel.textWithImageOrTitle))
class Column extends Card {
  @Graphemes(carousel.text) declare text: string;
  @ArrayNotEmpty() @ArrayMaxSize(carousel.actions) @ActionIn('template', { each: true }) actions: object[];
}

@Refine<CarouselTemplate>(sameShape)
class CarouselTemplate {
  @ArrayNotEmpty()
  @ArrayMaxSize(carousel.columns)
  @ValidateNested({ each: true })
  @Type(() => Column)
  columns: Column[];
  @IsOptional() @IsIn(['rectangle', 'square']) imageAspectRatio?: string;
  @IsOptional() @IsIn(['cover', 'contain']) imageSize?: string;
}

class ImageColumn {
  @MediaUrl() imageUrl: string;
  @ActionIn('imageCarousel') action: object;
}

class ImageCarouselTemplate {
  @ArrayNotEmpty()
  @ArrayMaxSize(imageCarousel.columns)
  @ValidateNested({ each: true })
  @Type(() => ImageColumn)
  columns: ImageColumn[];
}

const templates = {
  buttons: ButtonsTemplate,
  confirm: ConfirmTemplate,
  carousel: CarouselTemplate,
  image_carousel: ImageCarouselTemplate,
};

/** https://developers.line.biz/en/reference/messaging-api/#template-messages */
export class TemplateMessage extends SentMessage {
  @Units(altText) altText: string;
  @Discriminated('type', () => templates) template: object;
}

/** All columns have a picture or none has, the same for titles, and as many actions. */
function sameShape({ columns }: CarouselTemplate): FieldError | undefined {
  const shapes = columns.map((column) =>
    [column.thumbnailImageUrl === undefined, column.title === undefined, column.actions.length].join(),
  );
  const other = shapes.findIndex((shape) => shape !== shapes[0]);
  if (other === -1) return undefined;
  return { path: `/columns/${other}`, detail: 'must have image, title and number of actions like the first column' };
}
