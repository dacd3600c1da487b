import type { SendOutcome } from '#line';
import type { LeasedPage } from '../ledger/leased-page.js';
import { whyNot } from './memory-ledger/memory-leases.js';
import type { MemoryPerson, MemorySend, MemoryTables } from './memory-ledger/tables.js';
import type { LineRequest, LineWatch } from './memory-line.js';

/** Answers after which nobody can have got anything. */
const SURE = new Set<SendOutcome['kind']>(['rate-limited', 'quota', 'unauthorized', 'refused']);

type Outcome = ReturnType<MemoryTables['outcomesOf']>[number];

/** What must hold whatever happens, and the first thing that did not. */
export class Invariants implements LineWatch {
  wrong?: string;
  /** Enough time has passed at once for a retry key to be forgotten. */
  keysMayBeForgotten = false;
  /** By send and LINE user: ids of the requests by which they got it. */
  private readonly received = new Map<string, string[]>();
  /** Requests that left and have not been refused for sure. */
  private readonly open = new Map<string, number>();
  /** On a page whose holder was lost with it, so that nobody can know whether a request left. */
  private readonly lost = new Set<string>();

  constructor(
    private readonly tables: MemoryTables,
    private readonly bad: ReadonlySet<string>,
  ) {}

  /** Just before a turn takes over what others have leased. */
  beforeRecovery(): void {
    for (const page of this.tables.pages) {
      if (page.state !== 'leased') continue;
      for (const id of page.lineUserIds) this.lost.add(`${page.sendId} ${this.tables.people.get(id)!.userId}`);
    }
  }

  /** In the step that leased them. */
  leased(pages: readonly LeasedPage[]): void {
    for (const page of pages) {
      const send = this.tables.sends.get(page.sendId)!;
      if (send.state !== 'sending') this.fail(`a page was leased of a send that is ${send.state}`);
      for (const userId of page.userIds()) {
        const settled = this.tables.isSettled(send.id, this.person(userId).memberId);
        if (settled) this.fail(`${send.id} ${userId} is leased though there is an outcome`);
        this.mayBeSentTo(send, userId);
      }
    }
  }

  left(request: LineRequest): void {
    for (const userId of request.to) {
      const key = `${request.sendId} ${userId}`;
      this.open.set(key, (this.open.get(key) ?? 0) + 1);
    }
  }

  answered(request: LineRequest, { kind }: SendOutcome): void {
    if (!SURE.has(kind)) return;
    for (const userId of request.to) {
      const key = `${request.sendId} ${userId}`;
      this.open.set(key, this.open.get(key)! - 1);
    }
  }

  accepted({ sendId, to }: LineRequest, requestId: string): void {
    for (const userId of to) {
      const key = `${sendId} ${userId}`;
      const before = this.received.get(key) ?? [];
      this.received.set(key, [...before, requestId]);
      if (before.length > 0) this.fail(`${key} got it ${before.length + 1} times: ${before.join()} and ${requestId}`);
    }
  }

  sameKeyOtherBody({ sendId, to }: LineRequest): void {
    this.fail(`one retry key for two requests of ${sendId}, the second to ${to.join()}`);
  }

  /** The totals of the pages are those of the people. */
  totals(): void {
    for (const { id } of this.tables.sends.values()) {
      const totals = this.tables.totalsOf(id);
      const outcomes = this.tables.outcomesOf(id);
      const n = (state: Outcome['state']) => outcomes.filter((one) => one.state === state).length;
      const skipped = Object.values(totals.skipped).reduce((sum, count) => sum + count, 0);
      const told = [totals.audience, totals.planned, totals.accepted, totals.rejected, totals.uncertain, skipped];
      const counted = [outcomes.length, n('planned'), n('accepted'), n('rejected'), n('uncertain'), n('skipped')];
      if (told.join() !== counted.join()) this.fail(`totals of ${id} say ${told.join()}, its people ${counted.join()}`);
    }
  }

  /** Every send has ended, and everybody got what they are said to have got. */
  atTheEnd(): void {
    this.totals();
    for (const send of this.tables.sends.values()) {
      if (!send.endedAt) return this.fail(`send ${send.id} is ${send.state} and does not end`);
      for (const outcome of this.tables.outcomesOf(send.id)) this.oneAtTheEnd(send, outcome);
    }
  }

  noEnd(): void {
    const open = this.tables.pages.filter(({ state }) => state === 'due' || state === 'leased');
    const told = open.map(({ sendId, number, state }) => {
      return `page ${sendId}/${number} is ${state}, its send ${this.tables.sends.get(sendId)!.state}`;
    });
    this.fail(`there is no end: ${told.join('; ')}`);
  }

  fail(what: string): void {
    this.wrong ??= what;
  }

  private mayBeSentTo(send: MemorySend, userId: string): void {
    const key = `${send.id} ${userId}`;
    if ((this.open.get(key) ?? 0) > 0 || this.lost.has(key)) return;
    const person = this.person(userId);
    const reason = whyNot(send, person.memberId, person);
    if (reason) this.fail(`${key} is sent to for the first time though ${reason}`);
  }

  private oneAtTheEnd(send: MemorySend, outcome: Outcome): void {
    const person = [...this.tables.people.values()].find(({ memberId }) => memberId === outcome.memberId)!;
    const key = `${send.id} ${person.userId}`;
    const got = this.received.get(key) ?? [];
    const { state, reason, requestId } = outcome;
    if (state === 'accepted' && got[0] !== requestId)
      this.fail(`${key} is accepted by ${requestId}, got ${got.join()}`);
    if ((state === 'rejected' || state === 'skipped') && got.length > 0) this.fail(`${key} is ${state} and got it`);
    if (state === 'planned') this.fail(`${key} is still planned`);
    if (state === 'rejected' && !this.bad.has(person.userId)) this.fail(`${key} is rejected for nothing`);
    if (send.state === 'cancelled') return;
    if (state === 'uncertain' && !this.keysMayBeForgotten) this.fail(`${key} is uncertain within a day`);
    if (state === 'skipped' && reason !== 'missing_variable' && !whyNot(send, person.memberId, person))
      this.fail(`${key} is skipped as ${reason} and should have got it`);
  }

  private person(userId: string): MemoryPerson {
    for (const one of this.tables.people.values()) if (one.userId === userId) return one;
    throw new Error(`Nobody is ${userId}.`);
  }
}
