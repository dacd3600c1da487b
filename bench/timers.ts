import pg from 'pg';
import type { Child } from './delivery/child.js';
import { SendingStack } from './delivery/sending-stack.js';
import type { Bench, BenchOptions } from './harness.js';

const RUNS = 100_000;
const BATCH = 500;
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 180_000;
/** With room to be lazy Node lets garbage lie; with little, what stays is what is held. */
const WORKER_FLAGS = ['--max-old-space-size=128'];

/**
 * Very many waits that end at the same moment, each followed by a send: from then until the last run has been taken on,
 * its send decided. The floor is a bare loop over a copy of the same rows: claim 500 by `FOR UPDATE SKIP LOCKED`, write
 * them, commit.
 */
export const bench: Bench = async (options) => {
  const { members = RUNS } = options;
  const stack = await SendingStack.start();
  try {
    const shop = await stack.openShop(members);
    const journey = await remindLater(stack, shop);
    await stack.asOwner((owner) => owner.query(waitingRuns('infinity'), [journey]));
    await stack.asOwner((owner) => owner.query('vacuum analyze journey_runs'));
    const floor = await stack.asOwner((owner) => bareLoop(owner, members));
    options.log(`bare loop: ${floor.toFixed(0)} runs/s`);
    const worker = await stack.startWorker(WORKER_FLAGS);
    try {
      const { seconds, rssMb } = await stack.asOwner((owner) => takeOn(owner, worker, options));
      const value = members / seconds;
      const [idle, most, last] = [rssMb[0]!, Math.max(...rssMb), rssMb.at(-1)!];
      options.log(`${members} runs in ${seconds.toFixed(1)} s`);
      options.log(`worker: ${idle.toFixed(0)} MB before, at most ${most.toFixed(0)}, ${last.toFixed(0)} at the end`);
      await expectAll(stack, members);
      return [
        { metric: 'claimed_per_s', value, unit: '1/s', floor, ratio: value / floor },
        { metric: 'all_claimed_s', value: seconds, unit: 's' },
        { metric: 'worker_most_mb', value: most, unit: 'MB' },
        { metric: 'worker_growth_mb', value: growth(rssMb), unit: 'MB' },
      ];
    } finally {
      await worker.stop();
    }
  } finally {
    await stack.stop();
  }
};

async function remindLater(
  stack: SendingStack,
  { key, channelId }: { key: string; channelId: string },
): Promise<string> {
  const messages = [{ type: 'text', text: 'カートに商品が残っています。' }];
  const steps = [
    { id: 'wait', kind: 'wait', for: { hours: 1 } },
    { id: 'remind', kind: 'send', class: 'transactional', messages },
  ];
  const cancel = [{ event: 'purchase' }];
  const definition = { channelId, start: { on: 'event', event: 'cart' }, steps, cancel };
  const { id } = await stack.request<{ id: string }>('POST', '/v1/journeys', { name: 'Bench', definition }, key);
  await stack.request('POST', `/v1/journeys/${id}/activate`, undefined, key);
  return id;
}

/** A cart of everybody, as the start leaves it. */
function waitingRuns(dueAt: string): string {
  return `
    insert into journey_runs (workspace_id, member_id, journey_id, version, start_seq, start_type, start_at, start_body,
                              state, step, at, wait_until, sent, made, due_at, look_from, decisions, started_at)
    select workspace_id, id, $1, 1, id::text, 'cart', now() - interval '1 hour',
           '{"cartId": "c", "items": [{"productId": "p", "name": "p", "quantity": 1, "unitPrice": 500}]}',
           'waiting', 'wait', now() - interval '1 hour', now(), false, 1, '${dueAt}', 1, 2, now() - interval '1 hour'
      from members`;
}

/** @returns runs a second */
async function bareLoop(owner: pg.Client, runs: number): Promise<number> {
  await owner.query('create table bare_runs (like journey_runs including all)');
  await owner.query('insert into bare_runs overriding system value select * from journey_runs');
  await owner.query('update bare_runs set due_at = now()');
  await owner.query('vacuum analyze bare_runs');
  const began = performance.now();
  for (let left = runs; left > 0;) {
    const { rowCount } = await owner.query(`
      with claimed as (select workspace_id, member_id, id from bare_runs where due_at <= now()
                        order by workspace_id, due_at limit ${BATCH} for no key update skip locked)
      update bare_runs r set state = 'done', due_at = null, ended_at = now() from claimed c
       where r.workspace_id = c.workspace_id and r.member_id = c.member_id and r.id = c.id`);
    left -= rowCount!;
  }
  const seconds = (performance.now() - began) / 1000;
  await owner.query('drop table bare_runs');
  return runs / seconds;
}

async function takeOn(
  owner: pg.Client,
  worker: Child,
  options: BenchOptions,
): Promise<{ seconds: number; rssMb: number[] }> {
  const rssMb = [worker.rssMb()];
  await owner.query('update journey_runs set due_at = now(), wait_until = now()');
  await owner.query('analyze journey_runs');
  const began = performance.now();
  for (let looks = 0; ; looks++) {
    const { rowCount } = await owner.query('select from journey_runs where due_at is not null limit 1');
    if (rowCount === 0) return { seconds: (performance.now() - began) / 1000, rssMb };
    if (performance.now() - began > PATIENCE_MS) throw new Error('Not all runs are taken on.');
    if (looks % 10 === 0) rssMb.push(worker.rssMb());
    if (looks % 100 === 0)
      options.log(`${((performance.now() - began) / 1000).toFixed(0)} s: worker ${rssMb.at(-1)!.toFixed(0)} MB`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** How much more memory the second half took than the first. */
function growth(rssMb: number[]): number {
  const middle = Math.floor(rssMb.length / 2);
  return Math.max(...rssMb.slice(middle)) - Math.max(...rssMb.slice(0, middle));
}

async function expectAll(stack: SendingStack, runs: number): Promise<void> {
  const { rows } = await stack.asOwner((owner) =>
    owner.query<{ done: number; sends: number; failed: number }>(
      `select count(*) filter (where state = 'done')::int as done, count(*) filter (where error is not null)::int as failed,
              (select count(*) from journey_sends)::int as sends from journey_runs`,
    ),
  );
  const [row] = rows;
  if (row?.done !== runs || row.sends !== runs) throw new Error(`${runs} runs were due: ${JSON.stringify(row)}.`);
}
