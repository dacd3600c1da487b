import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import type { Bench } from './harness.js';
import { ApiProcess } from './api-process.js';
import type { Load, LoadDone } from './ingest/load.js';
import { memberId } from './ingest/purchases.js';
import { insertRaw } from './ingest/raw-inserts.js';

const MEMBERS = 20_000;
/** Events in a batch. */
const SIZE = 500;
const BATCHES = 400;
const WARM_UP_BATCHES = 40;
const BATCH_CONNECTIONS = 4;
const SINGLES = 20_000;
const WARM_UP_SINGLES = 2_000;
const SINGLE_CONNECTIONS = 64;

/**
 * Purchases by HTTP, committed before they are answered: 500 a request, and one a request from 64 connections.
 *
 * The floor is measured on the same server, in a second database with the same tables and indexes: the purchases' bare
 * rows (one of `events`, one of `orders`, one or two of `order_lines`) by three prepared `INSERT … SELECT FROM unnest`
 * and a commit, over two connections for batches (one per core) and sixteen for single purchases. It reads no HTTP,
 * checks nothing, and keeps neither members nor sums nor histories.
 */
export const bench: Bench = async (options) => {
  const { members = MEMBERS } = options;
  const api = await ApiProcess.start();
  try {
    const url = await api.twin();
    const raw = { url, members };
    await insertRaw({ ...raw, from: 0, transactions: WARM_UP_BATCHES, size: SIZE, connections: 2 });
    const floor = await insertRaw({ ...raw, from: 1e6, transactions: BATCHES, size: SIZE, connections: 2 });
    options.log(`raw batches: ${floor.toFixed(0)} purchases/s`);
    const singleFloor = await insertRaw({ ...raw, from: 2e6, transactions: SINGLES, size: 1, connections: 16 });
    options.log(`raw singles: ${singleFloor.toFixed(0)} purchases/s`);

    const apiKey = await api.makeWorkspace();
    await makeMembers(api, apiKey, members);
    const to = { port: api.port, apiKey, members };
    const batches = { ...to, size: SIZE, connections: BATCH_CONNECTIONS };
    await send({ ...batches, from: 0, requests: WARM_UP_BATCHES });
    const value = await send({ ...batches, from: 1e6, requests: BATCHES });
    options.log(`batches: ${value.toFixed(0)} events/s`);
    const singles = { ...to, size: 1, connections: SINGLE_CONNECTIONS };
    await send({ ...singles, from: 2e6, requests: WARM_UP_SINGLES });
    const single = await send({ ...singles, from: 3e6, requests: SINGLES });
    options.log(`singles: ${single.toFixed(0)} events/s`);
    await expectStored(api, (WARM_UP_BATCHES + BATCHES) * SIZE + WARM_UP_SINGLES + SINGLES);
    return [
      { metric: 'events_per_s', value, unit: '1/s', floor, ratio: value / floor },
      { metric: 'single_events_per_s', value: single, unit: '1/s', floor: singleFloor, ratio: single / singleFloor },
    ];
  } finally {
    await api.stop();
  }
};

async function makeMembers(api: ApiProcess, apiKey: string, members: number): Promise<void> {
  for (let from = 0; from < members; from += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, members - from) }, (_, n) => ({
      externalId: memberId(from + n),
    }));
    await api.post('/v1/members/batch', apiKey, { members: batch });
  }
}

/** Sends from a process of its own. @returns events a second */
async function send(load: Load): Promise<number> {
  const child = fork(join(import.meta.dirname, 'ingest/load.js'), [JSON.stringify(load)], { execArgv: [] });
  const [done] = (await Promise.race([once(child, 'message'), failureOf(child)])) as [LoadDone];
  if (done.accepted !== load.requests * load.size) throw new Error(`Only ${done.accepted} events were accepted.`);
  return done.accepted / done.seconds;
}

async function failureOf(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number];
  throw new Error(`The load generator ended with ${code}.`);
}

async function expectStored(api: ApiProcess, expected: number): Promise<void> {
  const client = new pg.Client(api.ownerUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ events: number; counted: number }>(
      'select (select count(*) from events)::int as events, (select sum(purchase_count) from members)::int as counted',
    );
    const [row] = rows;
    if (row?.events !== expected || row.counted !== expected) {
      throw new Error(`${expected} purchases were accepted, ${row?.events} are stored, ${row?.counted} are counted.`);
    }
  } finally {
    await client.end();
  }
}
