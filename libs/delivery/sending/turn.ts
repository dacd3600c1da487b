import type { Scope } from '#kernel';
import type { LineChannelClient, Pace } from '#line';
import type { LeasedPage } from '../ledger/leased-page.js';

/** One turn of a drain at a channel: what its requests share, and whether they may go on. */
export interface Turn {
  readonly scope: Scope;
  readonly channelId: string;
  readonly client: LineChannelClient;
  readonly paces: { push: Pace; multicast: Pace };
  /** Whether this send may send at this moment: it is not paused, not cancelled, and the turn goes on. */
  maySend(sendId: string): boolean;
  /** The members of a page in the order of its LINE users. */
  membersOf(page: LeasedPage): Promise<string[]>;
  /** Nothing more is sent on this channel in this turn. */
  stopChannel(): void;
  /** Nothing more is sent for this send in this turn; what was not sent is due again after so many milliseconds. */
  stopSend(sendId: string, forMs: number): void;
  /** When what was leased and not sent is due again. */
  dueAgainAt(sendId: string): Date;
  /** Does something once for a send in this turn; whoever asks for it again waits for the same. */
  once(sendId: string, work: () => Promise<void>): Promise<void>;
}
