import { sql } from '#database';

/**
 * `r.state = 'planned'`, said so that the partial index recipients_once does not fit: while a table is new and has no
 * statistics, Postgres would read a whole send through it instead of a page through the primary key.
 */
export const isPlanned = sql`coalesce(r.state, '') = 'planned'`;

/** `p.state = 'leased'`, for the same reason: of one page by its key, not by way of all that are open. */
export const isLeased = sql`coalesce(p.state, '') = 'leased'`;
