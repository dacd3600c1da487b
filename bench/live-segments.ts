import { fork } from 'node:child_process';
import { join } from 'node:path';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Config, ConfigModule } from '#config';
import { DatabaseModule } from '#database';
import { JobsModule } from '#jobs';
import { newId, SystemClock, type Scope } from '#kernel';
import { LiveSegments, Segments, SegmentsModule } from '#segments';
import { ApiKeys, WorkspacesModule } from '#workspaces';
import { percentile, type Bench, type Result } from './harness.js';
import { liveRules } from './live-segments/live-rules.js';
import { LiveStack } from './live-segments/live-stack.js';
import type { Load, LoadDone } from './live-segments/load.js';
import { WORKSPACE } from './segments/generated-shop.js';

const MEMBERS = 1_000_000;
const SEGMENTS = 50;
const PER_SECOND = 200;
const SECONDS = 60;
const WARM_UP_SECONDS = 10;
const FLOOR_UPDATES = 2_000;
const WAIT_MS = 250;

/**
 * Single events by HTTP into a shop with live segments: from the commit of an event to the commit of the outbox row that
 * tells who has entered or left because of it, both as Postgres notes them. The floor is one raw `UPDATE` of one member
 * and its commit on the same server while it has nothing else to do.
 */
export const bench: Bench = async (options) => {
  const { members = MEMBERS } = options;
  const log = (line: string) => options.log(line);
  const stack = await LiveStack.start(members, log);
  try {
    const app = await startSegments(stack.url);
    try {
      return await measureAll(stack, app, { members, log });
    } finally {
      await app.close();
    }
  } finally {
    await stack.stop();
  }
};

interface Given {
  members: number;
  log: (line: string) => void;
}

async function measureAll(stack: LiveStack, app: INestApplicationContext, { members, log }: Given): Promise<Result[]> {
  const floor = await updateOneByOne(stack, members);
  log(`one-row update: median ${percentile(floor, 0.5).toFixed(2)} ms, p99 ${percentile(floor, 0.99).toFixed(2)} ms`);
  const { key } = await app.get(ApiKeys).grant(scope, { name: 'Bench', permits: ['*'] });
  const buildMs = await build(stack, app);
  const { rows } = await stack.owner.query<{ n: string }>('SELECT count(*) AS n FROM live_segment_members');
  log(`${SEGMENTS} segments built in ${(buildMs / 1000).toFixed(1)} s, ${rows[0]?.n} memberships`);
  await stack.owner.query('VACUUM (ANALYZE) live_segment_members');

  const load = { url: stack.api.url, apiKey: key, members, perSecond: PER_SECOND };
  await send({ ...load, name: 'warm', seconds: WARM_UP_SECONDS });
  await quiet(stack);
  const steady = await measured(stack, { ...load, name: 'steady', seconds: SECONDS }, log);
  await expectExact(stack, app, log);

  const recomputeMs = await recompute(stack);
  log(`${SEGMENTS} segments recomputed in ${(recomputeMs / 1000).toFixed(1)} s`);
  const again = recompute(stack);
  const midnight = await measured(stack, { ...load, name: 'midnight', seconds: 20 }, log);
  await again;
  const against = (metric: string, value: number, share: number): Result => {
    const least = percentile(floor, share);
    return { metric, value, unit: 'ms', floor: least, ratio: least / value };
  };
  return [
    against('live_p50_ms', percentile(steady, 0.5), 0.5),
    against('live_p99_ms', percentile(steady, 0.99), 0.99),
    { metric: 'midnight_p99_ms', value: percentile(midnight, 0.99), unit: 'ms' },
    { metric: 'build_ms', value: buildMs, unit: 'ms' },
    { metric: 'recompute_ms', value: recomputeMs, unit: 'ms' },
  ];
}

/** @returns milliseconds of each update */
async function updateOneByOne({ owner }: LiveStack, members: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < FLOOR_UPDATES; n++) {
    const start = performance.now();
    await owner.query({
      name: 'floor',
      text: 'UPDATE members SET profiled = true WHERE workspace_id = $1 AND id = $2',
      values: [WORKSPACE, 1 + ((n * 7919) % members)],
    });
    times.push(performance.now() - start);
  }
  return times;
}

async function build(stack: LiveStack, app: INestApplicationContext): Promise<number> {
  const ids = liveRules(SEGMENTS, scope.clock.now()).map((rule) => ({ id: newId(), rule }));
  for (const { id, rule } of ids)
    await stack.owner.query(
      `INSERT INTO segments (workspace_id, id, name, rule, created_at, updated_at) VALUES ($1, $2, 's', $3, now(), now())`,
      [WORKSPACE, id, JSON.stringify(rule)],
    );
  const start = performance.now();
  for (const { id } of ids) await app.get(LiveSegments).watch(scope, id, { kind: 'journey', id: newId() });
  await until(stack, `SELECT count(*) FILTER (WHERE state = 'live') = ${SEGMENTS} AS done FROM live_segments`);
  return performance.now() - start;
}

