import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { IsAmount, IsId, IsText } from '#kernel';
import { FitsIndex } from '#members';
import { LONGEST_TEXT, MemberEvent, MOST_LINES, quantities } from './event.js';

export class OrderLineDto {
  @IsId() productId: string;
  @IsOptional() @IsText(LONGEST_TEXT) name?: string;
  @IsOptional() @IsText(LONGEST_TEXT) @FitsIndex() category?: string;
  @IsInt() @Min(quantities.min) @Max(quantities.max) quantity: number;
  @IsAmount() unitPrice: number;
}

/** An order as the shop has it now: a later one of the same order restates it whole, its date included. */
export class PurchaseEvent extends MemberEvent {
  type: 'purchase';
  @IsId() orderId: string;
  @IsAmount() total: number;
  @IsOptional() @IsArray() @ArrayMaxSize(MOST_LINES) @ValidateNested() @Type(() => OrderLineDto) lines?: OrderLineDto[];
  @IsOptional() @IsId() storeId?: string;
}
