import type { SendOutcome } from '#line';

/** Why nothing more is asked of LINE for now. */
export type Halt =
  /** 401 or 403: the channel. */
  | { of: 'channel' }
  /** The month's messages are used up, or kept for something else: the send. */
  | { of: 'send' };

/** Why a request is made again, and what that says about the first one. */
export interface Again {
  error: string;
  /** Whether LINE may have executed it. */
  unknown: boolean;
  /** Milliseconds until the next attempt; undefined: by the backoff. */
  inMs?: number;
  halt?: Halt;
}

/** The pace is lowered at once; this is for the requests that came with the refused one. */
const AFTER_RATE_LIMIT_MS = 1_000;
/** LINE keeps messages for another delivery: it will have ended by then, or be asked about again. */
export const AFTER_QUOTA_MS = 5 * 60_000;

/** What is to be done about an outcome that leaves the request undone or unknown. */
export function again(outcome: Exclude<SendOutcome, { kind: 'accepted' | 'refused' }>): Again {
  switch (outcome.kind) {
    case 'unknown':
      return { error: outcome.error, unknown: true };
    case 'rate-limited':
      return { error: 'LINE: too many requests', unknown: false, inMs: AFTER_RATE_LIMIT_MS };
    case 'quota':
      return { error: 'LINE: monthly limit', unknown: false, inMs: AFTER_QUOTA_MS, halt: { of: 'send' } };
    case 'unauthorized':
      return { error: `LINE: ${outcome.status} ${outcome.error}`, unknown: false, inMs: 0, halt: { of: 'channel' } };
  }
}
