import type { Scope } from '#kernel';
import type { OwnOutcome, PageRef, SharedOutcome } from '../../ledger/leased-page.js';
import type { PagesRepository, SettledPage } from '../../ledger/pages.repository.js';
import type { PageState } from '../../ledger/page.entity.js';
import { addCounts, AT_ONCE, type Counts, type MemoryPage, type MemoryTables } from './tables.js';

/** What PagesRepository does in SQL. */
export class MemoryPages implements Pick<PagesRepository, keyof PagesRepository> {
  constructor(private readonly tables: MemoryTables) {}

  async settle<T extends SettledPage>(scope: Scope, settled: readonly T[]): Promise<T[]> {
    const now = scope.clock.now();
    const whole = settled.filter(isWhole);
    const rest = settled.filter((one) => !isWhole(one));
    const written = new Set([...whole, ...rest].filter((one) => this.settleOne(one, now)));
    return settled.filter((one) => written.has(one));
  }

  async hold(_scope: Scope, page: PageRef): Promise<boolean> {
    return this.held(page) !== undefined;
  }

  async postpone(_scope: Scope, sendId: string, until: Date): Promise<void> {
    for (const page of this.tables.pagesOf(sendId))
      if (page.state === 'due' && page.firstAttemptAt === null && page.dueAt < until) page.dueAt = until;
  }

  async holdBack(_scope: Scope, sendId: string, until: Date): Promise<void> {
    for (const page of this.tables.pagesOf(sendId)) if (page.state === 'due' && page.dueAt < until) page.dueAt = until;
  }

  /** Ceilings are not part of what is simulated. */
  async postponeChannel(): Promise<number> {
    return 0;
  }

  async moveToNewPage(scope: Scope, { sendId, number }: PageRef, memberIds: readonly string[]): Promise<void> {
    const page = this.tables.page(sendId, number)!;
    const places = page.memberIds.map((id, place) => ({ place, moves: this.moves(page, id, memberIds) }));
    const made = places.filter(({ moves }) => moves).map(({ place }) => place);
    const kept = places.filter(({ moves }) => !moves).map(({ place }) => place);
    const send = this.tables.sends.get(sendId)!;
    const newNumber = (send.pages += 1);
    if (made.length === 0) return;
    this.tables.pages.push({
      ...newPage(page),
      ...arraysOf(page, made),
      number: newNumber,
      size: made.length,
      remaining: made.length,
      ...(send.state === 'cancelled' && cancelled(made.length, scope.clock.now())),
    });
    Object.assign(page, arraysOf(page, kept));
    page.size -= made.length;
    page.remaining -= made.length;
  }

  private moves({ sendId }: MemoryPage, memberId: string, memberIds: readonly string[]): boolean {
    return memberIds.includes(memberId) && !this.tables.ownOutcome(sendId, memberId);
  }

  private held({ sendId, number, fence }: PageRef): MemoryPage | undefined {
    const page = this.tables.page(sendId, number);
    return page?.fence === fence && page.state === 'leased' ? page : undefined;
  }

  private settleOne({ page: ref, own, shared }: SettledPage, now: Date): boolean {
    const page = this.held(ref);
    if (!page) return false;
    for (const { memberId, state, reason, detail, requestId } of own)
      this.tables.addOutcome({
        sendId: page.sendId,
        memberId,
        page: page.number,
        state,
        reason: reason ?? null,
        detail: detail ?? null,
        requestId: requestId ?? null,
        settledAt: now,
      });
    this.count(page, own);
    const next = page.remaining === 0 && own.length > 0 ? 'settled' : this.nextState(page, shared);
    this.close(page, next, shared, now);
    return true;
  }

  /** Takes those with an outcome of their own off what remains. */
  private count(page: MemoryPage, own: readonly OwnOutcome[]): void {
    const n = (state: OwnOutcome['state']) => own.filter((one) => one.state === state).length;
    page.accepted += n('accepted');
    page.rejected += n('rejected');
    page.uncertain += n('uncertain');
    const skipped = own.filter(({ state }) => state === 'skipped');
    page.skipped = skipped.reduce<Counts>((sum, { reason }) => addCounts(sum, { [reason!]: 1 }), page.skipped);
    page.remaining -= own.length;
  }

  private nextState(page: MemoryPage, shared: SharedOutcome): PageState {
    const cancelled = this.tables.sends.get(page.sendId)!.state === 'cancelled';
    if (shared.state !== 'due' || !cancelled) return shared.state;
    return shared.unknown ? 'uncertain' : 'skipped';
  }

  private close(page: MemoryPage, next: PageState, shared: SharedOutcome, now: Date): void {
    const others = page.remaining;
    if (next === 'accepted' || next === 'rejected' || next === 'uncertain') page[next] += others;
    if (next === 'skipped') page.skipped = addCounts(page.skipped, { cancelled: others });
    page.reason = next === 'skipped' ? 'cancelled' : null;
    page.remaining = next === 'due' ? others : 0;
    page.state = next;
    page.settledAt = next === 'due' ? null : now;
    page.detail = 'error' in shared ? shared.error : null;
    if (shared.state !== 'due') {
      page.requestId = shared.requestId ?? page.requestId;
      return;
    }
    if (!shared.counted) page.attempts -= 1;
    if (next === 'due' && !shared.unknown) page.firstAttemptAt = null;
    page.dueAt = shared.dueAt;
  }
}

function isWhole({ own, shared }: SettledPage): boolean {
  return own.length === 0 && shared.state === 'accepted';
}

type Arrays = Pick<MemoryPage, 'memberIds' | 'lineUserIds' | 'variables'>;

function arraysOf({ memberIds, lineUserIds, variables }: MemoryPage, places: readonly number[]): Arrays {
  return {
    memberIds: places.map((place) => memberIds[place]!),
    lineUserIds: places.map((place) => lineUserIds[place]!),
    variables: variables && places.map((place) => variables[place]!),
  };
}

/** Of a send that was cancelled nobody starts anew. */
function cancelled(n: number, settledAt: Date) {
  const skipped = { cancelled: n };
  return { state: 'skipped' as const, reason: 'cancelled' as const, remaining: 0, skipped, settledAt };
}

/** A page as its table's defaults make it, of the same send and variant. */
function newPage({ sendId, variant }: MemoryPage): Omit<MemoryPage, keyof Arrays | 'number' | 'size' | 'remaining'> {
  const counts = { accepted: 0, rejected: 0, uncertain: 0, skipped: {}, attempts: 0, fence: 0 };
  const nothing = {
    reason: null,
    firstAttemptAt: null,
    bodyHash: null,
    requestId: null,
    detail: null,
    settledAt: null,
  };
  return { sendId, variant, state: 'due', dueAt: AT_ONCE, ...counts, ...nothing };
}
