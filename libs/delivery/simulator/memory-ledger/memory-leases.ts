import { createHash } from 'node:crypto';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import type { VariableValues } from '#messages';
import { KEY_IS_SAFE_FOR_MS, type LeasedPage, type PageRef } from '../../ledger/leased-page.js';
import type { LeaseRequest, LeasesRepository, SendingNow } from '../../ledger/leases.repository.js';
import type { SkipReason } from '../../ledger/recipient.entity.js';
import { SEND_CLASSES } from '../../ledger/send.entity.js';
import {
  addCounts,
  type Counts,
  type MemoryPage,
  type MemoryPerson,
  type MemorySend,
  type MemoryTables,
} from './tables.js';

const FULL = LINE_LIMITS.multicastRecipients;
const MOST_SENDS = 250;

/** Why a person of a page that begins anew may not be sent to now; null where they may. */
export function whyNot(send: MemorySend, memberId: string, person: MemoryPerson): SkipReason | null {
  const isMember = !memberId.startsWith('-');
  const roles = person.memberId === memberId ? person.roles : [];
  if (isMember && roles.length === 0) return 'not_linked';
  if (isMember && send.role !== null && !roles.includes(send.role)) return 'not_in_role';
  if (person.friendState === 'blocked') return 'blocked';
  return person.friendState === 'friend' ? null : 'not_friend';
}

/** Somebody of a page who has no outcome of their own. */
interface Open {
  memberId: string;
  person: MemoryPerson;
  values: VariableValues;
  reason: SkipReason | null;
}

/** What LeasesRepository does in SQL. */
export class MemoryLeases implements Pick<LeasesRepository, keyof LeasesRepository> {
  constructor(private readonly tables: MemoryTables) {}

  async lease(scope: Scope, request: LeaseRequest): Promise<LeasedPage[]> {
    const now = scope.clock.now();
    const leased = this.picked(request, now).map((page) => this.leasePage(page, now));
    return leased.filter(({ size }) => size > 0);
  }

  async recover(scope: Scope, _channelId: string): Promise<void> {
    const now = scope.clock.now();
    for (const page of this.tables.pages) this.recoverPage(page, now);
  }

  async membersOf(_scope: Scope, { sendId, number }: PageRef): Promise<string[]> {
    return this.tables.page(sendId, number)!.memberIds.filter((id) => !this.tables.ownOutcome(sendId, id));
  }

  async sendingNow(_scope: Scope, _channelId: string): Promise<SendingNow[]> {
    return [...this.tables.sends.values()].filter(isOpen).map(({ id, personalised, class: of, state }) => {
      return { id, personalised, class: of, window: null, planning: state === 'planning' };
    });
  }

  /** Pages that are due, of sends of the first class that has any, by turns. */
  private picked({ personalised, limit, after }: LeaseRequest, now: Date): MemoryPage[] {
    const isDue = (page: MemoryPage) => page.state === 'due' && page.dueAt <= now;
    const open = [...this.tables.sends.values()].filter(
      (send) => isOpen(send) && send.personalised === personalised && this.tables.pagesOf(send.id).some(isDue),
    );
    const first = Math.min(...open.map(rankOf));
    const byTurn = open
      .filter((send) => rankOf(send) === first)
      .sort((a, b) => Number(b.id > after) - Number(a.id > after) || (a.id < b.id ? -1 : 1));
    let people = 0;
    const served = byTurn.filter(({ audience }, turn) => {
      people += Math.min(audience ?? FULL, FULL);
      return turn === 0 || (turn < MOST_SENDS && people <= limit * FULL);
    });
    const each = Math.max(1, Math.floor(limit / byTurn.length));
    const inOrder = (a: MemoryPage, b: MemoryPage) => a.dueAt.getTime() - b.dueAt.getTime() || a.number - b.number;
    return served.flatMap(({ id }) => this.tables.pagesOf(id).filter(isDue).sort(inOrder).slice(0, each));
  }

  private recoverPage(page: MemoryPage, now: Date): void {
    const send = this.tables.sends.get(page.sendId)!;
    if (send.endedAt || (page.state !== 'due' && page.state !== 'leased')) return;
    const tooOld = page.firstAttemptAt !== null && +page.firstAttemptAt <= +now - KEY_IS_SAFE_FOR_MS;
    if (page.state === 'due' && !tooOld) return;
    if (page.dueAt > now) page.dueAt = now;
    page.state = send.state === 'cancelled' || tooOld ? 'uncertain' : 'due';
    if (page.state === 'due') return;
    page.uncertain += page.remaining;
    page.remaining = 0;
    page.settledAt = now;
  }

  private leasePage(page: MemoryPage, now: Date): LeasedPage {
    const send = this.tables.sends.get(page.sendId)!;
    const open = this.peopleOf(page, send);
    const people = open.filter(({ reason }) => reason === null);
    const attemptedAt = page.firstAttemptAt;
    for (const one of open) if (one.reason !== null) this.skip(page, one.memberId, one.reason, now);
    const size = people.length;
    const users = people.map(({ person }) => person.userId);
    const bodyHash = hashOf(send, users);
    const { sendId, number, variant } = page;
    page.state = size === 0 ? 'settled' : 'leased';
    page.remaining = size;
    page.skipped = addCounts(page.skipped, countsOf(open));
    page.fence += 1;
    page.attempts += 1;
    page.firstAttemptAt = size > 0 ? (attemptedAt ?? now) : null;
    page.bodyHash = size > 0 ? bodyHash : null;
    page.settledAt = size === 0 ? now : null;
    const addressees = people.map(({ memberId, person, values }) => ({ memberId, userId: person.userId, values }));
    const { fence, attempts } = page;
    const hours = { class: send.class, window: null, leasedAt: now };
    const lease = { sendId, number, fence, variant, ...hours, attempts, attemptedAt, bodyHash, size };
    return { ...lease, userIds: () => users, people: () => addressees };
  }

  /** Who has no outcome of their own; a page that may have been executed keeps all of them. */
  private peopleOf(page: MemoryPage, send: MemorySend): Open[] {
    const everybody = page.remaining === page.size;
    return page.memberIds.flatMap((memberId, at) => {
      if (!everybody && this.tables.ownOutcome(page.sendId, memberId)) return [];
      const person = this.tables.people.get(page.lineUserIds[at]!);
      if (!person) return [];
      const reason = page.firstAttemptAt === null ? whyNot(send, memberId, person) : null;
      return [{ memberId, person, values: page.variables?.[at] ?? {}, reason }];
    });
  }

  private skip({ sendId, number }: MemoryPage, memberId: string, reason: SkipReason, now: Date): void {
    const outcome = { sendId, memberId, page: number, state: 'skipped' as const, reason };
    this.tables.addOutcome({ ...outcome, detail: null, requestId: null, settledAt: now });
  }
}

function countsOf(open: readonly Open[]): Counts {
  return open.reduce<Counts>((sum, { reason }) => (reason === null ? sum : addCounts(sum, { [reason]: 1 })), {});
}

function isOpen({ endedAt, state }: MemorySend): boolean {
  return endedAt === null && (state === 'planning' || state === 'sending');
}

function rankOf(send: MemorySend): number {
  return SEND_CLASSES.indexOf(send.class);
}

function hashOf({ contentHash }: MemorySend, users: readonly string[]): Buffer {
  return createHash('sha256').update(contentHash).update(users.join(',')).digest();
}
