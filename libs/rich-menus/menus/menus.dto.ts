import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Discriminated, ExactlyOneOf, IsText } from '#kernel';
import { LINE_LIMITS } from '#line';
import { Color, Graphemes, tapActions, Units } from '#messages';
import { TEMPLATES, type Template } from '../picture/grid.js';

const limits = LINE_LIMITS.richMenus;
/** No picture is larger; a number beyond it is a slip. */
const MOST_PIXELS = 10_000;

/** Shows another menu of the same channel, at once and without a word in the talk. */
class RichMenuSwitchAction {
  @IsOptional() @Graphemes(LINE_LIMITS.actions.label.template) label?: string;
  @IsUUID() menuId: string;
  /** Comes back in the postback that tells of the tap. */
  @IsOptional() @Units(limits.postbackData) data?: string;
}

const MenuAction = () => Discriminated('type', () => ({ ...tapActions, richmenuswitch: RichMenuSwitchAction }));

export class BoundsDto {
  @IsInt() @Min(0) @Max(MOST_PIXELS) x: number;
  @IsInt() @Min(0) @Max(MOST_PIXELS) y: number;
  @IsInt() @Min(1) @Max(MOST_PIXELS) width: number;
  @IsInt() @Min(1) @Max(MOST_PIXELS) height: number;
}

export class AreaDto {
  @ValidateNested() @Type(() => BoundsDto) bounds: BoundsDto;
  @MenuAction() action: object;
}

export class SizeDto {
  @IsInt() @Min(1) @Max(MOST_PIXELS) width: number;
  @IsInt() @Min(1) @Max(MOST_PIXELS) height: number;
}

export class CellDto {
  @IsText(60, { min: 1 }) label: string;
  /** Default: the design's. */
  @IsOptional() @Color() colour?: string;
  @IsOptional() @Color() textColour?: string;
  @MenuAction() action: object;
}

/** A picture for those who have none: a grid of labels. */
export class DesignDto {
  /** Columns x rows. */
  @IsIn(TEMPLATES) template: Template;
  /** Of the cells. */
  @IsOptional() @Color() colour: string = '#057A3B';
  @IsOptional() @Color() textColour: string = '#FFFFFF';
  /** Behind and between the cells. */
  @IsOptional() @Color() background: string = '#FFFFFF';
  /** Row by row. */
  @IsArray() @ArrayNotEmpty() @ArrayMaxSize(6) @ValidateNested({ each: true }) @Type(() => CellDto) cells: CellDto[];
}

@ExactlyOneOf('areas', 'design')
export class MenuWriteDto {
  /** For operators; nobody else sees it. */
  @IsText(200, { min: 1 }) name: string;
  /** On the bar below the talk. */
  @Graphemes(limits.chatBarText) chatBarText: string;
  /** Whether it is open when the talk is opened. */
  @IsOptional() @IsBoolean() selected: boolean = false;
  /** In pixels, the same as the picture's; only with `areas`. */
  @IsOptional() @ValidateNested() @Type(() => SizeDto) size?: SizeDto;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(limits.areas)
  @ValidateNested({ each: true })
  @Type(() => AreaDto)
  areas?: AreaDto[];
  /** Areas and picture are made from it. */
  @IsOptional() @ValidateNested() @Type(() => DesignDto) design?: DesignDto;
}

/** How far LINE is with a menu. */
export class MenuAtLineDto {
  /** The version that people are given now; null: none yet, or the menu is in no rule. */
  version: number | null;
  richMenuId: string | null;
  /** `stored`: waits for a rule or for LINE; then `creating`, `created`, `uploaded`, `live`; or `refused`. */
  state: string | null;
  /** LINE's words. */
  error: string | null;
}

export class MenuDto {
  id: string;
  channelId: string;
  name: string;
  chatBarText: string;
  selected: boolean;
  size: SizeDto;
  areas: AreaDto[];
  design: DesignDto | null;
  /** Null while there is no picture that fits; then the menu is given to nobody new. */
  image: { type: string; bytes: number } | null;
  /** Rises with every change that people see. */
  version: number;
  line: MenuAtLineDto;
  createdAt: Date;
  updatedAt: Date;
}
