import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { SimulationModule, Simulations } from '#automations';
import { Config, ConfigModule } from '#config';
import { DatabaseModule } from '#database';
import { JobsModule } from '#jobs';
import { VirtualClock, type Scope } from '#kernel';
import type { Bench } from './harness.js';
import { AS_OF, WORKSPACE } from './segments/generated-shop.js';
import { openShop } from './segments/shop-database.js';
import { cartAbandonment, ensureEvents, EVENTS } from './simulate/shop-events.js';

const MEMBERS = 200_000;
const DIRECTORY = '.data/bench/simulate';
/** Rows in memory at a time, as many as the simulation takes. */
const FETCH = 20_000;
/** Members walked by when caches are filled and code is compiled. */
const WARM = 20_000;

/**
 * The time machine over a million carts and purchases: a reminder of carts that were left, for whom a rule about links and
 * purchases holds at that moment, with its messages made for everybody who would get them. The floor reads the same events,
 * in the same order, through a cursor and does nothing with them.
 */
export const bench: Bench = async (options) => {
  const { members = MEMBERS } = options;
  const log = (line: string) => options.log(line);
  const shop = await openShop(DIRECTORY, members, log);
  try {
    const owner = new pg.Client(shop.ownerUrl);
    await owner.connect();
    await ensureEvents(owner, members, log);
    const app = await start(shop.url);
    try {
      const { value, grown, kept } = await simulate(app, log);
      // Afterwards, because what it leaves behind in this process would count as the simulation's memory.
      const floor = await seconds(() => readAll(owner));
      log(`reading by cursor: ${floor.toFixed(1)} s`);
      return [
        { metric: 'simulate_s', value, unit: 's', floor, ratio: floor / value },
        { metric: 'events_per_s', value: EVENTS / value, unit: '1/s', floor: EVENTS / floor, ratio: floor / value },
        { metric: 'memory_grown', value: grown, unit: 'MB' },
        { metric: 'memory_kept', value: kept, unit: 'MB' },
      ];
    } finally {
      await app.close();
      await owner.end();
    }
  } finally {
    await shop.stop();
  }
};

/**
 * How long it takes, and by how many megabytes the process grows after the first of them have been walked: what it takes
 * from the machine, and what of it is still needed while the last are walked. The difference is garbage that V8 leaves.
 */
async function simulate(
  app: INestApplicationContext,
  log: (line: string) => void,
): Promise<{ value: number; grown: number; kept: number }> {
  const simulations = app.get(Simulations);
  let before = 0;
  let most = 0;
  const needed: number[] = [];
  let walked = 0;
  let digest = '';
  const value = await seconds(async () => {
    const answer = await simulations.simulate(
      scope,
      { definition: cartAbandonment },
      {
        onResult: () => {
          walked += 1;
          if (walked % 10_000 !== 0) return;
          const rss = process.memoryUsage.rss();
          if (walked === WARM) before = rss;
          most = Math.max(most, rss);
          if (walked % WARM === 0) needed.push(neededBytes());
          log(`${walked} members walked, ${megabytes(rss)} MB, ${megabytes(needed.at(-1) ?? 0)} MB of them needed`);
        },
      },
    );
    ({ digest } = answer);
    log(JSON.stringify([answer.totals, answer.cost]));
  });
  log(`simulated: ${value.toFixed(1)} s, from ${megabytes(before)} MB to ${megabytes(most)} MB at most, ${digest}`);
  const kept = needed.length > 0 ? needed.at(-1)! - needed[0]! : 0;
  return { value, grown: (most - (before || most)) / 2 ** 20, kept: kept / 2 ** 20 };
}

/** Of the heap, once all garbage is collected. */
function neededBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

async function readAll(owner: pg.Client): Promise<void> {
  await owner.query('BEGIN');
  await owner.query(`DECLARE every CURSOR FOR SELECT seq, id, type, member_id, occurred_at, received_at, body FROM events
                      WHERE workspace_id = '${WORKSPACE}' ORDER BY member_id, occurred_at, seq`);
  let read = 0;
  for (let rows = -1; rows !== 0; read += rows) rows = (await owner.query(`FETCH ${FETCH} FROM every`)).rows.length;
  await owner.query('COMMIT');
  if (read !== EVENTS) throw new Error(`There are ${read} events.`);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

const clock = new VirtualClock(AS_OF);
const scope: Scope = {
  workspaceId: WORKSPACE,
  actor: { kind: 'system', id: 'bench' },
  permits: new Set(),
  timeZone: 'Asia/Tokyo',
  currency: 'JPY',
  clock,
};

@Module({})
class BenchModule {}

function start(url: string): Promise<INestApplicationContext> {
  const config = Object.assign(new Config(), {
    databaseUrl: url,
    encryptionKeys: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
  });
  const root: DynamicModule = {
    module: BenchModule,
    imports: [
      ConfigModule.forRoot(config, clock),
      DatabaseModule.forRoot({ url, poolSize: 2 }),
      JobsModule.forRoot({ databaseUrl: url, prefix: 'bench', work: false }),
      SimulationModule,
    ],
  };
  return NestFactory.createApplicationContext(root, { logger: ['error'] });
}
