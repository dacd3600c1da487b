import { currencyDecimals, toMinor, type Scope } from '#kernel';
import { empty, raw, sql, type Sql } from '#database';
import type { Compiled } from './compiled.js';
import type { AskedPeriod, Moment, Moments, RelativeMonth } from './moments.js';
import type { Window } from './window.js';

export type TermKind = 'category' | 'product' | 'store';

export interface QuestionOptions {
  scope: Scope;
  moments: Moments;
  /** Number of a category, product or store; undefined for one that never occurred. */
  term(kind: TermKind, term: string): number | undefined;
  /** The rule of a segment that exists, compiled for this question. */
  segment(id: string): Compiled;
  /** Whether any link was made at or after asOf: then the summary row, which speaks of now, says too much. */
  laterLinks: boolean;
  /** `members.id` of whom it is asked about, in the statement: one, or the one at hand; without it, everybody. */
  member?: Sql;
}

/** For `QuestionOptions.member`: whoever is at hand, so that tables are asked member by member. */
export const EACH: Sql = sql`m.id`;

/** For `QuestionOptions.member`: one. @param id members.id */
export function memberWith(id: string): Sql {
  return sql`${id}::bigint`;
}

/** What a condition needs to know to become SQL: for whom it is asked, and as of when. */
export class Question {
  constructor(private readonly options: QuestionOptions) {}

  get workspaceId(): string {
    return this.options.scope.workspaceId;
  }

  get asOf(): Moment {
    return this.options.moments.asOf;
  }

  period(window?: Window): AskedPeriod {
    return this.options.moments.period(window);
  }

  /** A calendar month 1..12 beside the one in which the question is asked, by the workspace's clocks. */
  month(relative: RelativeMonth): Sql {
    return this.options.moments.month(relative);
  }

  get laterLinks(): boolean {
    return this.options.laterLinks;
  }

  /** An amount in minor units, as text because it may not fit a double. */
  minor(amount: number): string {
    return toMinor(amount, this.options.scope.currency).toString();
  }

  /** The numbers of those terms that ever occurred, as an SQL list. */
  terms(kind: TermKind, terms: string[]): Sql {
    const ids = terms.map((term) => this.options.term(kind, term)).filter((id) => id !== undefined);
    return sql`${[...new Set(ids)]}::int[]`;
  }

  segment(id: string): Compiled {
    return this.options.segment(id);
  }

  /** The rows of a table that belong to this workspace and, where only one member is asked about, to that one. */
  rowsOf(alias: string): Sql {
    const { scope, member } = this.options;
    const one = member ? sql` and ${raw(alias)}.member_id = ${member}` : empty;
    return sql`${raw(alias)}.workspace_id = ${scope.workspaceId}::uuid${one}`;
  }

  /** Minor units, an SQL expression, as a decimal number of the workspace's currency. */
  money(minor: Sql): Sql {
    const decimals = currencyDecimals(this.options.scope.currency);
    return decimals === 0 ? minor : sql`trim_scale(${minor} / ${10 ** decimals}::numeric)`;
  }
}
