import { join, sql, type Sql } from '#database';

export const TRUE: Sql = sql`true`;
export const FALSE: Sql = sql`false`;

/** Conjunction that leaves out what says nothing; expressions must never be null. */
export function and(...all: Sql[]): Sql {
  return combine(all, TRUE, FALSE, ' and ');
}

export function or(...any: Sql[]): Sql {
  return combine(any, FALSE, TRUE, ' or ');
}

export function not(expression: Sql): Sql {
  if (expression === TRUE) return FALSE;
  return expression === FALSE ? TRUE : sql`not ${expression}`;
}

function combine(all: Sql[], neutral: Sql, final: Sql, separator: string): Sql {
  if (all.includes(final)) return final;
  const parts = all.filter((part) => part !== neutral);
  const [only] = parts;
  if (!only) return neutral;
  return parts.length === 1 ? only : join(parts, separator, '(', ')');
}
