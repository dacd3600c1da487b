import type { VariableValues } from '#messages';
import type { RecipientState, SkipReason } from './recipient.entity.js';
import type { SendClass, SendWindow } from './send.entity.js';

/** LINE forgets a retry key 24 hours after its first request; an hour before, an unknown outcome is uncertain. */
export const KEY_IS_SAFE_FOR_MS = 23 * 60 * 60 * 1000;

/** One person of a personalised page. */
export interface Addressee {
  memberId: string;
  /** `U…` */
  userId: string;
  /** As planning froze them. */
  values: VariableValues;
}

/** A page this process holds, with everyone it may be sent to. */
export interface LeasedPage {
  sendId: string;
  number: number;
  fence: number;
  /** Which of the send's contents: 0 for its own messages. */
  variant: number;
  class: SendClass;
  window: SendWindow | null;
  leasedAt: Date;
  attempts: number;
  /** When an earlier attempt may have been executed without our knowing; this one then repeats it word for word. */
  attemptedAt: Date | null;
  /** Hash of content and recipients in their order. */
  bodyHash: Buffer;
  size: number;
  /** `U…` in the order of the members. A function: hundreds of strings are made when they are needed, not before. */
  userIds(): string[];
  /** The same people one by one; of a personalised page only. */
  people(): Addressee[];
}

/** An outcome of one person, apart from the page's. */
export interface OwnOutcome {
  memberId: string;
  state: Exclude<RecipientState, 'planned'>;
  reason?: SkipReason;
  detail?: string;
  requestId?: string;
}

/** What becomes of those of a page who have no outcome of their own. */
export type SharedOutcome =
  | { state: 'accepted'; requestId: string }
  | { state: 'rejected'; requestId?: string; error: string }
  | {
      state: 'due';
      dueAt: Date;
      error: string | null;
      /** Whether LINE may have executed an attempt; if not, the next one asks again who may be sent to. */
      unknown: boolean;
      /** Whether the attempt counts for the backoff. */
      counted: boolean;
    };

/** Which lease of which page. */
export type PageRef = Pick<LeasedPage, 'sendId' | 'number' | 'fence'>;
