import { IsOptional } from 'class-validator';
import { IsId, IsText } from '#kernel';
import { LONGEST_TEXT, MemberEvent } from './event.js';

export class VisitEvent extends MemberEvent {
  type: 'visit';
  @IsOptional() @IsId() storeId?: string;
  @IsOptional() @IsText(LONGEST_TEXT) source?: string;
}
