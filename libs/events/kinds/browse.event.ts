import { IsOptional } from 'class-validator';
import { IsId, IsText } from '#kernel';
import { FitsIndex } from '#members';
import { LONGEST_TEXT, LONGEST_URL, MemberEvent } from './event.js';

export class BrowseEvent extends MemberEvent {
  type: 'browse';
  @IsText(LONGEST_URL) url: string;
  @IsOptional() @IsId() productId?: string;
  @IsOptional() @IsText(LONGEST_TEXT) @FitsIndex() category?: string;
}
