import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import {
  OriginOutcomesRepository,
  type OriginFilter,
  type OriginPeriod,
  type OriginRecipient,
} from './ledger/origin-outcomes.repository.js';
import {
  OutcomesRepository,
  type MemberSend,
  type OutcomeFilter,
  type RecipientOutcome,
} from './ledger/outcomes.repository.js';
import { TotalsRepository, type Reaction, type SendTotals } from './ledger/totals.repository.js';

/** What became of sends: of each person, and in numbers. */
@Injectable()
export class Outcomes {
  constructor(
    private readonly outcomes: OutcomesRepository,
    private readonly numbers: TotalsRepository,
    private readonly ofOrigins: OriginOutcomesRepository,
  ) {}

  /** By send; a send that does not exist has none. */
  totals(scope: Scope, sendIds: readonly string[]): Promise<Map<string, SendTotals>> {
    return this.numbers.bySend(scope, sendIds);
  }

  /** Of the first part of a send, in the order of its variants. */
  totalsByVariant(scope: Scope, sendId: string): Promise<SendTotals[]> {
    return this.numbers.byVariant(scope, sendId);
  }

  /** How those took it who have been sent to. */
  reaction(scope: Scope, sendId: string): Promise<Reaction> {
    return this.numbers.reaction(scope, sendId);
  }

  /** What became of each person, in a fixed order. */
  list(scope: Scope, sendId: string, filter: OutcomeFilter): Promise<RecipientOutcome[]> {
    return this.outcomes.list(scope, sendId, filter);
  }

  /**
   * What a member was sent or would have been, the newest send first.
   * @param page.sendIds only these @param page.before the send to go on after
   */
  ofMember(
    scope: Scope,
    memberId: string,
    page: { sendIds?: readonly string[]; before?: string; limit: number },
  ): Promise<MemberSend[]> {
    return this.outcomes.ofMember(scope, memberId, page);
  }

  /** Of all that was sent for one reason in a period, such as by a journey. */
  totalsOfOrigin(scope: Scope, period: OriginPeriod): Promise<SendTotals & { sends: number }> {
    return this.ofOrigins.totals(scope, period);
  }

  /** The same person by person, the newest send first. */
  listOfOrigin(scope: Scope, period: OriginPeriod, filter: OriginFilter): Promise<OriginRecipient[]> {
    return this.ofOrigins.recipients(scope, period, filter);
  }

  /** People planned and without an outcome, over all sends of a channel that go on. */
  open(scope: Scope, channelId: string): Promise<number> {
    return this.outcomes.open(scope, channelId);
  }
}
