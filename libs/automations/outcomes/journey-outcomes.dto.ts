import { IsIn, IsInt, IsObject, IsOptional, IsUUID, Matches } from 'class-validator';
import { RECIPIENT_STATES, SKIP_REASONS, type RecipientState, type SkipReason } from '#delivery';
import { pageQuery } from '#http';
import { IsId, IsInstant, IsText, Nullable } from '#kernel';
import { LINE_USER_ID } from '#line';
import { SentOutcomeDto } from '../runs/runs.dto.js';

/** What was decided in these days: from ≤ t < to, at most 31 days. */
export class JourneyTotalsQuery {
  /** Default: 31 days before `to`. */
  @IsOptional() @IsInstant() from?: string;
  /** Default: now, with what is decided this moment. */
  @IsOptional() @IsInstant() to?: string;
}

export class JourneyRecipientsQuery extends pageQuery({ max: 1_000 }) {
  @IsOptional() @IsInstant() from?: string;
  @IsOptional() @IsInstant() to?: string;
  @IsOptional() @IsIn(RECIPIENT_STATES) state?: RecipientState;
  @IsOptional() @IsIn(SKIP_REASONS) reason?: SkipReason;
}

/** What became of what the journey has sent; planned + accepted + rejected + uncertain + all skipped = audience. */
export class JourneyTotalsDto {
  /** How often it handed something to delivery, for one person or for several at once. */
  @IsInt() sends: number;
  @IsInt() audience: number;
  @IsInt() planned: number;
  @IsInt() accepted: number;
  @IsInt() rejected: number;
  @IsInt() uncertain: number;
  /** How many by reason. */
  @IsObject() skipped: Record<string, number>;
}

/** One person in one send, and what became of it. */
export class JourneyRecipientDto extends SentOutcomeDto {
  @IsUUID() sendId: string;
  /** When the journey decided it. */
  @IsInstant() decidedAt: Date;
  /** Null of a friend who is not linked to a member. */
  @Nullable() @IsId() memberId: string | null;
  @Nullable() @Matches(LINE_USER_ID) lineUserId: string | null;
  /** LINE's `x-line-request-id`. */
  @Nullable() @IsText(200) requestId: string | null;
}
