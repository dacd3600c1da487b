import { sql, type Sql } from '#database';
import type { Compiled } from './compiled.js';
import { FALSE, TRUE } from './logic.js';
import { LookUps, type History, type MemberSet } from './look-ups.js';

/**
 * Makes one expression over `m` that needs nothing beside it, to stand in any statement: right for few members, or
 * where the statement is not ours.
 */
export class Correlated extends LookUps {
  expression(compiled: Compiled): Sql {
    const exact = compiled.exact(this, 'exact');
    return this.hasJoins ? sql`(select ${exact} from (select) alone${this.joins})` : exact;
  }

  /** Several expressions of one statement, and what has to follow `m` in its FROM for them. */
  all(compiled: readonly Compiled[]): { expressions: Sql[]; joins: Sql } {
    const expressions = compiled.map((part) => part.exact(this, 'exact'));
    return { expressions, joins: this.joins };
  }

  override isIn(set: MemberSet): Sql {
    return sql`m.id in (${this.select(set)})`;
  }

  override ofHistory(history: History, question: Sql, absent: boolean): Sql {
    const found = sql`(select ${question} from ${this.rowOf(history)} where ${this.isRowOf(history)})`;
    return sql`coalesce(${found}, ${absent ? TRUE : FALSE})`;
  }
}
