import { setTimeout as pause } from 'node:timers/promises';
import { SendingStack, type Shop } from './delivery/sending-stack.js';
import { Parcels } from './fairness/parcels.js';
import { percentile, type Bench, type BenchOptions, type Result } from './harness.js';

const LARGEST = 2_000_000;
const EQUALS = 18;
const SMALLEST = 500;
/** Of the largest's people, how many each of the equals has; enough of them for several turns each. */
const EQUAL_SHARE = 1 / 20;
const FEWEST = 50_000;
const WORKERS = 2;
const PARCEL_EVERY_MS = 250;
const UNDISTURBED_PARCELS = 40;
const SMALL_EVERY_MS = 2_000;

/**
 * Twenty workspaces send at once over two workers: the largest, eighteen equals and the smallest, which sends again and
 * again while the others do; meanwhile the largest and one of the equals tell people of parcels. The floors are the same
 * small campaign and the same parcels while nobody else sends.
 */
export const bench: Bench = async (options) => {
  const { members = LARGEST } = options;
  const equal = Math.min(members, Math.max(FEWEST, Math.round(members * EQUAL_SHARE)));
  const stack = await SendingStack.start();
  try {
    options.log(`${members} people, ${EQUALS} times ${equal}, and ${SMALLEST}`);
    const sizes = [members, ...Array.from({ length: EQUALS }, () => equal), SMALLEST];
    const shops = await stack.openShops(sizes);
    const workers = [];
    for (let n = 0; n < WORKERS; n++) workers.push(await stack.startWorker());
    try {
      return await measure(stack, shops, options);
    } finally {
      for (const worker of workers) await worker.stop();
    }
  } finally {
    await stack.stop();
  }
};

async function measure(stack: SendingStack, shops: Shop[], options: BenchOptions): Promise<Result[]> {
  const smallest = shops.at(-1)!;
  const others = shops.slice(0, -1);
  const parcels = await Parcels.of(stack, others.slice(0, 2));
  let left = UNDISTURBED_PARCELS;
  const alone = await parcels.told(await parcels.ship(PARCEL_EVERY_MS, () => left-- > 0));
  const smallAlone = await sendSmall(stack, smallest);

  const drafts = await Promise.all(others.map(async (shop) => ({ shop, id: await stack.draft(shop, 'hello') })));
  const began = Date.now();
  await Promise.all(drafts.map(({ shop, id }) => stack.schedule(shop, id)));
  let sending = true;
  const allSent = async () => {
    for (const { shop, id } of drafts) while (!(await stack.isSent(shop, id))) await pause(500);
    sending = false;
  };
  const [small, shipped] = await Promise.all([
    repeatSmall(stack, smallest, () => sending),
    parcels.ship(PARCEL_EVERY_MS, () => sending),
    allSent(),
  ]);
  const told = await parcels.told(shipped);

  const accepted = await Promise.all(others.map((shop) => multicasts(stack, shop)));
  const last = Math.max(...accepted.map((at) => at.at(-1)!));
  const pages = accepted.reduce((sum, at) => sum + at.length, 0);
  options.log(`${pages} multicasts in ${((last - began) / 1000).toFixed(1)} s; parcels ${spread(told)}`);
  options.log(`small campaigns, seconds: ${small.map((s) => s.toFixed(1)).join(' ')}`);
  await insistOnOnce(stack, others);
  return [
    result('smallest_done_s', Math.max(...small), 's', smallAlone),
    result('jain', jain(sharesOf(accepted.slice(1), options)), '', 1),
    result('transactional_p99_ms', percentile(told, 0.99), 'ms', percentile(alone, 0.99)),
  ];
}

async function repeatSmall(stack: SendingStack, shop: Shop, goesOn: () => boolean): Promise<number[]> {
  const took: number[] = [];
  while (goesOn()) {
    took.push(await sendSmall(stack, shop));
    await pause(SMALL_EVERY_MS);
  }
  return took;
}

/** @returns seconds from asking for the campaign until LINE had accepted all of it */
async function sendSmall(stack: SendingStack, shop: Shop): Promise<number> {
  const before = (await stack.requestsOn(shop)).length;
  const id = await stack.draft(shop, 'hello');
  const began = Date.now();
  await stack.schedule(shop, id);
  while (!(await stack.isSent(shop, id))) await pause(100);
  const requests = (await stack.requestsOn(shop)).slice(before);
  return (Math.max(...requests.map(({ at }) => at)) - began) / 1000;
}

async function multicasts(stack: SendingStack, shop: Shop): Promise<number[]> {
  const requests = await stack.requestsOn(shop);
  return requests.flatMap(({ endpoint, at }) => (endpoint === 'multicast' ? [at] : []));
}

/** How many pages each had by the moment at which the first of them had all. */
function sharesOf(accepted: number[][], options: BenchOptions): number[] {
  const end = Math.min(...accepted.map((at) => at.at(-1)!));
  const shares = accepted.map((at) => at.filter((moment) => moment <= end).length);
  options.log(`pages of the equals when the first of them was done: ${shares.join(' ')}`);
  return shares;
}

/** 1 where all have the same, 1 / n where one has everything: Jain, Chiu and Hawe, DEC-TR-301 (1984). */
function jain(shares: number[]): number {
  const sum = shares.reduce((all, share) => all + share, 0);
  const squares = shares.reduce((all, share) => all + share * share, 0);
  return (sum * sum) / (shares.length * squares);
}

async function insistOnOnce(stack: SendingStack, shops: Shop[]): Promise<void> {
  for (const shop of shops) {
    const { receivedMore, rateLimited } = await stack.ledgerOf(shop);
    if (receivedMore > 0 || rateLimited > 0)
      throw new Error(`${receivedMore} got it more than once; ${rateLimited} answers 429.`);
  }
}

function result(metric: string, value: number, unit: string, floor: number): Result {
  // Of a share more is better, of a time less.
  return { metric, value, unit, floor, ratio: unit === '' ? value / floor : floor / value };
}

function spread(values: number[]): string {
  const at = [0.5, 0.9, 0.99, 1].map((share) => percentile(values, share).toFixed(0));
  return `${at.join(', ')} ms (half, 90 %, 99 %, all of ${values.length})`;
}
