import { IsIn, IsOptional } from 'class-validator';
import { IsId, IsText } from '#kernel';
import { LONGEST_TEXT, LONGEST_URL, MemberEvent } from './event.js';

export class ShipmentEvent extends MemberEvent {
  type: 'shipment';
  @IsId() orderId: string;
  @IsOptional() @IsText(LONGEST_TEXT) carrier?: string;
  @IsOptional() @IsText(LONGEST_TEXT) trackingNumber?: string;
  /** Absent: the page of Yamato, Sagawa or Japan Post, where carrier and number tell it. */
  @IsOptional() @IsText(LONGEST_URL) trackingUrl?: string;
  @IsIn(['shipped', 'delivered']) status: 'shipped' | 'delivered';
}
