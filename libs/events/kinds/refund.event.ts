import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { IsAmount, IsId } from '#kernel';
import { MemberEvent, MOST_LINES } from './event.js';
import { OrderLineDto } from './purchase.event.js';

/** Takes back from an order, whenever it comes; with lines it returns those, without it lowers the total only. */
export class RefundEvent extends MemberEvent {
  type: 'refund';
  @IsId() orderId: string;
  @IsAmount() total: number;
  @IsOptional() @IsArray() @ArrayMaxSize(MOST_LINES) @ValidateNested() @Type(() => OrderLineDto) lines?: OrderLineDto[];
}
