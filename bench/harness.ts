/** One figure of a benchmark, with what the machine could do at best in the same run. */
export interface Result {
  metric: string;
  value: number;
  unit: string;
  /** The same figure for the least that any implementation must do, measured in the same run. */
  floor?: number;
  /** How much of the floor's speed is reached: 1 is all of it, above 1 is faster. */
  ratio?: number;
}

export interface BenchOptions {
  /** How many members to work with, where the benchmark scales. */
  members?: number;
  /** Progress for people; silent with `--json`. */
  log(line: string): void;
}

export type Bench = (options: BenchOptions) => Promise<Result[]>;

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) throw new Error('The median of nothing.');
  return sorted.length % 2 || low === undefined ? high : (low + high) / 2;
}

/** The value below which `share` (0..1) of all lie. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('A percentile of nothing.');
  return value;
}
