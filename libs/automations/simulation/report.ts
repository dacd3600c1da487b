import { createHash } from 'node:crypto';
import { LineMonths, type MonthlyPrice } from '#delivery';
import type { Decision, Prepared } from '../machine/run.js';
import type { SimulatedRun, Walked } from './member-walk.js';
import { nameOf, type Person } from './person.js';
import type { CheckedSend } from './send-check.service.js';
import type { ForecastDto, SimulationDto, SimulationTotalsDto } from './simulation.dto.js';

/** Forecasts kept beyond those that are wanted, so that they are not sorted for each. */
const SPARE = 1_000;

export interface ReportOptions {
  /** Forecasts that are listed. */
  limit: number;
  /** Whether they say what would be sent. */
  messages: boolean;
}

interface Forecast extends ForecastDto {
  /** Milliseconds since 1970. */
  moment: number;
}

/** What came of one of them. */
export type MemberResult = Person & {
  walked: Walked;
  sends: readonly CheckedSend[];
};

/** Adds up what came of members, who are told in a fixed order; it grows with the list that was asked for, not with them. */
export class SimulationReport {
  private readonly digest = createHash('sha256');
  private readonly steps: Record<string, Record<string, number>>;
  private readonly sends: Record<string, { would: number; skipped: Record<string, number> }> = {};
  private readonly counts = {
    ...{ members: 0, started: 0, restarted: 0, filteredOut: 0, ignored: 0 },
    ...{ cancelled: 0, done: 0, stopped: 0, timedOut: 0, failed: 0, waiting: 0 },
  };
  private forecasts: Forecast[] = [];
  private readonly lineMonths = new LineMonths();
  /** What would be sent, by LINE's month. */
  readonly months = new Map<string, number>();

  constructor(
    { definition }: Prepared,
    private readonly options: ReportOptions,
  ) {
    this.steps = Object.fromEntries(definition.steps.map(({ id }) => [id, {}]));
    for (const { id, kind } of definition.steps) if (kind === 'send') this.sends[id] = { would: 0, skipped: {} };
  }

  add({ walked, sends, ...person }: MemberResult): void {
    const name = nameOf(person);
    const { runs, filteredOut, ignored } = walked;
    this.counts.ignored += ignored;
    this.counts.filteredOut += filteredOut.length;
    if (runs.length === 0 && filteredOut.length === 0) return;
    if (runs.length > 0) this.counts.members += 1;
    this.counts.started += runs.length;
    for (const run of runs) this.counts[endOf(run)] += 1;
    this.log([name, 'filtered_out', filteredOut.map(logged)]);
    for (const { decisions } of runs) {
      decisions.forEach((decision) => this.count(decision));
      this.log([name, 'run', decisions.map(logged)]);
    }
    for (const send of sends) this.addSend(person, send);
  }

  /** @param price of `months` */
  answer(price: MonthlyPrice | null): Omit<SimulationDto, 'past'> {
    this.keepFirst();
    const totals: SimulationTotalsDto = {
      ...this.counts,
      steps: Object.fromEntries(Object.entries(this.steps).map(([id, counts]) => [id, sorted(counts)])),
      sends: Object.fromEntries(
        Object.entries(this.sends).map(([id, { would, skipped }]) => [id, { would, skipped: sorted(skipped) }]),
      ),
    };
    const messages = Object.values(this.sends).reduce((sum, { would }) => sum + would, 0);
    const forecast = this.forecasts.map(({ moment: _, ...one }) => one);
    const cost = { messages, short: price?.short ?? null, plan: price?.plan ?? null, price: price?.cost ?? null };
    return { forecast, totals, cost, digest: this.digest.copy().digest('hex') };
  }

  private count({ step, decision }: Decision): void {
    if (decision === 'restarted') this.counts.restarted += 1;
    const counts = this.steps[step];
    if (counts) increase(counts, decision);
  }

  private addSend(person: Person, send: CheckedSend): void {
    const {
      step: { id: step },
      at,
      leavesAt: moment,
      skipped,
      messages,
    } = send;
    this.log([nameOf(person), 'send', step, at, moment, skipped ?? null]);
    const counts = this.sends[step]!;
    if (skipped) return increase(counts.skipped, skipped);
    counts.would += 1;
    const month = this.lineMonths.of(moment);
    this.months.set(month, (this.months.get(month) ?? 0) + 1);
    const shown = this.options.messages ? { messages: messages as object[] } : {};
    const who = { memberId: person.externalId ?? null, ...(person.userId && { lineUserId: person.userId }) };
    const held = moment > at && { decidedAt: new Date(at).toISOString() };
    this.forecasts.push({ ...who, step, at: new Date(moment).toISOString(), ...held, ...shown, moment });
    if (this.forecasts.length >= 2 * this.options.limit + SPARE) this.keepFirst();
  }

  private keepFirst(): void {
    this.forecasts = this.forecasts.sort(inOrder).slice(0, this.options.limit);
  }

  private log(entry: unknown[]): void {
    this.digest.update(`${JSON.stringify(entry)}\n`);
  }
}

/** Where a run is counted. */
function endOf({ failed, ended }: SimulatedRun) {
  if (failed) return 'failed';
  return ended === 'timed_out' ? 'timedOut' : (ended ?? 'waiting');
}

function logged({ at, step, decision, detail }: Decision): unknown[] {
  return [at, step, decision, detail];
}

function inOrder(a: Forecast, b: Forecast): number {
  const name = ({ memberId, lineUserId }: Forecast) => memberId ?? lineUserId!;
  return a.moment - b.moment || compare(name(a), name(b)) || compare(a.step, b.step);
}

/** By their units, which is the same everywhere. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function increase(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function sorted(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => compare(a, b)));
}
