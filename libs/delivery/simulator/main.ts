import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runSchedule } from './schedule.js';

/**
 * `npm run simulate-delivery -- [--schedules N] [--seed S] [--processes P]`; with a seed and no number, one schedule with
 * all its steps. Ends with 1 where an invariant does not hold.
 */
const { values } = parseArgs({
  options: {
    schedules: { type: 'string' },
    seed: { type: 'string' },
    processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
});
const tell = (line: string) => void process.stdout.write(`${line}\n`);

/** What a process has seen. */
interface Report {
  faults: [string, number][];
  wrong: { seed: number; what: string }[];
}

/** Nearly all that a schedule makes is gone with it: room for many of them keeps the collector away. */
const FLAGS = ['--max-semi-space-size=64'];
/** Failures that are told one by one. */
const MOST_TOLD = 10;

async function runMany(first: number, count: number): Promise<Report> {
  const faults = new Map<string, number>();
  const wrong: Report['wrong'] = [];
  for (let seed = first; seed < first + count; seed++) {
    const verdict = await runSchedule(seed);
    if (verdict.wrong) wrong.push({ seed, what: verdict.wrong });
    for (const [kind, n] of verdict.faults) faults.set(kind, (faults.get(kind) ?? 0) + n);
    // Promises that nobody waits for are collected between turns of the event loop.
    if (seed % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { faults: [...faults], wrong };
}

function runInProcess(first: number, count: number): Promise<Report> {
  return new Promise((resolve, reject) => {
    const options = ['--seed', String(first), '--schedules', String(count), '--processes', '1'];
    const child = fork(import.meta.filename, options, { execArgv: FLAGS });
    child.once('message', (report) => resolve(report as Report));
    child.once('exit', (code) => reject(new Error(`A process ended with ${code}.`)));
  });
}

async function runAll(first: number, count: number, processes: number): Promise<Report> {
  if (processes === 1) return runMany(first, count);
  const each = Math.ceil(count / processes);
  const starts = Array.from({ length: processes }, (_, n) => n * each).filter((start) => start < count);
  const reports = await Promise.all(starts.map((start) => runInProcess(first + start, Math.min(each, count - start))));
  const faults = new Map<string, number>();
  for (const [kind, n] of reports.flatMap((report) => report.faults)) faults.set(kind, (faults.get(kind) ?? 0) + n);
  return { faults: [...faults], wrong: reports.flatMap(({ wrong }) => wrong) };
}

async function main(): Promise<void> {
  const first = Number(values.seed ?? 1);
  if (values.seed !== undefined && values.schedules === undefined) {
    const { wrong } = await runSchedule(first, { trace: tell });
    tell(wrong === undefined ? `seed ${first}: all invariants hold` : `seed ${first}: ${wrong}`);
    if (wrong !== undefined) process.exitCode = 1;
    return;
  }
  const count = Number(values.schedules ?? 100_000);
  const began = performance.now();
  const report = await runAll(first, count, Number(values.processes));
  if (process.send) return void process.send(report);
  const seconds = (performance.now() - began) / 1_000;
  for (const [kind, n] of report.faults.sort(([, a], [, b]) => b - a)) tell(`${String(n).padStart(9)} × ${kind}`);
  tell(`${count} schedules from seed ${first} in ${seconds.toFixed(1)} s: ${Math.round(count / seconds)}/s`);
  const { wrong } = report;
  for (const { seed, what } of wrong.slice(0, MOST_TOLD)) tell(`seed ${seed}: ${what}`);
  tell(wrong.length === 0 ? 'All invariants hold.' : `${wrong.length} schedules failed; --seed N shows one.`);
  if (wrong.length > 0) process.exitCode = 1;
}

await main();
