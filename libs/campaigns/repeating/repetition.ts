import { IsOptional, Matches } from 'class-validator';
import { IsInstant, IsText, Nullable } from '#kernel';

/** How a campaign comes back. */
export interface Repetition {
  /** Five fields by the clocks of the workspace; names one minute of the hour. */
  cron: string;
  /** RFC 3339; null: until somebody ends it. */
  until: string | null;
}

export class RepetitionDto {
  /**
   * Minute, hour, day of the month, month, day of the week, by the clocks of the workspace: `0 10 * * MON`. The minute is
   * one number: nobody wants to hear from a shop more than once an hour.
   */
  @IsText(100)
  @Matches(/^(?:[0-5]?\d)(?: +[\dA-Za-z*?,/#-]+){4}$/)
  cron: string;
  /** The last moment at which it may come back. */
  @IsOptional() @Nullable() @IsInstant() until?: string | null;
}
