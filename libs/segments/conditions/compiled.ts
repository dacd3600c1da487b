import type { Sql } from '#database';
import { and, FALSE, not, or, TRUE } from './logic.js';
import type { History, LookUps, MemberSet } from './look-ups.js';

/**
 * A boolean over the alias `m` of `members`, three times; none is ever null. Certain implies exact, exact implies
 * possible. The outer two read nothing but the summary row, so they decide most members before anything is looked up.
 */
export interface Compiled {
  possible: Sql;
  certain: Sql;
  /** @param side `exact`, or above or below it wherever a look-up would be for next to nobody */
  exact: (lookUps: LookUps, side: Side) => Sql;
  /** Whether `exact` asks other tables than `members`. */
  looksUp: boolean;
  /** Above and below differ for those only of whom one of these holds; it may be null. */
  open: Sql[];
  /** Set where `exact` is `possible` and in, or not in, this set: a statement may join it instead. */
  set?: { members: MemberSet; negated: boolean };
  /** Set where `exact` is the conjunction of these. */
  all?: Compiled[];
}

export type Side = 'exact' | 'above' | 'below';

const opposite = { exact: 'exact', above: 'below', below: 'above' } as const;

export interface Bounds {
  possible?: Sql;
  certain?: Sql;
}

/** A condition that the summary row alone answers. */
export function fromSummary(exact: Sql): Compiled {
  return { exact: () => exact, possible: exact, certain: exact, looksUp: false, open: [] };
}

/** Whether the member is in a set. */
export function memberOf(members: MemberSet, possible = TRUE): Compiled {
  return {
    exact: (lookUps) => and(possible, lookUps.isIn(members)),
    possible,
    certain: FALSE,
    looksUp: true,
    open: [],
    set: { members, negated: false },
  };
}

export interface HistoryQuestion {
  history: History;
  /** Over the alias of the history. */
  question: Sql;
  /** The answer where there is no row. */
  absent: boolean;
  /** Set where the bounds decide for all but these few, who are better asked one by one. */
  open?: Sql;
}

/** A question to the member's row of a history. */
export function ofHistory(asked: HistoryQuestion, { possible = TRUE, certain = FALSE }: Bounds): Compiled {
  return {
    exact: (lookUps, side) => {
      if (asked.open && side === 'above') return possible;
      if (asked.open && side === 'below') return certain;
      return and(possible, or(certain, lookUps.ofHistory(asked.history, asked.question, asked.absent)));
    },
    possible,
    certain,
    looksUp: true,
    open: asked.open ? [asked.open] : [],
  };
}

/** Computed once a member however often it is asked, because inlining would double a rule with each step. */
export function sharedOnce(part: Compiled): Compiled {
  const keys = { exact: {}, above: {}, below: {} };
  return {
    exact: (lookUps, side) => lookUps.shared(keys[side], () => part.exact(lookUps, side)),
    possible: TRUE,
    certain: FALSE,
    looksUp: true,
    open: part.open,
  };
}

export function allOf(parts: Compiled[]): Compiled {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const sorted = cheapFirst(parts);
  return {
    exact: (lookUps, side) => and(...sorted.map((part) => part.exact(lookUps, side))),
    possible: and(...sorted.map((part) => part.possible)),
    certain: and(...sorted.map((part) => part.certain)),
    looksUp: parts.some((part) => part.looksUp),
    open: openOf(parts),
    all: sorted,
  };
}

export function anyOf(parts: Compiled[]): Compiled {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const sorted = cheapFirst(parts);
  const looksUp = parts.some((part) => part.looksUp);
  const possible = or(...sorted.map((part) => part.possible));
  return {
    exact: (lookUps, side) => {
      const exact = or(...sorted.map((part) => part.exact(lookUps, side)));
      // Said once more in front, because the planner finds no index inside an OR that looks things up.
      return looksUp ? and(possible, exact) : exact;
    },
    possible,
    certain: or(...sorted.map((part) => part.certain)),
    looksUp,
    open: openOf(parts),
  };
}

export function noneOf({ exact, possible, certain, looksUp, open, set }: Compiled): Compiled {
  return {
    exact: (lookUps, side) => not(exact(lookUps, opposite[side])),
    possible: not(certain),
    certain: not(possible),
    looksUp,
    open,
    // Its complement is no longer "possible and …" where the summary row had a say.
    set: set && possible === TRUE ? { ...set, negated: !set.negated } : undefined,
  };
}

/** Each once: a segment that is named twice brings the same ones. */
function openOf(parts: Compiled[]): Sql[] {
  return [...new Set(parts.flatMap((part) => part.open))];
}

/** Postgres evaluates a nested AND or OR in the order written and stops at the first that decides. */
function cheapFirst(parts: Compiled[]): Compiled[] {
  return [...parts].sort((a, b) => Number(a.looksUp) - Number(b.looksUp));
}
