import { Injectable } from '@nestjs/common';
import { Outcomes, type SendTotals } from '#delivery';
import type { Scope } from '#kernel';

/** Before something has become a send, nobody is named. */
export const NO_TOTALS: SendTotals = { audience: 0, planned: 0, accepted: 0, rejected: 0, uncertain: 0, skipped: {} };

/** How many got what. */
@Injectable()
export class CampaignTotals {
  constructor(private readonly outcomes: Outcomes) {}

  /** The same rows, each with the totals of its send. */
  async beside<T extends { sendId: string | null }>(scope: Scope, rows: T[]): Promise<(T & { totals: SendTotals })[]> {
    const ids = rows.flatMap(({ sendId }) => sendId ?? []);
    const totals = await this.outcomes.totals(scope, ids);
    return rows.map((row) => ({ ...row, totals: totals.get(row.sendId ?? '') ?? NO_TOTALS }));
  }
}
