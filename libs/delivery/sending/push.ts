import type { Addressee, LeasedPage, OwnOutcome } from '../ledger/leased-page.js';
import type { FrozenSend } from './frozen-content.js';
import { repeat, untouched, type PageResult } from './multicast.js';
import { again, AFTER_QUOTA_MS, type Again } from './outcome.js';
import { recipientKey } from './retry-keys.js';
import type { Turn } from './turn.js';

/** What became of one person's request: an outcome, a reason to repeat it, or it was never made. */
type Single = { own: OwnOutcome } | { again: Again } | 'not asked';

/** Sends each person of a page their own messages. */
export async function sendPushes(turn: Turn, page: LeasedPage, frozen: FrozenSend): Promise<PageResult> {
  const people = page.people();
  const singles = await inOrder(people, (person) => sendPush(turn, person, frozen));
  const own = singles.flatMap((single) => (typeof single === 'object' && 'own' in single ? [single.own] : []));
  const [only] = own;
  // What happened to the only person of a page happened to the page, which is less to write.
  if (page.size === 1 && only?.state === 'accepted' && only.requestId !== undefined)
    return { own: [], moved: [], shared: { state: 'accepted', requestId: only.requestId } };
  const repeats = singles.flatMap((single) => (typeof single === 'object' && 'again' in single ? [single.again] : []));
  const unknown = repeats.find((one) => one.unknown);
  const result = repeats[0] ? repeat(turn, page, unknown ?? repeats[0]) : untouched(turn, page);
  const halt = repeats.find((one) => one.halt)?.halt;
  // Who was surely not sent to starts anew, checked again before the next attempt; who may have been is repeated as is.
  const anew = unknown && page.attemptedAt === null ? people.filter((_, i) => surelyNotSent(singles[i]!)) : [];
  return { ...result, own, halt, moved: anew.length > 0 ? [anew.map(({ memberId }) => memberId)] : [] };
}

/** Requests of a page on their way at a time: two pages of them at a tenth of a second are LINE's rate and more. */
const AT_ONCE = 128;

/** Does something for each, a number of them at a time; the answers are in the order of the items. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const flow = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, flow));
  return results;
}

function surelyNotSent(single: Single): boolean {
  return single === 'not asked' || ('again' in single && !single.again.unknown);
}

async function sendPush(turn: Turn, person: Addressee, { send, content, units }: FrozenSend): Promise<Single> {
  const { memberId, userId } = person;
  const personal = content.forPerson(person.values);
  if ('missing' in personal)
    return { own: { memberId, state: 'skipped', reason: 'missing_variable', detail: personal.missing } };
  if ('unfit' in personal) {
    const { path, detail } = personal.unfit;
    return { own: { memberId, state: 'skipped', reason: 'unfit_message', detail: `${path} ${detail}` } };
  }
  const request = { to: userId, messages: personal.messages, customAggregationUnits: units };
  const outcome = await turn.paces.push.run(async () => {
    return turn.maySend(send.id) && turn.client.push(request, recipientKey(turn.scope, send.id, memberId));
  });
  if (!outcome) return 'not asked';
  switch (outcome.kind) {
    case 'accepted':
      return { own: { memberId, state: 'accepted', requestId: outcome.requestId } };
    case 'refused':
      return { own: { memberId, state: 'rejected', requestId: outcome.requestId, detail: outcome.error } };
    default: {
      const next = again(outcome);
      if (outcome.kind === 'rate-limited') turn.paces.push.slowDown();
      // The rest of the page would hear the same.
      if (next.halt?.of === 'channel') turn.stopChannel();
      if (next.halt?.of === 'send') turn.stopSend(send.id, AFTER_QUOTA_MS);
      return { again: next };
    }
  }
}
