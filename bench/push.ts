import { setTimeout as pause } from 'node:timers/promises';
import { messagingApi } from '@line/bot-sdk';
import { SendingStack, type Shop } from './delivery/sending-stack.js';
import type { Bench, BenchOptions, Result } from './harness.js';

const FRIENDS = 60_000;
/** Requests of the bare SDK, and how many of them at a time. */
const BARE = { requests: 20_000, atOnce: 64 };
const CHANNELS = 4;
const WORKERS = 2;
const TEXT = 'hello {{member.externalId}}, {{member.rank}}';

/**
 * A campaign with everybody's own content on one channel, and then one on each of four channels in two workers, beside
 * what the SDK alone does in a loop without limits or ledger.
 */
export const bench: Bench = async (options) => {
  const { members = FRIENDS } = options;
  const stack = await SendingStack.start();
  try {
    const each = Math.ceil(members / 2);
    const [one, ...four] = await stack.openShops([members, ...Array.from({ length: CHANNELS }, () => each)]);
    const floor = await bareSdk(stack);
    options.log(`bare SDK: ${floor.toFixed(0)} requests/s`);
    await stack.control('POST', 'reset', { keep: 'accounts' });
    return [
      { ...against(floor, await oneChannel(stack, one!, { ...options, members })), metric: 'pushes_per_s' },
      { ...against(floor, await manyChannels(stack, four, options)), metric: `pushes_per_s_${CHANNELS}_channels` },
    ];
  } finally {
    await stack.stop();
  }
};

async function oneChannel(stack: SendingStack, shop: Shop, options: BenchOptions): Promise<number> {
  const sent = await stack.send(shop, TEXT);
  options.log(`received once ${sent.receivedOnce}, more often ${sent.receivedMore}; 429 answers ${sent.rateLimited}`);
  options.log(`at most ${sent.peakPerSecond} in a second; worker at most ${Math.max(...sent.rssMb).toFixed(0)} MB`);
  const seconds = (sent.acceptedAt.at(-1)! - sent.acceptedAt[0]!) / 1000;
  options.log(`processor seconds: ${JSON.stringify(sent.cpu)} in ${seconds.toFixed(1)} s`);
  if (sent.receivedOnce !== options.members || sent.receivedMore > 0)
    throw new Error('Not everybody was sent to once.');
  return perSecond(sent.acceptedAt);
}

async function manyChannels(stack: SendingStack, shops: Shop[], options: BenchOptions): Promise<number> {
  const workers = [];
  for (let n = 0; n < WORKERS; n++) workers.push(await stack.startWorker());
  try {
    const drafts = await Promise.all(shops.map(async (shop) => ({ shop, id: await stack.draft(shop, TEXT) })));
    const before = workers.map((worker) => stack.cpuSeconds(worker));
    await Promise.all(drafts.map(({ shop, id }) => stack.schedule(shop, id)));
    for (const { shop, id } of drafts) while (!(await stack.isSent(shop, id))) await pause(250);
    const after = workers.map((worker) => stack.cpuSeconds(worker));
    const ledgers = await Promise.all(shops.map((shop) => stack.ledgerOf(shop)));
    const bad = ledgers.filter(({ receivedMore, rateLimited }) => receivedMore + rateLimited > 0);
    if (bad.length > 0) throw new Error('Somebody was sent to twice, or LINE was asked too often.');
    const acceptedAt = ledgers.flatMap((ledger) => ledger.acceptedAt).sort((a, b) => a - b);
    const worked = before.map(({ worker }, n) => (after[n]!.worker - worker).toFixed(1)).join(', ');
    const rest = (['emulator', 'postgres', 'api'] as const).map(
      (who) => `${who} ${(after[0]![who] - before[0]![who]).toFixed(1)}`,
    );
    options.log(`${acceptedAt.length} pushes; processor seconds: workers ${worked}, ${rest.join(', ')}`);
    return perSecond(acceptedAt);
  } finally {
    for (const worker of workers) await worker.stop();
  }
}

/** From the first request to the last. */
function perSecond(acceptedAt: number[]): number {
  return ((acceptedAt.length - 1) / (acceptedAt.at(-1)! - acceptedAt[0]!)) * 1000;
}

function against(floor: number, value: number): Omit<Result, 'metric'> {
  return { value, unit: '1/s', floor, ratio: value / floor };
}

async function bareSdk(stack: SendingStack): Promise<number> {
  await stack.control('PATCH', 'settings', { rateLimits: false });
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: stack.accessToken,
    baseURL: stack.emulator.url,
  });
  let next = 0;
  const flow = async () => {
    for (let i = next++; i < BARE.requests; i = next++) {
      const to = `U00000001${(i % 1000).toString(16).padStart(24, '0')}`;
      await client.pushMessage({ to, messages: [{ type: 'text', text: `hello m${i}, gold` }] }, crypto.randomUUID());
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: BARE.atOnce }, flow));
  const seconds = (performance.now() - began) / 1000;
  await stack.control('PATCH', 'settings', { rateLimits: true });
  return BARE.requests / seconds;
}
