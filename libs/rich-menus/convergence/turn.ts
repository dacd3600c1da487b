import type { Scope } from '#kernel';
import type { DoneOutcome, LineFailure, Pace, ReadOutcome, RichMenuClient } from '#line';

/** Endpoints that are called once a person or once some hundred of them; each has a rate of its own at LINE. */
export interface MenuPaces {
  link: Pace;
  unlink: Pace;
  bulkLink: Pace;
  bulkUnlink: Pace;
  ofUser: Pace;
}

/** One turn of a channel's drain. */
export interface MenuTurn {
  readonly scope: Scope;
  readonly channelId: string;
  readonly client: RichMenuClient;
  readonly paces: MenuPaces;
  /**
   * Whether bulk requests are on their way that are not written down with each person yet: who is given a menu now may
   * have another one a moment later.
   */
  unsure: boolean;
  /** Whether the lock is still ours, LINE takes our credentials, and the process goes on. */
  mine(): boolean;
  /** LINE refuses the credentials: nothing more is asked of it in this turn. */
  stop(): Promise<void>;
}

/** LINE did not do what was asked; thrown inside a turn, and never out of it. */
export class LineFailed extends Error {
  override readonly name = 'LineFailed';

  constructor(
    readonly what: string,
    readonly failure: LineFailure,
  ) {
    super('error' in failure ? `${what}: ${failure.error}` : `${what}: ${failure.kind}`);
  }
}

/** What was asked can be done only later: LINE's hour is used up, or people are still being moved. */
export class NotYet extends Error {
  override readonly name = 'NotYet';

  constructor(
    readonly until: Date,
    why: string,
  ) {
    super(why);
  }
}

/** @throws LineFailed for all but yes, and a 404 where that is as good */
export function assertDone(what: string, outcome: DoneOutcome, { goneIsDone = false } = {}): void {
  if (outcome.kind === 'done' || (goneIsDone && isGone(outcome))) return;
  throw new LineFailed(what, outcome);
}

export function answerOf<T>(what: string, outcome: ReadOutcome<T>): T {
  if (outcome.kind === 'answered') return outcome.value;
  throw new LineFailed(what, outcome);
}

export function isGone(outcome: DoneOutcome | ReadOutcome<unknown>): boolean {
  return outcome.kind === 'refused' && outcome.status === 404;
}
