import { createHash } from 'node:crypto';
import type { UserBook } from '../users/user-book.js';
import { userStates } from '../users/user-book.js';
import type { Ledger, Send } from './ledger.js';

/** Which sends a question is about; what is absent does not narrow. */
export interface SendFilter {
  unit?: string;
  /** A message's `text`, to the letter. */
  text?: string;
  /** Part of the messages' JSON. */
  contains?: string;
}

export function chosenSends(ledger: Ledger, filter: SendFilter): Send[] {
  const verdicts = new Map<number, boolean>();
  const contentFits = (content: number): boolean => {
    let fits = verdicts.get(content);
    if (fits === undefined) verdicts.set(content, (fits = matchesContent(ledger, content, filter)));
    return fits;
  };
  const anyContent = filter.text === undefined && filter.contains === undefined;
  return ledger.sends.filter(
    (send) => (filter.unit === undefined || send.unit === filter.unit) && (anyContent || contentFits(send.content)),
  );
}

function matchesContent(ledger: Ledger, content: number, { text, contains }: SendFilter): boolean {
  if (contains !== undefined && !ledger.contents.json(content).includes(contains)) return false;
  return text === undefined || ledger.contents.messages(content).some((message) => message['text'] === text);
}

interface Tally {
  /** Deliveries per person, by the person's number. */
  perUser: Uint32Array;
  byOutcome: number[];
}

function tally(ledger: Ledger, sends: Send[], people: number): Tally {
  const perUser = new Uint32Array(people);
  const byOutcome = userStates.map(() => 0);
  for (const { firstRow, addressed } of sends) {
    for (let row = firstRow; row < firstRow + addressed; row++) {
      const outcome = ledger.deliveries.outcomeOf(row);
      byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
      if (outcome !== 0) continue;
      const user = ledger.deliveries.userOf(row);
      perUser[user] = (perUser[user] ?? 0) + 1;
    }
  }
  return { perUser, byOutcome };
}

/** Everyone who received at least one of the chosen sends, and how many. */
export function receivedCounts(ledger: Ledger, users: UserBook, filter: SendFilter) {
  const { perUser } = tally(ledger, chosenSends(ledger, filter), users.size);
  const userIds: string[] = [];
  const counts: number[] = [];
  perUser.forEach((count, user) => {
    if (count === 0) return;
    userIds.push(users.userId(user));
    counts.push(count);
  });
  return { userIds, counts };
}

/** The chosen sends in numbers; see the README for the words. */
export function summary(ledger: Ledger, users: UserBook, filter: SendFilter) {
  const sends = chosenSends(ledger, filter);
  const { perUser, byOutcome } = tally(ledger, sends, users.size);
  let receivedOnce = 0;
  let recipients = 0;
  let receivedMost = 0;
  for (const count of perUser) {
    if (count > 0) recipients++;
    if (count === 1) receivedOnce++;
    if (count > receivedMost) receivedMost = count;
  }
  const repeats = sends.reduce((sum, send) => sum + send.repeats, 0);
  const [delivered = 0, blocked = 0, deleted = 0, stranger = 0, unknown = 0] = byOutcome;
  return {
    requests: sends.length + repeats,
    accepted: sends.length,
    repeats,
    unanswered: sends.filter(({ answered }) => answered !== 'yes' && answered !== 'late').length,
    addressed: byOutcome.reduce((sum, count) => sum + count, 0),
    delivered,
    recipients,
    receivedOnce,
    receivedMore: recipients - receivedOnce,
    receivedMost,
    notDelivered: { blocked, deleted, stranger, unknown },
  };
}

/** SHA-256 of the sorted ids of everyone who received, joined by newlines: compares crowds without moving them. */
export function recipientsDigest(ledger: Ledger, users: UserBook, filter: SendFilter): string {
  const { userIds } = receivedCounts(ledger, users, filter);
  return createHash('sha256').update(userIds.sort().join('\n')).digest('hex');
}
