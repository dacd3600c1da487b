import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, Min } from 'class-validator';
import { Discriminated, Refine } from '#kernel';
import { LINE_LIMITS } from '#line';
import { AspectRatio, Color, FlexMeasure, MediaUrl, Units } from '../fields.js';
import { ActionIn } from './actions.js';

/** The bubble as a whole is limited, a text in it is not. */
const longest = LINE_LIMITS.messages.flex.bubbleBytes;

/** Where a component stands inside its box. */
abstract class Placed {
  @IsOptional() @FlexMeasure() margin?: string;
  @IsOptional() @IsIn(['relative', 'absolute']) position?: string;
  @IsOptional() @FlexMeasure() offsetTop?: string;
  @IsOptional() @FlexMeasure() offsetBottom?: string;
  @IsOptional() @FlexMeasure() offsetStart?: string;
  @IsOptional() @FlexMeasure() offsetEnd?: string;
}

abstract class Stretched extends Placed {
  @IsOptional() @IsInt() @Min(0) flex?: number;
}

class LinearGradient {
  @FlexMeasure() angle: string;
  @Color() startColor: string;
  @Color() endColor: string;
  @IsOptional() @Color() centerColor?: string;
  @IsOptional() @FlexMeasure() centerPosition?: string;
}

export class Box extends Stretched {
  @IsIn(['horizontal', 'vertical', 'baseline']) layout: string;
  @IsArray() @Discriminated('type', () => components, { each: true }) contents: object[];
  @IsOptional() @FlexMeasure() spacing?: string;
  @IsOptional() @Color() backgroundColor?: string;
  @IsOptional() @Color() borderColor?: string;
  @IsOptional() @FlexMeasure() borderWidth?: string;
  @IsOptional() @FlexMeasure() cornerRadius?: string;
  @IsOptional() @FlexMeasure() width?: string;
  @IsOptional() @FlexMeasure() maxWidth?: string;
  @IsOptional() @FlexMeasure() height?: string;
  @IsOptional() @FlexMeasure() maxHeight?: string;
  @IsOptional() @FlexMeasure() paddingAll?: string;
  @IsOptional() @FlexMeasure() paddingTop?: string;
  @IsOptional() @FlexMeasure() paddingBottom?: string;
  @IsOptional() @FlexMeasure() paddingStart?: string;
  @IsOptional() @FlexMeasure() paddingEnd?: string;
  @IsOptional()
  @IsIn(['center', 'flex-start', 'flex-end', 'space-between', 'space-around', 'space-evenly'])
  justifyContent?: string;
  @IsOptional() @IsIn(['center', 'flex-start', 'flex-end']) alignItems?: string;
  @IsOptional() @Discriminated('type', () => ({ linearGradient: LinearGradient })) background?: LinearGradient;
  @IsOptional() @ActionIn('flex') action?: object;
}

class Button extends Stretched {
  @ActionIn('flex', { labelOptional: false }) action: object;
  @IsOptional() @Color() color?: string;
  @IsOptional() @IsIn(['primary', 'secondary', 'link']) style?: string;
  @IsOptional() @IsIn(['top', 'bottom', 'center']) gravity?: string;
  @IsOptional() @IsIn(['sm', 'md']) height?: string;
  @IsOptional() @IsIn(['shrink-to-fit']) adjustMode?: string;
  @IsOptional() @IsBoolean() scaling?: boolean;
}

class Image extends Stretched {
  @MediaUrl() url: string;
  @IsOptional() @IsIn(['start', 'end', 'center']) align?: string;
  @IsOptional() @IsIn(['top', 'bottom', 'center']) gravity?: string;
  @IsOptional() @FlexMeasure() size?: string;
  @IsOptional() @AspectRatio() aspectRatio?: string;
  @IsOptional() @IsIn(['fit', 'cover']) aspectMode?: string;
  @IsOptional() @Color() backgroundColor?: string;
  @IsOptional() @ActionIn('flex') action?: object;
  @IsOptional() @IsBoolean() animated?: boolean;
}

class Video {
  @MediaUrl() url: string;
  @MediaUrl() previewUrl: string;
  @Discriminated('type', () => ({ box: Box, image: Image })) altContent: object;
  @IsOptional() @AspectRatio() aspectRatio?: string;
  @IsOptional() @ActionIn('flex') action?: object;
}

class Icon extends Placed {
  @MediaUrl() url: string;
  @IsOptional() @FlexMeasure() size?: string;
  @IsOptional() @AspectRatio() aspectRatio?: string;
  @IsOptional() @IsBoolean() scaling?: boolean;
}

class Span {
  @IsOptional() @Units(longest) text?: string;
  @IsOptional() @FlexMeasure() size?: string;
  @IsOptional() @Color() color?: string;
  @IsOptional() @IsIn(['regular', 'bold']) weight?: string;
  @IsOptional() @IsIn(['normal', 'italic']) style?: string;
  @IsOptional() @IsIn(['none', 'underline', 'line-through']) decoration?: string;
}

@Refine<Text>(({ text, contents }) =>
  text === undefined && !contents?.length ? { path: '/text', detail: 'is missing' } : undefined,
)
class Text extends Stretched {
  @IsOptional() @Units(longest) text?: string;
  @IsOptional() @IsArray() @Discriminated('type', () => ({ span: Span }), { each: true }) contents?: Span[];
  @IsOptional() @FlexMeasure() size?: string;
  @IsOptional() @IsIn(['start', 'end', 'center']) align?: string;
  @IsOptional() @IsIn(['top', 'bottom', 'center']) gravity?: string;
  @IsOptional() @Color() color?: string;
  @IsOptional() @IsIn(['regular', 'bold']) weight?: string;
  @IsOptional() @IsIn(['normal', 'italic']) style?: string;
  @IsOptional() @IsIn(['none', 'underline', 'line-through']) decoration?: string;
  @IsOptional() @IsBoolean() wrap?: boolean;
  @IsOptional() @FlexMeasure() lineSpacing?: string;
  @IsOptional() @IsInt() @Min(0) maxLines?: number;
  @IsOptional() @IsIn(['shrink-to-fit']) adjustMode?: string;
  @IsOptional() @IsBoolean() scaling?: boolean;
  @IsOptional() @ActionIn('flex') action?: object;
}

class Separator {
  @IsOptional() @FlexMeasure() margin?: string;
  @IsOptional() @Color() color?: string;
}

class Filler {
  @IsOptional() @IsInt() @Min(0) flex?: number;
}

/** Everything a box may hold. */
export const components = {
  box: Box,
  button: Button,
  image: Image,
  icon: Icon,
  text: Text,
  separator: Separator,
  filler: Filler,
  video: Video,
};
