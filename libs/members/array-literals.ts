/**
 * Columns of rows as Postgres array literals, for `unnest(${numbers(…)}::bigint[], …)`. The driver makes them too, but
 * value by value and several times slower, which is most of what storing a batch of events would cost here.
 */

/** Numbers, bigints, booleans and instants in ISO 8601: what needs no quotes. */
export function numbers(values: Iterable<number | bigint | boolean | string | null>): string {
  let literal = '';
  for (const value of values) literal += value === null ? ',NULL' : `,${value}`;
  return `{${literal.slice(1)}}`;
}

/** Any text. */
export function texts(values: Iterable<string | null>): string {
  let literal = '';
  for (const value of values) literal += value === null ? ',NULL' : `,"${escaped(value)}"`;
  return `{${literal.slice(1)}}`;
}

function escaped(value: string): string {
  return value.includes('"') || value.includes('\\') ? value.replace(/["\\]/g, String.raw`\$&`) : value;
}
