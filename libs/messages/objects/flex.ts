import { ArrayMaxSize, ArrayNotEmpty, IsBoolean, IsIn, IsOptional, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { Discriminated, Refine, type FieldError } from '#kernel';
import { LINE_LIMITS } from '#line';
import { Color, Units } from '../fields.js';
import { ActionIn } from './actions.js';
import { Box, components } from './flex-components.js';
import { SentMessage } from './sent-message.js';

const { flex, altText } = LINE_LIMITS.messages;

class BlockStyle {
  @IsOptional() @Color() backgroundColor?: string;
  @IsOptional() @IsBoolean() separator?: boolean;
  @IsOptional() @Color() separatorColor?: string;
}

class BubbleStyles {
  @IsOptional() @ValidateNested() @Type(() => BlockStyle) header?: BlockStyle;
  @IsOptional() @ValidateNested() @Type(() => BlockStyle) hero?: BlockStyle;
  @IsOptional() @ValidateNested() @Type(() => BlockStyle) body?: BlockStyle;
  @IsOptional() @ValidateNested() @Type(() => BlockStyle) footer?: BlockStyle;
}

@Refine<Bubble>((bubble) => tooLarge(bubble, flex.bubbleBytes) ?? empty(bubble))
class Bubble {
  @IsOptional() @IsIn(['nano', 'micro', 'deca', 'hecto', 'kilo', 'mega', 'giga']) size?: string;
  @IsOptional() @IsIn(['ltr', 'rtl']) direction?: string;
  @IsOptional() @Discriminated('type', () => ({ box: Box })) header?: Box;
  @IsOptional()
  @Discriminated('type', () => ({ box: Box, image: components.image, video: components.video }))
  hero?: object;
  @IsOptional() @Discriminated('type', () => ({ box: Box })) body?: Box;
  @IsOptional() @Discriminated('type', () => ({ box: Box })) footer?: Box;
  @IsOptional() @ValidateNested() @Type(() => BubbleStyles) styles?: BubbleStyles;
  @IsOptional() @ActionIn('flex') action?: object;
}

@Refine<BubbleCarousel>((carousel) => tooLarge(carousel, flex.carouselBytes) ?? mixedSizes(carousel))
class BubbleCarousel {
  @ArrayNotEmpty()
  @ArrayMaxSize(flex.bubbles)
  @Discriminated('type', () => ({ bubble: Bubble }), { each: true })
  contents: Bubble[];
}

/** https://developers.line.biz/en/reference/messaging-api/#flex-message */
export class FlexMessage extends SentMessage {
  @Units(altText) altText: string;
  @Discriminated('type', () => ({ bubble: Bubble, carousel: BubbleCarousel })) contents: object;
}

function tooLarge(container: object, bytes: number): FieldError | undefined {
  if (Buffer.byteLength(JSON.stringify(container)) <= bytes) return undefined;
  return { path: '', detail: `must be at most ${bytes / 1024} KB of JSON` };
}

function empty({ header, hero, body, footer }: Bubble): FieldError | undefined {
  return (header ?? hero ?? body ?? footer)
    ? undefined
    : { path: '', detail: 'must have a header, hero, body or footer' };
}

/** Without a size a bubble is mega. */
function mixedSizes({ contents }: BubbleCarousel): FieldError | undefined {
  const sizes = contents.map(({ size = 'mega' }) => size);
  const other = sizes.findIndex((size) => size !== sizes[0]);
  return other === -1 ? undefined : { path: `/contents/${other}/size`, detail: 'must be the size of the first bubble' };
}
