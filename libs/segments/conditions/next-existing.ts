import { sql, type Sql } from '#database';
import type { Question } from './question.js';

/**
 * When something that is stored of the member `m`, but does not exist at the moment of the question, begins to: null where
 * there is no such thing. What is not counted, such as an order of which nothing is left, need not begin.
 */
export function nextExisting(q: Question): Sql {
  const { at } = q.asOf;
  const inHistory = (dates: Sql, from: Sql) =>
    sql`(select min(t) from ${from} cross join unnest(${dates}) t where t >= ${at})`;
  const purchase = inHistory(
    sql`ph.ordered_at`,
    sql`(select ph.ordered_at from purchase_histories ph where ${q.rowsOf('ph')} and ph.member_id = m.id) ph`,
  );
  const visit = inHistory(
    sql`vh.visited_at`,
    sql`(select vh.visited_at from visit_histories vh where ${q.rowsOf('vh')} and vh.member_id = m.id) vh`,
  );
  // Something exists to a question that is asked after it: a millisecond is the least by which clocks go on.
  return sql`least(
    case when m.registered_at >= ${at} then m.registered_at end,
    case when m.last_purchase_at >= ${at} then ${purchase} end,
    case when m.last_visit_at >= ${at} then ${visit} end,
    (select min(l.linked_at) from links l
      where ${q.rowsOf('l')} and l.member_id = m.id and l.ended_at is null and l.linked_at >= ${at}),
    (select min(v.viewed_at) from page_views v where ${q.rowsOf('v')} and v.member_id = m.id and v.viewed_at >= ${at})
  ) + interval '1 millisecond'`;
}
