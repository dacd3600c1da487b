import { fork } from 'node:child_process';
import { join } from 'node:path';
import { messagingApi } from '@line/bot-sdk';
import type { Child } from './delivery/child.js';
import { SendingStack } from './delivery/sending-stack.js';
import { percentile, type Bench } from './harness.js';
import type { Load, LoadDone } from './triggers/load.js';

const PER_SECOND = 200;
const SECONDS = 60;
const WARM_UP_SECONDS = 10;
const FLOOR_PUSHES = 500;
const PATIENCE_MS = 60_000;

/**
 * Purchases by HTTP, 200 a second (`--members` of them in all), one a request, into a journey that thanks for each at once:
 * from the moment an event is to be posted until LINE has its request. The floor, while the machine has nothing else to do:
 * a row inserted and committed by raw SQL, then a push by the bare SDK.
 */
export const bench: Bench = async (options) => {
  const stack = await SendingStack.start();
  const seconds = Math.ceil((options.members ?? PER_SECOND * SECONDS) / PER_SECOND);
  try {
    const shop = await stack.openShop(PER_SECOND * (seconds + WARM_UP_SECONDS));
    const floor = await bare(stack);
    options.log(`bare: p50 ${percentile(floor, 0.5).toFixed(1)} ms, p99 ${percentile(floor, 0.99).toFixed(1)} ms`);
    const worker = await stack.startWorker();
    try {
      await thankForPurchases(stack, shop);
      const load = { url: stack.apiUrl, apiKey: shop.key, perSecond: PER_SECOND };
      await measured(stack, { ...load, from: 0, seconds: WARM_UP_SECONDS });
      const used = processorTime(stack, worker);
      const { latencies, answers } = await measured(stack, { ...load, from: PER_SECOND * WARM_UP_SECONDS, seconds });
      options.log(used(latencies.length));
      const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
      options.log(
        `HTTP: p50 ${percentile(answers, 0.5).toFixed(0)} ms, p99 ${percentile(answers, 0.99).toFixed(0)} ms`,
      );
      options.log(`worst ${Math.max(...latencies).toFixed(0)} ms; worker ${worker.rssMb().toFixed(0)} MB`);
      const [floor50, floor99] = [percentile(floor, 0.5), percentile(floor, 0.99)];
      return [
        { metric: 'p50_ms', value: p50, unit: 'ms', floor: floor50, ratio: floor50 / p50 },
        { metric: 'p99_ms', value: p99, unit: 'ms', floor: floor99, ratio: floor99 / p99 },
      ];
    } finally {
      await worker.stop();
    }
  } finally {
    await stack.stop();
  }
};

/** @returns says how many milliseconds of a processor each event has cost since, and whose */
function processorTime(stack: SendingStack, worker: Child): (events: number) => string {
  const before = stack.cpuSeconds(worker);
  return (events) => {
    const after = stack.cpuSeconds(worker);
    const programs = ['api', 'worker', 'postgres', 'emulator'] as const;
    const each = programs.map((program) => ((after[program] - before[program]) * 1000) / events);
    const whole = each.reduce((sum, milliseconds) => sum + milliseconds, 0);
    return `processor ms an event: ${whole.toFixed(2)} (${programs.map((p, i) => `${p} ${each[i]!.toFixed(2)}`).join(', ')})`;
  };
}

async function thankForPurchases(stack: SendingStack, { key, channelId }: { key: string; channelId: string }) {
  const messages = [{ type: 'text', text: 'ご注文 {{event.orderId}} をありがとうございます。' }];
  const steps = [{ id: 'thank', kind: 'send', class: 'transactional', messages }];
  const definition = { channelId, start: { on: 'event', event: 'purchase' }, steps };
  const { id } = await stack.request<{ id: string }>('POST', '/v1/journeys', { name: 'Bench', definition }, key);
  await stack.request('POST', `/v1/journeys/${id}/activate`, undefined, key);
}

/** @returns milliseconds from when each event was due until LINE had its request */
async function measured(stack: SendingStack, load: Load): Promise<{ latencies: number[]; answers: number[] }> {
  const { postedAt, answers } = await send(load);
  const total = load.from + postedAt.length;
  const began = performance.now();
  for (let accepted = 0; accepted < total;) {
    accepted = (await requests(stack)).size;
    if (performance.now() - began > PATIENCE_MS) throw new Error(`LINE was asked ${accepted} times, not ${total}.`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const acceptedAt = await requests(stack);
  const requestOf = await requestsByMember(stack);
  const latencies = postedAt.map((at, n) => acceptedAt.get(requestOf.get(`m${load.from + n}`)!)! - at);
  if (latencies.some(Number.isNaN)) throw new Error('Somebody was not sent to.');
  return { latencies, answers };
}

/** When LINE accepted each request, by its id. */
async function requests(stack: SendingStack): Promise<Map<string, number>> {
  const all = new Map<string, number>();
  for (let offset = 0; ; offset += 10_000) {
    const path = `ledger/requests?channelId=${stack.lineChannelId}&offset=${offset}&limit=10000`;
    const { requests: some } = await stack.control<{ requests: { requestId: string; at: number }[] }>('GET', path);
    for (const { requestId, at } of some) all.set(requestId, at);
    if (some.length < 10_000) return all;
  }
}

async function requestsByMember(stack: SendingStack): Promise<Map<string, string>> {
  // What was accepted last is written down a moment later.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { rows } = await stack.asOwner((owner) =>
    owner.query<{ member: string; request: string }>(
      `select m.external_id as member, o.request_id as request from recipient_outcomes o
         join members m on m.workspace_id = o.workspace_id and m.id = o.member_id where o.state = 'accepted'`,
    ),
  );
  return new Map(rows.map(({ member, request }) => [member, request]));
}

function send(load: Load): Promise<LoadDone> {
  const child = fork(join(import.meta.dirname, 'triggers/load.js'), [JSON.stringify(load)], { execArgv: [] });
  return new Promise((resolve, reject) => {
    // What it said last may arrive after it is gone.
    child.once('message', (done) => resolve(done as LoadDone));
    child.once('exit', (code) => code !== 0 && reject(new Error(`The load generator ended with ${code}.`)));
  });
}

/** @returns milliseconds of a commit and a push, one after the other */
async function bare(stack: SendingStack): Promise<number[]> {
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: stack.accessToken,
    baseURL: stack.emulator.url,
  });
  const times: number[] = [];
  await stack.asOwner(async (owner) => {
    await owner.query('create table bare (id bigint generated always as identity primary key, body jsonb)');
    for (let n = 0; n < FLOOR_PUSHES; n++) {
      const began = performance.now();
      await owner.query(`insert into bare (body) values ($1)`, [JSON.stringify({ n })]);
      const to = `U00000001${(n % 1000).toString(16).padStart(24, '0')}`;
      await client.pushMessage({ to, messages: [{ type: 'text', text: 'bare' }] }, crypto.randomUUID());
      times.push(performance.now() - began);
    }
    await owner.query('drop table bare');
  });
  await stack.control('POST', 'reset', { keep: 'accounts' });
  return times;
}
