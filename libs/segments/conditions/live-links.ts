import { sql, type Sql } from '#database';
import type { Question } from './question.js';

/** The member's links that exist at the moment of the question; ended ones count nowhere. */
export function liveLinks(q: Question): Sql {
  return sql`${q.rowsOf('l')} and l.ended_at is null and l.linked_at < ${q.asOf.at}`;
}
