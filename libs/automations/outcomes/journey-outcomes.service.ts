import { Injectable } from '@nestjs/common';
import { Outcomes, type OriginFilter, type OriginPeriod, type OriginRecipient, type SendTotals } from '#delivery';
import { invalid, toInstant, type Scope } from '#kernel';
import { Journeys } from '../journeys/journeys.service.js';

const LONGEST_DAYS = 31;
const LONGEST_MS = LONGEST_DAYS * 24 * 60 * 60_000;

/** As texts of RFC 3339. */
export interface AskedPeriod {
  from?: string;
  to?: string;
}

/** What became of what journeys have sent, by the ledger's own account: they keep none beside it. */
@Injectable()
export class JourneyOutcomes {
  constructor(
    private readonly journeys: Journeys,
    private readonly outcomes: Outcomes,
  ) {}

  /** @throws AppError 404, 400 for a period that is too long or none */
  async totals(scope: Scope, journeyId: string, asked: AskedPeriod): Promise<SendTotals & { sends: number }> {
    return this.outcomes.totalsOfOrigin(scope, await this.period(scope, journeyId, asked));
  }

  /** Each person, the newest send first. @throws AppError as above */
  async list(scope: Scope, journeyId: string, asked: AskedPeriod, filter: OriginFilter): Promise<OriginRecipient[]> {
    return this.outcomes.listOfOrigin(scope, await this.period(scope, journeyId, asked), filter);
  }

  private async period(scope: Scope, id: string, { from: given, to: until }: AskedPeriod): Promise<OriginPeriod> {
    const { id: originId } = await this.journeys.get(scope, id);
    const to = until === undefined ? undefined : toInstant(until);
    const end = (to ?? scope.clock.now()).getTime();
    const from = given === undefined ? new Date(end - LONGEST_MS) : toInstant(given);
    if (from.getTime() >= end && to) throw invalid([{ path: '/from', detail: 'must be before to' }]);
    if (end - from.getTime() > LONGEST_MS)
      throw invalid([{ path: '/from', detail: `must be at most ${LONGEST_DAYS} days before to` }]);
    return { originId, from, to };
  }
}
