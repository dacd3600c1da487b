import { parseArgs } from 'node:util';
import type { Bench, Result } from './harness.js';

/** `npm run bench -- NAME [--members N] [--json]`; one file a benchmark, loaded only when asked for. */
const NAMES = [
  'segments',
  'live-segments',
  'member-search',
  'ingest',
  'webhooks',
  'campaign',
  'push',
  'recipients',
  'fairness',
  'rich-menus',
  'simulate',
  'triggers',
  'timers',
  'recovery',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { members: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const [name] = positionals;
if (!name || !NAMES.includes(name)) {
  console.error(`Name one of: ${NAMES.join(', ')}.`);
  process.exit(2);
}
const { bench } = (await import(`./${name}.js`)) as { bench: Bench };
const results = await bench({
  members: values.members === undefined ? undefined : Number(values.members),
  log: values.json ? () => undefined : (line) => console.error(line),
});
console.log(values.json ? JSON.stringify({ name, results }) : results.map(toLine).join('\n'));

function toLine({ metric, value, unit, floor, ratio }: Result): string {
  const beside = floor === undefined ? '' : `   floor ${round(floor)} ${unit}   ratio ${ratio?.toFixed(2) ?? '-'}`;
  return `${metric.padEnd(44)} ${round(value).padStart(12)} ${unit}${beside}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
