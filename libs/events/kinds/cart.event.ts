import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { IsAmount, IsId, IsText } from '#kernel';
import { LONGEST_TEXT, LONGEST_URL, MemberEvent, MOST_LINES, quantities } from './event.js';

export class CartItemDto {
  @IsId() productId: string;
  @IsOptional() @IsText(LONGEST_TEXT) name?: string;
  @IsInt() @Min(quantities.min) @Max(quantities.max) quantity: number;
  @IsAmount() unitPrice: number;
  @IsOptional() @IsText(LONGEST_URL) imageUrl?: string;
  @IsOptional() @IsText(LONGEST_URL) url?: string;
}

/** The whole cart each time; empty when it was emptied. */
export class CartEvent extends MemberEvent {
  type: 'cart';
  @IsId() cartId: string;
  @IsArray() @ArrayMaxSize(MOST_LINES) @ValidateNested() @Type(() => CartItemDto) items: CartItemDto[];
  @IsOptional() @IsText(LONGEST_URL) url?: string;
}
