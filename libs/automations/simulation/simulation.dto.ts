import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { CostDto, PlanDto } from '#delivery';
import { eventKinds } from '#events';
import { AtLeastOneOf, CheckedLater, IsId, IsInstant, IsText, Nullable } from '#kernel';
import { JourneyDefinition } from '../definition/journey-definition.js';
import { STEP_ID } from '../definition/steps.js';

/** Events in a JSON body; of more, a line each. */
const MOST_EVENTS = 1_000;
const MOST_FORECASTS = 10_000;

/**
 * What is to be simulated: a journey as it is saved, or a draft, which may be one of a saved journey. The workspace's stored events are taken, each as if it
 * had come when it happened, or those that are given. Rules, links and opt-outs speak of what is stored; ranks, tags,
 * attributes, friends, quiet hours, caps and prices as they are now. Caps and
 * prices count what others have sent, too, and not what the journey has sent itself.
 */
@AtLeastOneOf('journeyId', 'definition')
export class SimulateDto {
  @IsOptional() @IsUUID() journeyId?: string;
  /** Beside `journeyId`: a draft of that journey, in place of what is saved. */
  @IsOptional() @CheckedLater(() => JourneyDefinition) @IsObject() definition?: object;
  /** Only what happened at or after it. Needed, with `to`, where the calendar starts the journey. */
  @IsOptional() @IsInstant() from?: string;
  /** The clock stops before it, and who is inside stays there; absent: everybody goes on to the end. */
  @IsOptional() @IsInstant() to?: string;
  /** In place of the stored ones, as in `POST /v1/events`; those of unknown members are left out. */
  @IsOptional() @IsArray() @ArrayMaxSize(MOST_EVENTS) @CheckedLater(() => eventKinds) events?: unknown[];
  /** Of `forecast`; default 1,000. */
  @IsOptional() @IsInt() @Min(0) @Max(MOST_FORECASTS) limit?: number;
  /** Whether the forecast has the messages themselves; default false. */
  @IsOptional() @IsBoolean() messages?: boolean;
}

/** Who would get what, and when. */
export class ForecastDto {
  /** The company's own id; null of a friend who is not linked to a member. */
  @Nullable() @IsId() memberId: string | null;
  /** LINE's own id of a friend who is not linked. */
  @IsOptional() @IsText(64) lineUserId?: string;
  @Matches(STEP_ID) step: string;
  /** When its request would leave. */
  @IsInstant() at: string;
  /** When the journey would decide it, where quiet hours hold it until `at`. */
  @IsOptional() @IsInstant() decidedAt?: string;
  @IsOptional() @IsArray() messages?: object[];
}

/** Runs by what became of them, and decisions by step. */
export class SimulationTotalsDto {
  /** Who were let in. */
  @IsInt() members: number;
  /** Runs; these ended `cancelled`, `done`, `stopped` or `timedOut`, are `waiting` when the clock stops, or `failed`. */
  @IsInt() started: number;
  /** Times that a run began anew with a later event. */
  @IsInt() restarted: number;
  /** Starts of members whom the filter does not name. */
  @IsInt() filteredOut: number;
  /** Starts of members who had been in before. */
  @IsInt() ignored: number;
  @IsInt() cancelled: number;
  @IsInt() done: number;
  @IsInt() stopped: number;
  @IsInt() timedOut: number;
  @IsInt() failed: number;
  @IsInt() waiting: number;
  /** `{ stepId: { decision: n } }` */
  @IsObject() steps: Record<string, Record<string, number>>;
  /** `{ stepId: { would: n, skipped: { reason: n } } }` */
  @IsObject() sends: Record<string, { would: number; skipped: Record<string, number> }>;
}

export class SimulationCostDto {
  /** As LINE counts them: one a person and send. */
  @IsInt() messages: number;
  /** Of them, those that LINE's plan and quota leave no room for in their months. */
  @Nullable() @IsInt() short: number | null;
  /** Null, as all that follows from it, where it is neither set nor told by LINE's quota. */
  @Nullable() @ValidateNested() @Type(() => PlanDto) plan: PlanDto | null;
  /** Beside all that the channel was let send in the same months, but for what a saved journey has sent itself. */
  @Nullable() @ValidateNested() @Type(() => CostDto) price: CostDto | null;
}

/** What of the past is not kept. */
export class KnownPastDto {
  /** Since when all is kept that starts the journey: before, starts may be missing. Absent: they never are. */
  @IsOptional() @IsInstant() startsSince?: string;
  /** Kinds of conditions in its rules of which only today's answer is known, whatever the moment. */
  @IsText(40, { each: true }) ofNow: string[];
}

export class SimulationDto {
  /** The first of those who would be sent something, in order of time, member and step. */
  @ValidateNested({ each: true }) @Type(() => ForecastDto) forecast: ForecastDto[];
  @ValidateNested() @Type(() => SimulationTotalsDto) totals: SimulationTotalsDto;
  @ValidateNested() @Type(() => SimulationCostDto) cost: SimulationCostDto;
  /** Of all decisions about everybody: equal where nothing has come out differently. */
  @Matches(/^[0-9a-f]{64}$/) digest: string;
  @ValidateNested() @Type(() => KnownPastDto) past: KnownPastDto;
  /** Given events of members who are not of this workspace. */
  @IsOptional() @IsInt() @Min(0) leftOut?: number;
}
