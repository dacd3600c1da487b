import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, ValidateNested } from 'class-validator';
import { IsAmount, IsCalendarDate, IsInstant, IsText, Nullable } from '#kernel';
import { LINE_PLANS, type LinePlan } from './tariffs.js';

/** A send that is thought of. */
export interface QuoteRequest {
  channelId: string;
  /** How many would be sent to. */
  people: number;
  /** Message objects each of them gets in one request, 1 to 5; LINE counts people, not these. */
  messages: number;
  /** Other sends on the channel that are to leave within a day of it. */
  alongside?: readonly Alongside[];
}

export interface Alongside {
  /** The caller's own, such as a campaign's. */
  id: string;
  /** How many of the people it shares with this one. */
  people: number;
  /** Message objects each of them gets. */
  messages: number;
}

/** Where the channel stands in LINE's month. */
export class QuotaDto {
  /** Messages a month, further ones that were agreed on included; null: LINE names none. */
  @Nullable() @IsInt() limit: number | null;
  /** As LINE says, whoever sent them. */
  @IsInt() used: number;
  /** Planned by our own sends and not sent yet. */
  @IsInt() reserved: number;
  /** `limit − used − reserved`, 0 at least; null without a limit. */
  @Nullable() @IsInt() left: number | null;
  @IsInstant() readAt: Date;
}

/** Beyond the plan's monthly price. */
export class CostDto {
  /** Messages that are not in the monthly price. */
  @IsInt() extraMessages: number;
  @IsIn(['JPY']) currency: 'JPY';
  /** Without tax. */
  @IsAmount() amount: number;
  @IsAmount() tax: number;
  @IsAmount() total: number;
  /** Since when LINE has charged these prices; null: they are the channel's own. */
  @Nullable() @IsCalendarDate() pricesFrom: string | null;
  /** LINE has changed its prices since, and the new ones are not known here. */
  @IsBoolean() estimate: boolean;
}

export class PlanDto {
  @IsIn(LINE_PLANS) id: LinePlan;
  /** `set` by somebody, or taken from the `quota` that LINE names. */
  @IsIn(['set', 'quota']) from: 'set' | 'quota';
}

/** The same messages to the same people for less. */
export class CheaperDto {
  /** `merge`: in one request with another send; `reply`: as an answer to those who wrote within the last minute. */
  @IsIn(['merge', 'reply']) kind: 'merge' | 'reply';
  /** Of `merge`, which other send. */
  @IsOptional() @IsText(200) with?: string;
  /** Whom it can be done for; also how many messages it saves. */
  @IsInt() people: number;
  /** Yen with tax that it saves; null where the plan is not known. */
  @Nullable() @IsAmount() saves: number | null;
}

export class QuoteDto {
  @IsInt() people: number;
  /** What LINE counts. */
  @IsInt() messages: number;
  /** Null while LINE cannot be asked and has not been lately. */
  @Nullable() @ValidateNested() @Type(() => QuotaDto) quota: QuotaDto | null;
  /** How many the quota or the plan leaves without a message. */
  @IsInt() short: number;
  @Nullable() @ValidateNested() @Type(() => PlanDto) plan: PlanDto | null;
  /** Of those who can be sent to; null where plan or quota is not known. */
  @Nullable() @ValidateNested() @Type(() => CostDto) cost: CostDto | null;
  /** What saves most first. */
  @ValidateNested({ each: true }) @Type(() => CheaperDto) cheaper: CheaperDto[];
}
