import { IsBoolean, IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { RECIPIENT_STATES, SKIP_REASONS, type RecipientState, type SkipReason } from '#delivery';
import { IsId, IsInstant, IsText, Nullable, Refine } from '#kernel';
import { LINE_USER_ID } from '#line';
import { MOST_VARIANTS } from '../options/campaign-options.dto.js';

@Refine<RecipientsFileQuery>(({ member, memberId }) =>
  member !== undefined && memberId !== undefined
    ? { path: '/memberId', detail: 'is the old name of member, which is given too' }
    : undefined,
)
export class RecipientsFileQuery {
  @IsOptional() @IsIn(RECIPIENT_STATES) state?: RecipientState;
  @IsOptional() @IsIn(SKIP_REASONS) reason?: SkipReason;
  /** By the company's own id. */
  @IsOptional() @IsId() member?: string;
  /** An older name of `member`. */
  @IsOptional() @IsId() memberId?: string;
  /** Who was sent this content, counted from 0. */
  @IsOptional() @IsInt() @Min(0) @Max(MOST_VARIANTS - 1) variant?: number;
  /** The id of a test, to see its people instead of the campaign's. */
  @IsOptional() @IsUUID() testId?: string;
  /** The id of a run of a campaign that comes back; default: the newest. */
  @IsOptional() @IsUUID() runId?: string;
}

export class RecipientsQuery extends RecipientsFileQuery {
  @IsOptional() @IsInt() @Min(1) @Max(1_000) limit: number = 100;
  @IsOptional() @IsText(2000, { min: 1 }) cursor?: string;
}

export class CampaignRecipientDto {
  /** Null in a test for somebody who is no member. */
  @Nullable() @IsId() memberId: string | null;
  @Nullable() @Matches(LINE_USER_ID) lineUserId: string | null;
  @IsIn(RECIPIENT_STATES) state: RecipientState;
  @Nullable() @IsIn(SKIP_REASONS) reason: SkipReason | null;
  /** LINE's words, or the value that decided. */
  @Nullable() @IsText(2000) detail: string | null;
  /** Which of the campaign's contents they are sent: 0 for `messages`. */
  @IsInt() variant: number;
  /** They wait until the first part has shown how people take it. */
  @IsBoolean() held: boolean;
  /** LINE's `x-line-request-id`. */
  @Nullable() @IsText(200) requestId: string | null;
  @Nullable() @IsInstant() settledAt: Date | null;
}
