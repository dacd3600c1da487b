import { IsOptional, ValidateNested } from 'class-validator';
import { sql } from '#database';
import { CountBound } from './bounds.js';
import { defineCondition } from './define-condition.js';
import { historyActual, tallyHistory, type DatedHistory } from './history.js';
import { tallyOf } from './tally.js';
import { Window } from './window.js';

export class VisitCondition {
  readonly kind = 'visit';
  /** At least one where it is absent. */
  @IsOptional() @ValidateNested() count?: CountBound;
  @IsOptional() @ValidateNested() within?: Window;
}

const visits: DatedHistory = {
  table: 'visit_histories',
  alias: 'vh',
  dates: sql`vh.visited_at`,
  lifetime: { count: sql`m.visit_count` },
  first: sql`m.first_visit_at`,
  last: sql`m.last_visit_at`,
};

export const visit = defineCondition(VisitCondition, {
  label: { ja: '来店', en: 'Visits' },
  sql: (c, q) => tallyHistory(visits, tallyOf({ count: c.count }, q), q.period(c.within)),
  actual: (c, q) => historyActual(visits, q.period(c.within), q),
});
