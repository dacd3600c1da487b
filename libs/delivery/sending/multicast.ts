import type { LineMessage, SendOutcome } from '#line';
import type { LeasedPage, OwnOutcome, SharedOutcome } from '../ledger/leased-page.js';
import { nextAttempt } from './backoff.js';
import type { FrozenSend } from './frozen-content.js';
import { again, type Again, type Halt } from './outcome.js';
import { pageKey } from './retry-keys.js';
import type { Turn } from './turn.js';

/** What became of a page: outcomes of single persons, who gets a page of their own, and the rest. */
export interface PageResult {
  own: OwnOutcome[];
  /** Groups of member ids, each moved to a page with keys of its own. */
  moved: string[][];
  shared: SharedOutcome;
  halt?: Halt;
}

/** Sends the same messages to a whole page in one request. */
export async function sendMulticast(
  turn: Turn,
  page: LeasedPage,
  { send, content, units }: FrozenSend,
): Promise<PageResult> {
  const messages = content.messages as LineMessage[];
  const request = { to: page.userIds(), messages, customAggregationUnits: units };
  const outcome = await turn.paces.multicast.run(async () => {
    return turn.maySend(send.id) && turn.client.multicast(request, pageKey(turn.scope, page));
  });
  if (!outcome) return untouched(turn, page);
  switch (outcome.kind) {
    case 'accepted':
      return { own: [], moved: [], shared: { state: 'accepted', requestId: outcome.requestId } };
    case 'refused':
      return afterRefusal(turn, page, outcome, messages);
    default:
      if (outcome.kind === 'rate-limited') turn.paces.multicast.slowDown();
      return repeat(turn, page, again(outcome));
  }
}

/** The page was leased but LINE was not asked. */
export function untouched(turn: Turn, page: LeasedPage): PageResult {
  const unknown = page.attemptedAt !== null;
  return {
    own: [],
    moved: [],
    shared: { state: 'due', dueAt: turn.dueAgainAt(page.sendId), error: null, unknown, counted: false },
  };
}

/** The same request again later. An earlier attempt that is unknown stays so, whatever LINE said to this one. */
export function repeat({ scope }: Turn, page: LeasedPage, { error, unknown, inMs, halt }: Again): PageResult {
  const now = scope.clock.now();
  const dueAt = inMs === undefined ? nextAttempt(page, now) : new Date(now.getTime() + inMs);
  const shared = {
    state: 'due' as const,
    dueAt,
    error,
    unknown: unknown || page.attemptedAt !== null,
    counted: unknown,
  };
  return { own: [], moved: [], shared, halt };
}

/**
 * LINE did not take the request, so nobody got it. One bad id sinks the whole page: if LINE names it, the others get a
 * page of their own; if not, and the content is not to blame, halves find it.
 */
async function afterRefusal(
  turn: Turn,
  page: LeasedPage,
  refusal: Extract<SendOutcome, { kind: 'refused' }>,
  messages: LineMessage[],
): Promise<PageResult> {
  const { error, requestId, badRecipient } = refusal;
  const rejected: SharedOutcome = { state: 'rejected', requestId, error };
  if (page.size === 1) return { own: [], moved: [], shared: rejected };
  const ids = await turn.membersOf(page);
  if (badRecipient !== undefined && badRecipient < ids.length) {
    const others = ids.filter((_, index) => index !== badRecipient);
    return { own: [], moved: [others], shared: rejected };
  }
  const valid = await turn.client.validate('multicast', messages);
  // Whatever became of the question: the request itself was refused, and nobody got it.
  if ('kind' in valid) return repeat(turn, page, { ...again(valid), unknown: false });
  if (!valid.ok) return { own: [], moved: [], shared: rejected };
  const half = Math.ceil(ids.length / 2);
  const moved = [ids.slice(0, half), ids.slice(half)];
  return { own: [], moved, shared: rejected };
}
