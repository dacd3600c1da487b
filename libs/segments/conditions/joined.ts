import { sql, type Sql } from '#database';
import type { Compiled, Side } from './compiled.js';
import { and, FALSE, TRUE } from './logic.js';
import { LookUps, type History, type MemberSet } from './look-ups.js';

/**
 * Makes the whole FROM and WHERE of a statement over many members. Each table that a rule looks up is joined once, where
 * Postgres can read it in parallel and hash it; a correlated sub-select keeps the whole statement from running parallel.
 */
export class Joined extends LookUps {
  /** `from members m … where …`: the members of whom the rule is true, or may be. */
  members(compiled: Compiled, side: Side = 'exact'): Sql {
    const condition = and(...conjuncts(compiled).map((part) => this.conjunct(part, side)));
    return sql`from members m${this.joins} where ${this.q.rowsOf('m')} and ${condition}`;
  }

  override isIn(set: MemberSet): Sql {
    const join = (alias: Sql) => sql`left join (${this.select(set, true)}) ${alias} on ${alias}.member_id = m.id`;
    return sql`${this.named(set, 's', join, 'member_id')} is not null`;
  }

  override ofHistory(history: History, question: Sql, absent: boolean): Sql {
    this.joinOnce(history);
    return sql`coalesce(${question}, ${absent ? TRUE : FALSE})`;
  }

  /** What must hold for everybody can be a semi-join or an anti-join, which need no distinct set. */
  private conjunct(part: Compiled, side: Side): Sql {
    if (!part.set) return part.exact(this, side);
    const { members, negated } = part.set;
    const select = this.select(members);
    const test = negated
      ? sql`not exists (select from (${select}) x where x.member_id = m.id)`
      : sql`m.id in (${select})`;
    return and(part.possible, test);
  }

  private joinOnce(history: History): void {
    this.named(
      history,
      history.alias,
      () => sql`left join ${this.rowOf(history)} on ${this.isRowOf(history)}`,
      'member_id',
    );
  }
}

function conjuncts(compiled: Compiled): Compiled[] {
  return compiled.all ? compiled.all.flatMap(conjuncts) : [compiled];
}
