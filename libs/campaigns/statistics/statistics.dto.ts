import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsObject, ValidateNested } from 'class-validator';
import { IsCalendarDate, IsInstant, IsText, Nullable } from '#kernel';

/** Waiting: LINE has not told yet. Counting: it tells more each day. Final: it tells no more. */
export const STATISTICS_STATES = ['waiting', 'counting', 'final'] as const;
export type StatisticsState = (typeof STATISTICS_STATES)[number];

class UnitOverviewDto {
  /** People who saw a bubble. Null, here and below: fewer than 20, or LINE cannot tell. */
  @Nullable() @IsInt() uniqueImpression: number | null;
  /** People who opened an address. */
  @Nullable() @IsInt() uniqueClick: number | null;
  @Nullable() @IsInt() uniqueMediaPlayed: number | null;
  @Nullable() @IsInt() uniqueMediaPlayed100Percent: number | null;
}

export class UnitPeriodDto {
  /** Days of LINE's (UTC+9), both included. */
  @IsCalendarDate() from: string;
  @IsCalendarDate() to: string;
  @IsIn(STATISTICS_STATES) state: StatisticsState;
  /** When LINE told it; a day is in it when it is over. */
  @Nullable() @IsInstant() fetchedAt: Date | null;
  /** When LINE is asked next; null: not any more. */
  @Nullable() @IsInstant() dueAt: Date | null;
  @ValidateNested() @Type(() => UnitOverviewDto) overview: UnitOverviewDto;
  /** By bubble, as LINE tells it. */
  @IsArray() @IsObject({ each: true }) messages: object[];
  /** By address, as LINE tells it. */
  @IsArray() @IsObject({ each: true }) clicks: object[];
  /** Why it could not be had when LINE was last asked. */
  @Nullable() @IsText(1000) problem: string | null;
}

export class UnitStatisticsDto {
  @IsText(30) unit: string;
  @IsInt() variant: number;
  /** People cannot be added up over them: who took to it in two is in both. */
  @ValidateNested({ each: true }) @Type(() => UnitPeriodDto) periods: UnitPeriodDto[];
}

export class CampaignStatisticsDto {
  /** Of fewer people LINE tells nothing. */
  @IsInt() hiddenBelow: number;
  @ValidateNested({ each: true }) @Type(() => UnitStatisticsDto) units: UnitStatisticsDto[];
}
