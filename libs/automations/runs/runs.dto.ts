import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import { RECIPIENT_STATES, SKIP_REASONS, type RecipientState, type SkipReason } from '#delivery';
import { pageQuery } from '#http';
import { IsId, IsInstant, IsText, Nullable } from '#kernel';
import { RUN_STATES, type StoredRunState } from './run.entity.js';

export class RunsQuery extends pageQuery({ max: 200 }) {
  @IsOptional() @IsIn(RUN_STATES) state?: StoredRunState;
}

/** What brought a member in. */
export class StartedByDto {
  /** `purchase`, `cart`, …; `linked`, `unlinked`, `friend`, `rank`, `entered`, `left`, `restock`, `date`, `schedule`. */
  @IsText(100) type: string;
  @IsInstant() at: Date;
  /** The fields of its type. */
  @IsObject() body: object;
}

/** Where one member is in one journey. */
export class RunDto {
  @Matches(/^[1-9]\d*$/) id: string;
  @IsUUID() journeyId: string;
  /** The company's own id; null of a friend who is not linked to a member. */
  @Nullable() @IsId() memberId: string | null;
  /** LINE's own id of a friend who is not linked; null of a member. */
  @Nullable() @IsText(64) lineUserId: string | null;
  @IsInt() version: number;
  @IsIn(RUN_STATES) state: StoredRunState;
  @ValidateNested() @Type(() => StartedByDto) startedBy: StartedByDto;
  /** The step it stands before or waits in; null once it has ended. */
  @Nullable() @IsText(40) step: string | null;
  /** When its wait ends by itself. */
  @Nullable() @IsInstant() waitsUntil: Date | null;
  /** Whether anything was sent to the member by it. */
  @IsBoolean() sent: boolean;
  /** Why it is parked, or was not taken on the last time. */
  @Nullable() @IsText(1_000) error: string | null;
  @IsInstant() startedAt: Date;
  @Nullable() @IsInstant() endedAt: Date | null;
}

/** What became of something that was sent. */
export class SentOutcomeDto {
  @IsIn(RECIPIENT_STATES) state: RecipientState;
  /** Why it was skipped. */
  @Nullable() @IsIn(SKIP_REASONS) reason: SkipReason | null;
  /** LINE's words, or the value that decided. */
  @Nullable() @IsText(2000) detail: string | null;
  @Nullable() @IsInstant() settledAt: Date | null;
}

/** One decision, with the values that decided it. */
export class DecisionDto {
  @IsInstant() at: Date;
  /** Id of the step; `start` and `cancel` for what belongs to none. */
  @IsText(40) step: string;
  @IsText(40) decision: string;
  @IsObject() detail: object;
  /** With `sent`: whether the member got it, or why not. Absent until the ledger knows, and once it has given that up. */
  @IsOptional() @ValidateNested() @Type(() => SentOutcomeDto) outcome?: SentOutcomeDto;
}

/** A run of a member, with all that was decided and why. */
export class TracedRunDto extends RunDto {
  /** Name of the journey. */
  @IsText(200) journey: string;
  @ValidateNested({ each: true }) @Type(() => DecisionDto) decisions: DecisionDto[];
}
