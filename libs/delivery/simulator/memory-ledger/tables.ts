import type { LinkRole } from '#linking';
import type { VariableValues } from '#messages';
import type { RecipientOutcome } from '../../ledger/outcomes.repository.js';
import type { PageState } from '../../ledger/page.entity.js';
import type { RecipientState, SkipReason } from '../../ledger/recipient.entity.js';
import type { Send } from '../../ledger/sends.repository.js';
import type { SendTotals } from '../../ledger/totals.repository.js';

/** A row of `sends`. */
export interface MemorySend extends Send {
  contentHash: Buffer;
  audience: number | null;
  /** How many there are. */
  pages: number;
}

/** A row of `pages`, without what only its indexes need. */
export interface MemoryPage {
  sendId: string;
  number: number;
  memberIds: string[];
  lineUserIds: string[];
  variables: VariableValues[] | null;
  variant: number;
  size: number;
  remaining: number;
  accepted: number;
  rejected: number;
  uncertain: number;
  skipped: Partial<Record<SkipReason, number>>;
  state: PageState;
  reason: SkipReason | null;
  attempts: number;
  firstAttemptAt: Date | null;
  dueAt: Date;
  fence: number;
  bodyHash: Buffer | null;
  requestId: string | null;
  detail: string | null;
  settledAt: Date | null;
}

/** Stands for `-infinity`. */
export const AT_ONCE = new Date(-8_640_000_000_000_000);

/** A row of `recipients`: an outcome of one person's own. */
export interface MemoryOutcome {
  sendId: string;
  memberId: string;
  page: number;
  state: Exclude<RecipientState, 'planned'>;
  reason: SkipReason | null;
  detail: string | null;
  requestId: string | null;
  settledAt: Date;
}

/** A LINE user, and who is linked to it. */
export interface MemoryPerson {
  memberId: string;
  lineUserId: string;
  userId: string;
  friendState: 'friend' | 'blocked' | 'none';
  /** Roles of the member's links to this LINE user that have not ended. */
  roles: LinkRole[];
}

/** What the tables of the ledger hold, as plain objects. One channel of one workspace. */
export class MemoryTables {
  readonly sends = new Map<string, MemorySend>();
  readonly pages: MemoryPage[] = [];
  /** By LINE user. */
  readonly people = new Map<string, MemoryPerson>();
  private readonly outcomes = new Map<string, MemoryOutcome>();

  page(sendId: string, number: number): MemoryPage | undefined {
    return this.pages.find((page) => page.sendId === sendId && page.number === number);
  }

  pagesOf(sendId: string): MemoryPage[] {
    return this.pages.filter((page) => page.sendId === sendId);
  }

  ownOutcome(sendId: string, memberId: string): MemoryOutcome | undefined {
    return this.outcomes.get(`${sendId} ${memberId}`);
  }

  ownOutcomes(): MemoryOutcome[] {
    return [...this.outcomes.values()];
  }

  /** The primary key allows one for each person of a send. */
  addOutcome(outcome: MemoryOutcome): void {
    const key = `${outcome.sendId} ${outcome.memberId}`;
    if (this.outcomes.has(key)) throw new Error(`There is an outcome of ${key}.`);
    this.outcomes.set(key, outcome);
  }

  /** Whether it is known what became of a person of a send. */
  isSettled(sendId: string, memberId: string): boolean {
    const page = this.pages.find((one) => one.sendId === sendId && one.memberIds.includes(memberId))!;
    return this.ownOutcome(sendId, memberId) !== undefined || sharedState(page) !== 'planned';
  }

  /** As the view `recipient_outcomes` tells it, page by page and in the order of the ids. */
  outcomesOf(sendId: string): Pick<RecipientOutcome, 'memberId' | 'state' | 'reason' | 'detail' | 'requestId'>[] {
    const pages = this.pagesOf(sendId).sort((a, b) => a.number - b.number);
    return pages.flatMap((page) =>
      page.memberIds.map((memberId) => {
        const own = this.ownOutcome(sendId, memberId);
        const { reason, detail, requestId } = own ?? page;
        return { memberId, state: own?.state ?? sharedState(page), reason, detail, requestId };
      }),
    );
  }

  totalsOf(sendId: string): SendTotals {
    const audience = this.sends.get(sendId)!.audience ?? 0;
    const totals = { audience, planned: audience, accepted: 0, rejected: 0, uncertain: 0, skipped: {} };
    for (const page of this.pagesOf(sendId)) {
      totals.accepted += page.accepted;
      totals.rejected += page.rejected;
      totals.uncertain += page.uncertain;
      totals.skipped = addCounts(totals.skipped, page.skipped);
    }
    const { accepted, rejected, uncertain, skipped } = totals;
    totals.planned -= Object.values<number>(skipped).reduce((sum, n) => sum + n, accepted + rejected + uncertain);
    return totals;
  }
}

function sharedState({ state }: MemoryPage): RecipientState {
  return state === 'accepted' || state === 'rejected' || state === 'uncertain' || state === 'skipped'
    ? state
    : 'planned';
}

export type Counts = Partial<Record<SkipReason, number>>;

/** What `add_counts` of the migrations does. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sum = { ...a };
  for (const [reason, n] of Object.entries(b) as [SkipReason, number][])
    if (n > 0) sum[reason] = (sum[reason] ?? 0) + n;
  return sum;
}
