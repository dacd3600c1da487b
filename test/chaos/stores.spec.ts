import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import type { ApiError } from '../../apps/standalone/api-client.js';
import type { ChaosStack } from '../../tools/chaos/chaos-stack.js';
import { insist } from '../../tools/chaos/insist.js';
import { ChaosShop } from '../../tools/chaos/shop.js';
import { event, NOTICE, PATIENCE_MS, purchase, RESUMED_WITHIN_MS, shipment, startStack } from './chaos-town.js';

const PEOPLE = 600;
/** The fault matrix says 30 s; the longer, the later connections are tried again. */
const DOWN_MS = Number(process.env.CHAOS_DOWN_MS ?? 3_000);
const PERSONAL = 'Hello {{member.externalId}}';

/** The queue lives in Postgres too: what takes it away takes everything away. */
describe('The database', () => {
  let stack: ChaosStack;
  let shop: ChaosShop;
  let notices: string;

  beforeAll(async () => {
    stack = await startStack({ queue: 'postgres' });
    shop = await ChaosShop.open(stack, PEOPLE);
    notices = await shop.journey('shipment-notice', NOTICE);
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
  }, 60_000);

  afterEach(async () => {
    await stack.line.clearFaults();
  });

  it(
    'row 2: an api killed while events and webhooks come in loses none that it acknowledged, and counts none twice',
    async () => {
      const buyer = shop.eligible()[0]!;
      const events = Array.from({ length: 60 }, (_, i) => purchase(buyer.memberId, `row-2-${i}`));
      let acknowledged = 0;
      const posting = inTurn(events, async (one) => {
        await insist(() => shop.api.post('/v1/events', { events: [one] }));
        acknowledged += 1;
      });
      for (const after of [10, 30]) {
        await eventually('some are acknowledged', () => acknowledged >= after, PATIENCE_MS);
        await stack.api?.kill();
        await stack.startApi();
      }
      await posting;
      const again = await shop.api.post<{ duplicates: number }>('/v1/events', { events });
      expect(again.duplicates).toBe(events.length);
      const { purchaseCount } = await shop.api.get<{ purchaseCount: number }>(`/v1/members/${buyer.memberId}`);
      expect(purchaseCount).toBe(events.length);
    },
    2 * PATIENCE_MS,
  );

  it(
    'row 4: Postgres ended at once in the middle of a send and away for a while: it goes on within 10 s of its return',
    async () => {
      const noticed = shop.eligible().slice(10, 20);
      const order = { unit: 'row_4', text: PERSONAL };
      const id = await begun(order);
      await shop.api.post('/v1/events', {
        events: noticed.map(({ memberId }) => shipment(memberId, `r4-${memberId}`)),
      });
      await stack.postgres.awayFor(DOWN_MS);
      await stack.line.clearFaults();
      const before = await stack.line.knocks();
      const resumedMs = await eventually('it goes on', async () => (await stack.line.knocks()) > before, PATIENCE_MS);
      await eventually('it is sent', () => over(id), PATIENCE_MS);
      expect(await shop.verdict(id, order)).toEqual([]);
      const told = async () => (await shop.received(notices)).size === noticed.length;
      await eventually('all are told', told, PATIENCE_MS);
      expect(await shop.differences(notices, noticed)).toEqual([]);
      expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS);
      for (const program of [stack.api, ...stack.workers]) expect(program?.isUp).toBe(true);
    },
    2 * PATIENCE_MS,
  );

  it(
    'row 5: connections that end again and again, and locks that keep everybody waiting, cost nobody a message',
    async () => {
      const order = { unit: 'row_5', text: PERSONAL };
      const id = await begun(order);
      await stack.postgres.proxy.dropOften(6, 250);
      await stack.query(
        `do $$ begin lock table sends, pages, outbox in access exclusive mode; perform pg_sleep(1); end $$`,
      );
      await stack.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tsunagi_chaos' and state <> 'idle'`,
      );
      await stack.line.clearFaults();
      await eventually('it is sent', () => over(id), PATIENCE_MS);
      expect(await shop.verdict(id, order)).toEqual([]);
    },
    2 * PATIENCE_MS,
  );

  it(
    'row 6: a Postgres that takes nothing more makes the api answer 503 and nobody crash, and all goes on afterwards',
    async () => {
      const pids = [stack.api, ...stack.workers];
      await readOnly(true);
      const visit = event('visit', 'm2', {});
      const refused = await shop.api.post('/v1/events', { events: [visit] }).then(
        () => 'taken',
        (error: unknown) => (error as ApiError).status,
      );
      const began = performance.now();
      const isEnough = () => performance.now() - began > DOWN_MS;
      await eventually('workers have tried', isEnough, DOWN_MS + PATIENCE_MS);
      await readOnly(false);
      expect(refused).toBe(503);
      expect([stack.api, ...stack.workers]).toEqual(pids);
      const answer = await shop.api.post<{ accepted: number }>('/v1/events', { events: [visit] });
      expect(answer.accepted).toBe(1);
      const order = { unit: 'row_6' };
      const id = await shop.send(order);
      await eventually('it is sent', () => over(id), PATIENCE_MS);
      expect(await shop.verdict(id, order)).toEqual([]);
    },
    2 * PATIENCE_MS,
  );

  it(
    'row 23: after a restore from a copy what was sent since is asked for again under the same keys, and nobody gets it twice',
    async () => {
      const order = { unit: 'row_23', text: PERSONAL };
      const id = await begun(order);
      await stack.postgres.stop('fast');
      const [now, copy] = [join(stack.directory, 'postgres'), join(stack.directory, 'backup')];
      expect(spawnSync('cp', ['-a', now, copy]).status).toBe(0);
      await stack.postgres.startAgain();
      await stack.line.clearFaults();
      await eventually('it is sent', () => over(id), PATIENCE_MS);
      const { repeats: before } = await stack.line.summary(shop.lineChannelId);
      await stack.postgres.stop('fast');
      await stack.postgres.startAgain(copy);
      expect(await over(id)).toBe(false);
      await eventually('it is sent again', () => over(id), PATIENCE_MS);
      expect(await shop.verdict(id, order)).toEqual([]);
      expect((await stack.line.summary(shop.lineChannelId)).repeats).toBeGreaterThan(before);
    },
    2 * PATIENCE_MS,
  );

  /** A send that LINE takes its time for, with its first requests made. */
  async function begun(order: { unit: string; text: string }): Promise<string> {
    await stack.line.fault({ kind: 'slow', ms: 700, endpoint: 'push' });
    const before = await stack.line.knocks();
    const id = await shop.send(order);
    await eventually('it is under way', async () => (await stack.line.knocks()) > before, PATIENCE_MS);
    return id;
  }

  function over(id: string): Promise<boolean> {
    return insist(() => shop.isOver(id));
  }

  async function readOnly(isSo: boolean): Promise<void> {
    await stack.query(`alter system set default_transaction_read_only = ${isSo ? 'on' : 'off'}`);
    await stack.query('select pg_reload_conf()');
    const shown = async () =>
      (await stack.query<{ on: string }>(`select current_setting('default_transaction_read_only') as on`))[0];
    await eventually('it is set', async () => (await shown())?.on === (isSo ? 'on' : 'off'));
  }
});

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await work(item);
}
