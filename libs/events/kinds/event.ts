import { IsId, IsInstant } from '#kernel';

/** What all events share, and all that a restock has. */
export class PostedEvent {
  /** Identifies the event in its workspace: posting it again changes nothing. */
  @IsId() id: string;
  @IsInstant() occurredAt: string;
}

/** Something that a member did. */
export class MemberEvent extends PostedEvent {
  /** The company's id of the member; an unknown one makes a bare member. */
  @IsId() memberId: string;
}

/** Whole units of a product, at least one: a million in one line is a wrong number. */
export const quantities = { min: 1, max: 1_000_000 };
/** Lines of an order or a cart. */
export const MOST_LINES = 500;
export const LONGEST_TEXT = 1_000;
export const LONGEST_URL = 2_000;
