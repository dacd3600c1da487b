import { IsOptional, Matches } from 'class-validator';
import { IsText } from '#kernel';

export class CalendarQuery {
  /** The secret of the calendar's address, for programs that can send no API key. */
  @IsOptional() @Matches(/^[\w-]{43}$/) token?: string;
}

export class CalendarAddressDto {
  @IsText(43) token: string;
  /** For calendar programs. Shown this once; whoever has it can read the calendar. */
  @IsText(2000) url: string;
}
