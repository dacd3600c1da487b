import { empty, join, raw, sql, type Sql } from '#database';

/** Ids of members, as a query in pieces. */
export interface MemberSet {
  member: Sql;
  /** `from … where …`. */
  from: Sql;
  /** Aggregates over one member's rows. */
  having?: Sql;
}

/** A table with at most one row a member, and the alias under which conditions ask it. */
export interface History {
  table: 'purchase_histories' | 'visit_histories';
  alias: 'ph' | 'vh';
}

/**
 * How an expression over `m` asks other tables. What several parts of a rule share is computed once a member, in
 * `shared`, and used by its name.
 */
export abstract class LookUps {
  private readonly names = new Map<unknown, Sql>();
  private readonly steps: Sql[] = [];

  constructor(protected readonly q: { rowsOf(alias: string): Sql }) {}

  abstract isIn(set: MemberSet): Sql;
  abstract ofHistory(history: History, question: Sql, absent: boolean): Sql;

  /** A boolean under a name. @param key what it is; asked again, the same name is given */
  shared(key: unknown, expression: () => Sql): Sql {
    return this.named(
      key,
      'g',
      (name) => sql`cross join lateral (select ${expression()} as matches offset 0) ${name}`,
      'matches',
    );
  }

  protected named(key: unknown, prefix: string, step: (alias: Sql) => Sql, column: string): Sql {
    let name = this.names.get(key);
    if (!name) {
      const alias = raw(`${prefix}${this.names.size + 1}`);
      name = sql`${alias}.${raw(column)}`;
      this.names.set(key, name);
      this.steps.push(step(alias));
    }
    return name;
  }

  protected select({ member, from, having }: MemberSet, distinct = false): Sql {
    const grouped = having || distinct ? sql` group by ${member}` : empty;
    return sql`select ${member} as member_id ${from}${grouped}${having ? sql` having ${having}` : empty}`;
  }

  protected rowOf({ table, alias }: History): Sql {
    return sql`${raw(table)} ${raw(alias)}`;
  }

  protected isRowOf({ alias }: History): Sql {
    return sql`${this.q.rowsOf(alias)} and ${raw(alias)}.member_id = m.id`;
  }

  protected get hasJoins(): boolean {
    return this.steps.length > 0;
  }

  /** What has to follow `from members m`, in this order. */
  protected get joins(): Sql {
    return this.steps.length > 0 ? sql` ${join(this.steps, ' ')}` : empty;
  }
}