/** As when a day begins. */
async function recompute(stack: LiveStack): Promise<number> {
  const start = performance.now();
  const { rows } = await stack.owner.query<{ now: Date }>(
    'UPDATE live_segments SET recompute_at = now() RETURNING now()',
  );
  const since = rows[0]!.now.toISOString();
  await until(stack, `SELECT bool_and(as_of >= '${since}') AS done FROM live_segments`);
  return performance.now() - start;
}

/** @returns milliseconds from commit to commit, of every change */
async function measured(stack: LiveStack, load: Load, log: Given['log']): Promise<number[]> {
  const { owner } = stack;
  await owner.query('TRUNCATE heard.changes');
  const before = stack.cpuSeconds();
  const { answers } = await send(load);
  const after = stack.cpuSeconds();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const { rows } = await owner.query<{ ms: string }>(
    `SELECT extract(epoch FROM pg_xact_commit_timestamp(c.xmin) - e.committed_at) * 1000 AS ms
       FROM heard.changes c CROSS JOIN LATERAL jsonb_array_elements_text(c.payload -> 'memberIds') m (id)
       JOIN LATERAL (SELECT pg_xact_commit_timestamp(e.xmin) AS committed_at FROM events e
                      WHERE e.member_id = m.id::bigint AND starts_with(e.id, $1) AND e.workspace_id = $2
                        AND pg_xact_commit_timestamp(e.xmin) < pg_xact_commit_timestamp(c.xmin)
                      ORDER BY e.seq DESC LIMIT 1) e ON true`,
    [`${load.name}-`, WORKSPACE],
  );
  const times = rows.map(({ ms }) => Number(ms));
  const [p50, p99, worst] = [0.5, 0.99, 1].map((share) => percentile(times, share).toFixed(0));
  log(`${load.name}: ${times.length} changes, p50 ${p50}, p99 ${p99}, worst ${worst} ms`);
  const used = (['api', 'worker', 'postgres'] as const).map(
    (who) => `${who} ${((after[who] - before[who]) / load.seconds).toFixed(2)}`,
  );
  log(`${load.name}: processors used: ${used.join(', ')}`);
  log(`${load.name}: HTTP p50 ${percentile(answers, 0.5).toFixed(1)}, p99 ${percentile(answers, 0.99).toFixed(1)} ms`);
  return times;
}

async function expectExact(stack: LiveStack, app: INestApplicationContext, log: Given['log']): Promise<void> {
  await quiet(stack);
  const { rows } = await stack.owner.query<{ rule: never; known: number }>(
    `SELECT s.rule, (SELECT count(*) FROM live_segment_members l WHERE l.workspace_id = s.workspace_id AND l.segment_id = s.id)::int AS known
       FROM segments s ORDER BY s.id`,
  );
  for (const { rule, known } of rows) {
    const { count } = await app.get(Segments).preview(scope, { rule });
    if (count !== known) throw new Error(`${JSON.stringify(rule)} means ${count} members, ${known} are known.`);
  }
  log(`all ${rows.length} segments hold exactly the members that their rules mean`);
}

/** Sends from a process of its own. */
async function send(load: Load): Promise<LoadDone> {
  const child = fork(join(import.meta.dirname, 'live-segments/load.js'), [JSON.stringify(load)], { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('message', (done) => resolve(done as LoadDone));
    child.once('close', (code) => reject(new Error(`The load generator ended with ${code}.`)));
  });
}

function quiet(stack: LiveStack): Promise<void> {
  return until(
    stack,
    `SELECT NOT EXISTS (SELECT FROM outbox WHERE NOT recurring) AND NOT EXISTS (SELECT FROM live_segment_marks) AS done`,
  );
}

async function until({ owner }: LiveStack, statement: string): Promise<void> {
  for (;;) {
    const { rows } = await owner.query<{ done: boolean }>(statement);
    if (rows[0]?.done) return;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}

const clock = new SystemClock();
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

function startSegments(url: string): Promise<INestApplicationContext> {
  const encryptionKeys = `bench:${Buffer.alloc(32, 7).toString('base64')}`;
  const config = Object.assign(new Config(), { databaseUrl: url, encryptionKeys, queueUrl: process.env.QUEUE_URL });
  const root: DynamicModule = {
    module: BenchModule,
    imports: [
      ConfigModule.forRoot(config, clock),
      DatabaseModule.forRoot({ url, poolSize: 2 }),
      JobsModule.forRoot({ databaseUrl: url, queueUrl: config.queueUrl, prefix: config.queuePrefix, work: false }),
      SegmentsModule,
      WorkspacesModule,
    ],
  };
  return NestFactory.createApplicationContext(root, { logger: ['error'] });
}
