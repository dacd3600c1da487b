import { IsIn, IsOptional } from 'class-validator';
import { IsId, IsInstant, IsText } from '#kernel';
import { IsPlausible } from '#members';
import { LONGEST_TEXT, MemberEvent } from './event.js';

export class BookingEvent extends MemberEvent {
  type: 'booking';
  @IsId() bookingId: string;
  @IsInstant() @IsPlausible() startsAt: string;
  @IsOptional() @IsText(LONGEST_TEXT) title?: string;
  @IsIn(['booked', 'changed', 'cancelled']) status: 'booked' | 'changed' | 'cancelled';
}
