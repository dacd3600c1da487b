import { IsId } from '#kernel';
import { PostedEvent } from './event.js';

/** A product came back. It happens to nobody in particular. */
export class RestockEvent extends PostedEvent {
  type: 'restock';
  @IsId() productId: string;
}
