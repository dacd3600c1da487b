import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '#kernel';
import { encodeCursor } from './cursor.js';

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A query class with `limit` and `cursor`; a limit above `max` is refused. */
export function pageQuery({ max, usual = 50 }: { max: number; usual?: number }) {
  class Query {
    @IsOptional() @IsInt() @Min(1) @Max(max) limit: number = Math.min(usual, max);
    @IsOptional() @IsText(2000, { min: 1 }) cursor?: string;
  }
  return Query;
}

export class PageQuery extends pageQuery({ max: 200 }) {}

/**
 * A page of rows that were asked for with one more than `limit`, which tells whether there is another page.
 * @param place the values the list is ordered by, for the cursor
 */
export function toPage<Row, T>(
  rows: Row[],
  limit: number,
  item: (row: Row) => T,
  place: (row: Row) => string[],
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), nextCursor: rows.length > limit && last ? encodeCursor(place(last)) : null };
}
