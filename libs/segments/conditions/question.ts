import { currencyDecimals, localDate, toMinor, type Scope } from '#kernel';
import { empty, raw, sql, type Sql } from '#database';
import type { Compiled } from './compiled.js';
import { periodOf, type Period, type Window } from './window.js';

export type TermKind = 'category' | 'product' | 'store';

export interface QuestionOptions {
  scope: Scope;
  asOf: Date;
  /** Number of a category, product or store; undefined for one that never occurred. */
  term(kind: TermKind, term: string): number | undefined;
  /** The rule of a segment that exists, compiled for this question. */
  segment(id: string): Compiled;
  /** Whether any link was made at or after asOf: then the summary row, which speaks of now, says too much. */
  laterLinks: boolean;
  /** `members.id` of the one member that is asked about; without it, everybody. */
  memberId?: string;
}

/** What a condition needs to know to become SQL: for whom it is asked, and as of when. */
export class Question {
  constructor(private readonly options: QuestionOptions) {}

  get workspaceId(): string {
    return this.options.scope.workspaceId;
  }

  get asOf(): Date {
    return this.options.asOf;
  }

  get now(): Date {
    return this.options.scope.clock.now();
  }

  period(window?: Window): Period {
    return periodOf(window, this.asOf, this.options.scope.timeZone);
  }

  /** A calendar month 1..12 beside the one in which the question is asked, by the workspace's clocks. */
  month(relative: 'previous' | 'current' | 'next'): number {
    const shift = { previous: -1, current: 0, next: 1 }[relative];
    return localDate(this.asOf, this.options.scope.timeZone).add({ months: shift }).month;
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
    const { scope, memberId } = this.options;
    const one = memberId === undefined ? empty : sql` and ${raw(alias)}.member_id = ${memberId}::bigint`;
    return sql`${raw(alias)}.workspace_id = ${scope.workspaceId}::uuid${one}`;
  }

  /** Minor units, an SQL expression, as a decimal number of the workspace's currency. */
  money(minor: Sql): Sql {
    const decimals = currencyDecimals(this.options.scope.currency);
    return decimals === 0 ? minor : sql`trim_scale(${minor} / ${10 ** decimals}::numeric)`;
  }
}

/** An instant as a parameter; as text, because the driver would write it in the process's own time zone. */
export function at(instant: Date): Sql {
  return sql`${instant.toISOString()}::timestamptz`;
}

/** The last microsecond, Postgres's finest, before an instant. */
export function justBefore(instant: Date): Sql {
  return sql`${`${new Date(instant.getTime() - 1).toISOString().slice(0, -1)}999Z`}::timestamptz`;
}

/** Whether an instant that is not null lies in a period. */
export function inPeriod(column: Sql, { from, to }: Period): Sql {
  return from ? sql`${column} >= ${at(from)} and ${column} < ${at(to)}` : sql`${column} < ${at(to)}`;
}
