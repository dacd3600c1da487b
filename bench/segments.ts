import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { Config, ConfigModule } from '#config';
import { DatabaseModule } from '#database';
import { JobsModule } from '#jobs';
import { VirtualClock, type Scope } from '#kernel';
import { Segments, SegmentsModule } from '#segments';
import { median, type Bench, type Result } from './harness.js';
import { AS_OF, WORKSPACE } from './segments/generated-shop.js';
import { shapes, type Shape } from './segments/shapes.js';
import { openShop, type ShopDatabase } from './segments/shop-database.js';

const MEMBERS = 1_000_000;
const DIRECTORY = '.data/bench/segments';
const RUNS = 7;
const FLOOR_RUNS = 3;

/**
 * Previews of twelve shapes of rules through the real service, with row-level security, as of one fixed moment: how many,
 * of these linked, of these reachable. The floor is the obvious SQL over plain rows with ordinary indexes, on the same
 * server with the same settings, by a role that no row-level security holds up; both must come to the same numbers.
 */
export const bench: Bench = async (options) => {
  const { members = MEMBERS } = options;
  const log = (line: string) => options.log(line);
  const shop = await openShop(DIRECTORY, members, log);
  try {
    const app = await startSegments(shop);
    try {
      return await measureAll(app, shop, log);
    } finally {
      await app.close();
    }
  } finally {
    await shop.stop();
  }
};

async function measureAll(
  app: INestApplicationContext,
  shop: ShopDatabase,
  log: (line: string) => void,
): Promise<Result[]> {
  const owner = new pg.Client(shop.ownerUrl);
  await owner.connect();
  const segments = app.get(Segments);
  const results: Result[] = [];
  for (const shape of shapes) {
    const ours = await timed(RUNS, () => segments.preview(scope, { rule: shape.rule, asOf: AS_OF }));
    const obvious = await timed(FLOOR_RUNS, () => countObviously(owner, shape));
    const { asOf: _asOf, ...counts } = ours.answer;
    if (JSON.stringify(counts) !== JSON.stringify(obvious.answer))
      throw new Error(
        `"${shape.name}" comes to ${JSON.stringify(counts)}, by the obvious SQL ${JSON.stringify(obvious.answer)}.`,
      );
    log(`${shape.name}: ${ours.ms.toFixed(1)} ms, obviously ${obvious.ms.toFixed(0)} ms, ${JSON.stringify(counts)}`);
    results.push({ metric: shape.name, value: ours.ms, unit: 'ms', floor: obvious.ms, ratio: obvious.ms / ours.ms });
  }
  await owner.end();
  const values = results.map(({ value }) => value);
  log(`median ${median(values).toFixed(1)} ms, worst ${Math.max(...values).toFixed(1)} ms`);
  return results;
}

/** The median of several runs after one that warms up. */
async function timed<T>(runs: number, work: () => Promise<T>): Promise<{ answer: T; ms: number }> {
  const answer = await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return { answer, ms: median(times) };
}

async function countObviously(owner: pg.Client, { obvious }: Shape) {
  const { rows } = await owner.query<{ count: string; linked: string; reachable: string }>(
    `select count(*), count(*) filter (where m.linked) as linked, count(*) filter (where m.friend) as reachable
       from raw.members m where ${obvious}`,
  );
  const row = rows[0]!;
  return { count: Number(row.count), linked: Number(row.linked), reachable: Number(row.reachable) };
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

function startSegments({ url }: ShopDatabase): Promise<INestApplicationContext> {
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
      SegmentsModule,
    ],
  };
  return NestFactory.createApplicationContext(root, { logger: ['error'] });
}
