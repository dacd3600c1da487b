import { sql, type Sql } from '#database';

// Postgres plans by statistics that are older than the rows of a new workspace or a new send. These keep it from taking
// a path that reads all of them for each person.

/**
 * An id whose value Postgres does not see while it plans. An id it sees and has no statistics of seems to have no rows,
 * so that an index on it alone looks as good as one on the person; of an unseen one it expects as many as others have.
 */
export function unseen(id: string): Sql {
  return sql`(select ${id}::uuid)`;
}

/**
 * `p.state = 'leased'`, said so that a partial index does not fit: one page is read by its key, not by way of all that are
 * open.
 */
export const isLeased = sql`coalesce(p.state, '') = 'leased'`;
