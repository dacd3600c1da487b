import type { LinkRole } from '#linking';
import type { MostPeople, SendClass, SendState, Split } from '../ledger/send.entity.js';

/** A send, held against everybody else who would plan, pause or cancel it. */
export interface HeldSend {
  id: string;
  channelId: string;
  state: SendState;
  class: SendClass;
  personalised: boolean;
  /** A rule names members only; people who are named one by one may be LINE users without a member. */
  byRule: boolean;
  /** Only people who are linked in this role are sent to; null: in any. */
  role: LinkRole | null;
  split: Split | null;
  most: MostPeople | null;
  /** What one message is worth beside others that compete for a person's attention. */
  value: number;
  /** Pages numbered so far. */
  pages: number;
  audience: number | null;
  plannedAt: Date | null;
}
