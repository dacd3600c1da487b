import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ChaosRun, type Summary } from './chaos-run.js';
import { ChaosStack } from './chaos-stack.js';
import { hasRedis } from './stores.js';

/** `npm run chaos -- [--kills N] [--seed S] [--people N] [--queue redis|postgres]`; ends with 1 where anything differs. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    people: { type: 'string', default: '1000' },
    queue: { type: 'string', default: hasRedis() ? 'redis' : 'postgres' },
  },
});
const [kills, seed, people] = [values.kills, values.seed, values.people].map(Number) as [number, number, number];
const queue = values.queue === 'redis' ? 'redis' : 'postgres';
if (!hasRedis()) console.log('There is no redis-server on this machine: the queue lives in Postgres.');

const dist = join(import.meta.dirname, '../..');
const starting = ChaosStack.start({ dist, queue, workers: 2 });
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    // What is under way fails when everything ends; that is no news then.
    process.on('unhandledRejection', () => undefined);
    void starting.then((stack) => stack.stop()).finally(() => process.exit(1));
  });
const stack = await starting;
try {
  const began = performance.now();
  const summary = await new ChaosRun(stack, { kills, seed, people, log: (line) => console.log(line) }).run();
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(`seed ${seed}: ${kills} kills in ${seconds} s, two workers, the queue in ${queue}`);
  for (const line of told(summary)) console.log(line);
  if (summary.wrong.length > 0) process.exitCode = 1;
} finally {
  await stack.stop();
}

function told({ deaths, disturbances, recoveries, wrong, ...counts }: Summary): string[] {
  const sorted = [...recoveries].sort((a, b) => a - b);
  const share = (part: number) => `${sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0} ms`;
  const lines = [...deaths, ...disturbances].map(([name, times]) => `  ${String(times).padStart(5)} × ${name}`);
  return [
    ...lines.sort((a, b) => a.slice(8).localeCompare(b.slice(8))),
    `${counts.events} events, ${counts.campaigns} campaigns, ${counts.notices} shipments, ${counts.carts} carts`,
    `LINE accepted ${counts.accepted} requests, and answered 409 to ${counts.repeats} that came again`,
    `told again after a death: p50 ${share(0.5)}, p99 ${share(0.99)}, at most ${share(1)}`,
    ...(wrong.length === 0 ? ['All invariants hold.'] : [`${wrong.length} things differ; seed ${seed}:`, ...wrong]),
  ];
}
