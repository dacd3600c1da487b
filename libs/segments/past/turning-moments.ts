import { localDate, startOfLocalDay } from '#kernel';
import { LocalDays } from '../conditions/local-days.js';
import { nodesOf, type RuleNode } from '../rules/rule-node.js';

/** From an instant on, and before another; milliseconds since 1970. */
export interface Stretch {
  from: number;
  to: number;
}

/** What of a member has dates. */
export type Dated = 'purchases' | 'visits' | 'views' | 'links' | 'registrations';

/** Dates of one member, milliseconds since 1970. */
export type DatesOfMember = Readonly<Partial<Record<Dated, readonly number[]>>>;

/** A state of a friend is that of now, but of a link that exists. */
const DATED: Partial<Record<RuleNode['kind'], Dated>> = {
  ...{ purchase: 'purchases', visit: 'visits', browsed: 'views', link: 'links', friend: 'links' },
  registered: 'registrations',
};

/**
 * When rules, asked of the same data again and again, may mean a member or no longer mean them: what happens exists a
 * millisecond later, is behind a window of days at the start of a local day, and months begin.
 */
export class TurningMoments {
  /** Days of windows, by what they look at. */
  private readonly windows = new Map<Dated, Set<number>>();
  /** Whether they also turn with the month. */
  readonly byMonth: boolean;
  private readonly days: LocalDays;

  constructor(
    rules: readonly RuleNode[],
    private readonly timeZone: string,
  ) {
    this.days = new LocalDays(timeZone);
    const nodes = rules.flatMap((rule) => [...nodesOf(rule)].map(({ node }) => node));
    this.byMonth = nodes.some((node) => node.kind === 'birth-month' && node.relative !== undefined);
    for (const node of nodes) {
      const dated = DATED[node.kind];
      if (!dated) continue;
      const days = this.windows.get(dated) ?? new Set();
      this.windows.set(dated, days);
      if ('within' in node && node.within?.days !== undefined) days.add(node.within.days);
    }
  }

  /** Whose dates matter. */
  get asks(): Dated[] {
    return [...this.windows.keys()];
  }

  /** Moments at which anything may change for a member; made for many members and one stretch. */
  ofMembers(stretch: Stretch): (dates: DatesOfMember) => number[] {
    const months = this.byMonth ? this.monthsIn(stretch) : [];
    const ends = [...this.windows].map(([dated, windows]) => ({ dated, ends: [...windows].map((n) => this.endOf(n)) }));
    return (dates) => {
      const moments = new Set(months);
      const add = (at: number) => {
        if (at >= stretch.from && at < stretch.to) moments.add(at);
      };
      for (const { dated, ends: ofKind } of ends)
        for (const at of dates[dated] ?? []) {
          add(at + 1);
          for (const end of ofKind) add(end(at));
        }
      return [...moments].sort((a, b) => a - b);
    };
  }

  /** When an instant falls out of a window of so many days. */
  private endOf(days: number): (at: number) => number {
    const later = (at: number) => localDate(new Date(at), this.timeZone).add({ days: days + 1 });
    return this.days.memoized((at) => startOfLocalDay(later(at), this.timeZone).getTime());
  }

  private monthsIn({ from, to }: Stretch): number[] {
    const all: number[] = [];
    const first = localDate(new Date(from), this.timeZone).with({ day: 1 });
    for (let n = 0; ; n++) {
      const at = startOfLocalDay(first.add({ months: n }), this.timeZone).getTime();
      if (at >= to) return all;
      if (at >= from) all.push(at);
    }
  }
}
