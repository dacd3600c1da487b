import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { VirtualClock } from '#kernel';
import { startStack, type Stack, type StackOptions } from '../../apps/standalone/stack.js';
import { runJourneys, startOfWeek, type JourneysReport } from './journeys/act.js';
import { runLinking, type LinkingReport } from './linking/act.js';
import { terminalProgress } from './progress.js';
import { readPurchases } from './purchases.js';
import { runDemo, type DemoReport } from './run-demo.js';

/** `npm run demo -- [--purchases FILE] [--json]`: the main job on a stack that is thrown away afterwards. */
const SAMPLE = fileURLToPath(new URL('../../../tools/demo/sample-purchases.csv', import.meta.url));

const { values } = parseArgs({
  options: { purchases: { type: 'string', default: SAMPLE }, json: { type: 'boolean', default: false } },
});
const file = readPurchases(values.purchases);
const progress = terminalProgress(process.stderr);
const [firstAct, differences, linking] = await onStack({}, async (stack) => {
  const [report, found] = await runDemo(stack, file, progress);
  const [linked, more] = await runLinking(stack, progress);
  return [report, [...found, ...more], linked] as const;
});
const clock = new VirtualClock(startOfWeek());
const [journeys, more] = await onStack({ clock }, (stack) => runJourneys(stack, clock, progress));
progress.end();
const report = { ...firstAct, linking, journeys };
console.log(values.json ? JSON.stringify(report) : forPeople(report, file.shop.currency));
const all = [...differences, ...more];
for (const difference of all) console.error(`DIFFERS: ${difference}`);
process.exitCode = all.length > 0 ? 1 : 0;

/** Does something on a stack of its own, of which nothing is left. */
async function onStack<T>(options: Pick<StackOptions, 'clock'>, work: (stack: Stack) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'tsunagi-demo-'));
  // Postgres may run as a user of its own, who has to get in.
  chmodSync(directory, 0o755);
  try {
    const stack = await startStack({ dataDir: directory, port: 0, emulate: { port: 0 }, logLevel: 'warn', ...options });
    try {
      return await work(stack);
    } finally {
      await stack.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function forPeople(
  report: DemoReport & { linking: LinkingReport; journeys: JourneysReport },
  currency: string,
): string {
  const { events, members, revenue, segments, campaigns, seconds, linking, journeys } = report;
  const routes = Object.entries(linking.byRoute).map(([route, count]) => `${route} ${count}`);
  return [
    `${events} purchases of ${members} members, ${revenue} ${currency} in all`,
    ...Object.entries(segments).map(([name, count]) => `  ${name.padEnd(32)} ${count}`),
    ...campaigns.map(
      (one) =>
        `${one.name}: ${one.audience} named, ${one.accepted} accepted, ${one.skipped} skipped; ` +
        `phones: ${one.receivedOnce} once, ${one.receivedMore} more than once, ${one.receivedByIneligible} ineligible`,
    ),
    `${seconds.toFixed(1)} s`,
    `linking: ${routes.join(', ')}; ${linking.tookOver} took over, ${linking.unlinked} unlinked, ${linking.linked} linked`,
    `rich menus: ${linking.menusAsDesired} as desired, ${linking.menusOther} other`,
    `a week of ${journeys.journeys} journeys: ${journeys.forecast} messages foretold, ${journeys.received} received, ` +
      `${journeys.onlyForecast} only foretold, ${journeys.onlyReceived} only received; ${journeys.seconds.toFixed(1)} s`,
  ].join('\n');
}
