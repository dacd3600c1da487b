import type { FieldError } from '#kernel';
import type { JourneyStep } from './steps.js';

/** Where one may go from a step, by the field that says so; null: the end. */
interface Way {
  field: 'next' | 'otherwise' | 'onTimeout' | 'onPast';
  to: string | null;
}

/** What is wrong with the ways between steps: names that are none, steps nobody comes to, rounds without an end. */
export function graphErrors(steps: readonly JourneyStep[], path: string): FieldError[] {
  const ways = steps.map((step, n) => waysFrom(step, steps[n + 1]?.id ?? null));
  const places = new Map(steps.map(({ id }, n) => [id, n]));
  const errors = [...nameErrors(steps, path), ...wayErrors(ways, places, path)];
  if (errors.length > 0) return errors;
  const next = ways.map((from) => from.map(({ to }) => (to === null ? null : places.get(to)!)));
  return [...unreachable(next, path), ...endless(steps, next, path)];
}

function nameErrors(steps: readonly JourneyStep[], path: string): FieldError[] {
  const names = new Set<string>();
  const errors: FieldError[] = [];
  for (const [n, { id, kind, next }] of steps.entries()) {
    if (names.has(id)) errors.push({ path: `${path}/${n}/id`, detail: 'is the name of an earlier step' });
    names.add(id);
    if (kind === 'stop' && next !== undefined)
      errors.push({ path: `${path}/${n}/next`, detail: 'cannot follow a stop' });
  }
  return errors;
}

function wayErrors(ways: readonly Way[][], places: ReadonlyMap<string, number>, path: string): FieldError[] {
  return ways.flatMap((from, n) =>
    from
      .filter(({ to }) => to !== null && !places.has(to))
      .map(({ field }) => ({ path: `${path}/${n}/${field}`, detail: 'names no step' })),
  );
}

/** In each: what follows by itself first, the other way last. */
function waysFrom(step: JourneyStep, following: string | null): Way[] {
  if (step.kind === 'stop') return [];
  const ways: Way[] = [{ field: 'next', to: step.next ?? following }];
  if (step.kind === 'branch') ways.push({ field: 'otherwise', to: step.otherwise ?? null });
  if (step.kind === 'wait-for') ways.push({ field: 'onTimeout', to: step.onTimeout ?? null });
  if (step.kind === 'wait' && (step.onPast !== undefined || step.ifPast === 'stop'))
    ways.push({ field: 'onPast', to: step.onPast ?? null });
  return ways;
}

type Graph = readonly (readonly (number | null)[])[];

function unreachable(next: Graph, path: string): FieldError[] {
  const reached = reachedFrom([0], next);
  return next.flatMap((_, n) =>
    reached.has(n) ? [] : [{ path: `${path}/${n}`, detail: 'is a step that nobody comes to' }],
  );
}

/** A round must be waited in, and there must be a way out of it. */
function endless(steps: readonly JourneyStep[], next: Graph, path: string): FieldError[] {
  const hurried = next.map((to, n) => (isUnhurried(steps[n]!) ? [] : to));
  const ending = endingSteps(steps, next);
  return steps.flatMap((_, n) => {
    const place = `${path}/${n}`;
    if (isInRound(n, hurried))
      return [{ path: place, detail: 'comes back to itself without a wait of a minute or more' }];
    if (!ending.has(n) && isInRound(n, next)) return [{ path: place, detail: 'goes round in a circle for ever' }];
    return [];
  });
}

/** Whether going on from it takes a minute or more; a time of day or a date may be now, or past. */
function isUnhurried(step: JourneyStep): boolean {
  return step.kind === 'wait-for' || (step.kind === 'wait' && step.for !== undefined);
}

function isInRound(n: number, next: Graph): boolean {
  return reachedFrom(inner(next[n]!), next).has(n);
}

/** Steps from which a run can always still come to its end. */
function endingSteps(steps: readonly JourneyStep[], next: Graph): Set<number> {
  const ending = new Set<number>();
  const ends = (to: number | null) => to === null || ending.has(to);
  for (let before = -1; before < ending.size;) {
    before = ending.size;
    for (const [n, step] of steps.entries()) if (canEnd(step, next[n]!, ends)) ending.add(n);
  }
  return ending;
}

function canEnd(step: JourneyStep, to: readonly (number | null)[], ends: (to: number | null) => boolean): boolean {
  // The starting event stays what it is: who is sent round by it once is sent round for ever.
  if (step.kind === 'branch' && step.event) return to.every(ends);
  // From the second time on its moment is past.
  if (step.kind === 'wait' && step.relative) return ends(to.at(-1)!);
  return to.length === 0 || to.some(ends);
}

function reachedFrom(from: readonly number[], next: Graph): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    if (reached.has(n)) continue;
    reached.add(n);
    open.push(...inner(next[n]!));
  }
  return reached;
}

function inner(to: readonly (number | null)[]): number[] {
  return to.filter((one) => one !== null);
}
