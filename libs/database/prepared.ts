import type { Sql } from './sql.js';

const marked = new WeakSet<Sql>();
/** Names by text; the texts of a program are few. */
const names = new Map<string, string>();

/**
 * A statement that each connection parses once, and plans anew only as long as that pays: for those that run by the
 * hundred a second, of which that is the larger half. Its text must be always the same and name its columns, and one plan
 * do for all its values: joins of lists are none, since Postgres does not know then how long they are.
 */
export function prepared(statement: Sql): Sql {
  marked.add(statement);
  return statement;
}

/** What the driver is given: the text, with the name by which connections remember it where it is prepared. */
export function textOf(statement: Sql): string | { name: string; text: string } {
  const { text } = statement;
  if (!marked.has(statement)) return text;
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `prepared_${names.size}`));
  return { name, text };
}
