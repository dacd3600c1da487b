import { Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  Max,
  Min,
  ValidateNested,
  ArrayMaxSize,
  ArrayMinSize,
} from 'class-validator';
import { TRIM_ORDERS, type MostPeople } from '#delivery';
import { CheckedLater, IsText, Nullable, Refine } from '#kernel';
import { IsTimeOfDay } from '#workspaces';

/** Where LINE's quota is not enough: not at all, to as many as it is enough for, or until it is spent. */
export const ON_QUOTA = ['refuse', 'trim', 'pause'] as const;
export type OnQuota = (typeof ON_QUOTA)[number];

/** Contents of one campaign. */
export const MOST_VARIANTS = 5;
const MOST_VALUE = 1_000_000;
const MOST_PEOPLE = 100_000_000;
const MOST_SHARE = 1_000;
/** A week. */
const MOST_MINUTES = 7 * 24 * 60;

/** A percentage with at most two decimals. */
const HUNDREDTHS = { maxDecimalPlaces: 2 };

@Refine<LocalWindowDto>(({ from, to }) =>
  from === to ? { path: '/to', detail: 'must not be the same as from; null allows every time of day' } : undefined,
)
export class LocalWindowDto {
  @IsTimeOfDay() from: string;
  @IsTimeOfDay() to: string;
}

export class MostDto implements MostPeople {
  @IsInt() @Min(1) @Max(MOST_PEOPLE) people: number;
  @IsIn(TRIM_ORDERS) order: MostPeople['order'];
}

export class VariantDto {
  /** 1 to 5 LINE message objects with `{{variables}}`. */
  @CheckedLater() @IsArray() messages: object[];
  /** Relative weight; default: 1. */
  @IsOptional() @IsInt() @Min(1) @Max(MOST_SHARE) share?: number;
}

export class ShownVariantDto {
  @IsObject({ each: true }) messages: object[];
  /** Name under which LINE counts it. */
  @IsText(30) unit: string;
  @IsInt() share: number;
}

/** A test of the variants: who wins with a part of the people is sent to the others. */
export class TrialDto {
  /** Of the people who are sent to at once. */
  @IsNumber(HUNDREDTHS) @Min(0.01) @Max(99.99) percent: number;
  /** After the last of them was sent to. */
  @IsInt() @Min(1) @Max(MOST_MINUTES) decideAfterMinutes: number;
  @IsIn(['clicks', 'conversions']) by: 'clicks' | 'conversions';
}

/** A part of the people goes first; the others only if few of them mind. */
export class CanaryDto {
  @IsNumber(HUNDREDTHS) @Min(0.01) @Max(99.99) percent: number;
  /** After the last of them was sent to. */
  @IsInt() @Min(1) @Max(MOST_MINUTES) holdMinutes: number;
  /** Of those who accepted; more than this stops it. */
  @IsNumber(HUNDREDTHS) @Min(0) @Max(100) maxBlockedPercent: number;
  /** Of those LINE was asked to send to. */
  @IsNumber(HUNDREDTHS) @Min(0) @Max(100) maxRejectedPercent: number;
}

/** How a campaign is sent, as it is written. */
export class CampaignOptionFields {
  /** Contents that are compared, the first of which stands for `messages`. */
  @IsOptional()
  @Nullable()
  @ArrayMinSize(2)
  @ArrayMaxSize(MOST_VARIANTS)
  @ValidateNested({ each: true })
  @Type(() => VariantDto)
  variants?: VariantDto[] | null;
  /** Times of day, by the clocks of the workspace, between which it may leave; over midnight where `from` is later. */
  @IsOptional() @Nullable() @ValidateNested() @Type(() => LocalWindowDto) window?: LocalWindowDto | null;
  /** Where sends compete for a member's last slot under a cap, the one of higher value goes. Default: 0. */
  @IsOptional() @IsInt() @Min(0) @Max(MOST_VALUE) value?: number;
  /** To at most so many people; the others are skipped as `quota`. */
  @IsOptional() @Nullable() @ValidateNested() @Type(() => MostDto) most?: MostDto | null;
  /** Where LINE's quota is not enough: nothing leaves, it leaves to as many as it can, or it pauses there. Default: pause. */
  @IsOptional() @IsIn(ON_QUOTA) onQuota?: OnQuota;
  /** Who goes first with `onQuota: "trim"`. Default: random. */
  @IsOptional() @IsIn(TRIM_ORDERS) trimOrder?: MostPeople['order'];
  /** Percent of the people who get nothing, always the same of one campaign; skipped as `holdout`. */
  @IsOptional() @Nullable() @IsNumber(HUNDREDTHS) @Min(0.01) @Max(99.99) holdoutPercent?: number | null;
  @IsOptional() @Nullable() @ValidateNested() @Type(() => TrialDto) test?: TrialDto | null;
  @IsOptional() @Nullable() @ValidateNested() @Type(() => CanaryDto) canary?: CanaryDto | null;
}
