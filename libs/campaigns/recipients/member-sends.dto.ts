import { IsBoolean, IsIn, IsInt, IsUUID, Matches } from 'class-validator';
import {
  RECIPIENT_STATES,
  SEND_CLASSES,
  SKIP_REASONS,
  type RecipientState,
  type SendClass,
  type SkipReason,
} from '#delivery';
import { IsInstant, IsText, Nullable } from '#kernel';
import { LINE_USER_ID } from '#line';

export class MemberSendDto {
  @IsUUID() sendId: string;
  @IsUUID() channelId: string;
  /** What made us send: `campaign`, `journey`, `test`, `notice`. */
  @IsText(20) originKind: string;
  /** Of the campaign or the journey. */
  @IsUUID() originId: string;
  @IsIn(SEND_CLASSES) class: SendClass;
  @IsInstant() createdAt: Date;
  @Nullable() @Matches(LINE_USER_ID) lineUserId: string | null;
  @IsIn(RECIPIENT_STATES) state: RecipientState;
  @Nullable() @IsIn(SKIP_REASONS) reason: SkipReason | null;
  /** LINE's words, or the values that decided. */
  @Nullable() @IsText(2000) detail: string | null;
  /** Which of the contents: 0 for the send's own. */
  @IsInt() variant: number;
  /** They wait until the first part has shown how people take it. */
  @IsBoolean() held: boolean;
  /** LINE's `x-line-request-id`. */
  @Nullable() @IsText(200) requestId: string | null;
  @Nullable() @IsInstant() settledAt: Date | null;
}
