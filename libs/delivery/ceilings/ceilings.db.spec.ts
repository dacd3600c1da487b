import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { Channels } from '#channels';
import { Database, sql } from '#database';
import { newId, type Scope } from '#kernel';
import { Workspaces, type Ceilings } from '#workspaces';
import { createTestApp, type TestApp } from '#testing';
import { DeliveryModule } from '../delivery.module.js';
import { ChannelPlans } from '../price/channel-plans.service.js';
import { SpendingCeilings } from './ceilings.service.js';

const NOON = new Date('2026-04-15T12:00:00+09:00');
const HOUR = 3_600_000;

describe('ceilings', () => {
  let app: TestApp;
  let owner: pg.Client;
  let lineChannels = 0;

  beforeAll(async () => {
    app = await createTestApp({ imports: [DeliveryModule] });
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  async function shop(ceilings: Ceilings | null, channels = 1, timeZone = 'Asia/Tokyo') {
    app.scope.clock.set(NOON);
    const { scope } = await app.workspace({ timeZone });
    await app.get(Workspaces).update(scope, { ceilings });
    const made: string[] = [];
    for (let n = 0; n < channels; n++) {
      const dto = { name: 'c', channelSecret: 's', accessToken: 't', verify: false };
      made.push((await app.get(Channels).create(scope, { ...dto, lineChannelId: String(++lineChannels) })).id);
    }
    const spending = app.get(SpendingCeilings);
    return {
      scope,
      channels: made,
      channelId: made[0]!,
      reserve: (n: number, channelId = made[0]!) => spending.reserve(scope, channelId, n),
      giveBack: (n: number, at = scope.clock.now(), channelId = made[0]!) => spending.giveBack(scope, channelId, n, at),
      counted: async () => {
        const rows = await app.get(Database).query<{ day: string; n: number }>(
          scope,
          sql`select day::text, sum(messages)::int as n from spending where workspace_id = ${scope.workspaceId}
               group by day order by day`,
        );
        return Object.fromEntries(rows.map(({ day, n }) => [day, n]));
      },
    };
  }

  it('let everything through where there are none, and count it all the same', async () => {
    const { scope, reserve, counted } = await shop(null);
    expect(await reserve(1_000_000)).toEqual({ granted: true });
    await app.get(Workspaces).update(scope, { ceilings: { day: { messages: 1_000_100 } } });
    expect(await reserve(101)).toMatchObject({ granted: false, by: { left: 100 } });
    expect(await counted()).toEqual({ '2026-04-15': 1_000_000 });
  });

  it('grant all or nothing, and say which ceiling leaves how much, and until when', async () => {
    const { reserve } = await shop({ day: { messages: 500 }, month: { messages: 700 } });
    expect(await reserve(400)).toEqual({ granted: true });
    expect(await reserve(101)).toEqual({
      granted: false,
      by: { span: 'day', unit: 'messages', most: 500, left: 100 },
      freeAt: new Date('2026-04-16T00:00:00+09:00'),
    });
    expect(await reserve(100)).toEqual({ granted: true });
    app.scope.clock.set('2026-04-16T00:00:00+09:00');
    expect(await reserve(201)).toEqual({
      granted: false,
      by: { span: 'month', unit: 'messages', most: 700, left: 200 },
      freeAt: new Date('2026-05-01T00:00:00+09:00'),
    });
    expect(await reserve(200)).toEqual({ granted: true });
    app.scope.clock.set('2026-04-30T23:59:59+09:00');
    expect(await reserve(1)).toMatchObject({ granted: false, by: { span: 'month', left: 0 } });
    app.scope.clock.set('2026-05-01T00:00:00+09:00');
    expect(await reserve(500)).toEqual({ granted: true });
  });

  it('of nothing stop everything', async () => {
    const { reserve } = await shop({ month: { messages: 0 } });
    expect(await reserve(1)).toMatchObject({ granted: false, by: { most: 0, left: 0 } });
  });

  it('go by days of the workspace, also those that clock changes make longer', async () => {
    const { reserve } = await shop({ day: { messages: 10 } }, 1, 'America/New_York');
    app.scope.clock.set('2026-11-01T00:00:00-04:00');
    expect(await reserve(10)).toEqual({ granted: true });
    app.scope.clock.advance(24.9 * HOUR);
    expect(await reserve(1)).toMatchObject({ granted: false, freeAt: new Date('2026-11-02T00:00:00-05:00') });
    app.scope.clock.advance(0.1 * HOUR);
    expect(await reserve(1)).toEqual({ granted: true });
  });

  it('for money count what is not in the monthly prices, with tax, as each channel pays it', async () => {
    const { scope, channels, reserve } = await shop({ day: { amount: 3_300 } }, 2);
    const [standard, light] = channels as [string, string];
    await app.get(ChannelPlans).set(scope, standard, { plan: 'standard' });
    await app.get(ChannelPlans).set(scope, light, { plan: 'light' });
    expect(await reserve(30_000, standard)).toEqual({ granted: true });
    // LINE does not send these, so they cost nothing.
    expect(await reserve(50_000, light)).toEqual({ granted: true });
    expect(await reserve(600, standard)).toEqual({ granted: true });
    expect(await reserve(401, standard)).toMatchObject({
      by: { span: 'day', unit: 'amount', most: 3_300, left: 400 },
    });
    expect(await reserve(400, standard)).toEqual({ granted: true });
    expect(await reserve(1, standard)).toMatchObject({ granted: false });
    // The next day's messages are all further ones.
    app.scope.clock.advance(24 * HOUR);
    expect(await reserve(1_001, standard)).toMatchObject({ by: { left: 1_000 } });
  });

  it('for money count others of the account, and where no plan is known the dearest', async () => {
    const { reserve } = await shop({ month: { amount: 33 } });
    expect(await reserve(30_010)).toEqual({ granted: true });
    expect(await reserve(1)).toMatchObject({ by: { unit: 'amount', left: 0 } });
    const other = await shop({ month: { amount: 33 } });
    const told = (readAt: Date) =>
      app.get(Database).execute(
        other.scope,
        sql`insert into channel_quotas (workspace_id, channel_id, most, used, by_others, read_at)
            values (${other.scope.workspaceId}, ${other.channelId}, 100000, 29000, 29000, ${readAt})
            on conflict (workspace_id, channel_id) do update set read_at = excluded.read_at`,
      );
    await told(new Date('2026-04-01T00:00:00+09:00'));
    expect(await other.reserve(1_011)).toMatchObject({ by: { left: 1_010 } });
    await told(new Date('2026-03-31T23:59:59+09:00'));
    expect(await other.reserve(1_011)).toEqual({ granted: true });
  });

  it('get back what did not leave, on the day it was for', async () => {
    const { reserve, giveBack, counted } = await shop({ day: { messages: 10 } });
    const before = app.scope.clock.now();
    await reserve(10);
    app.scope.clock.advance(24 * HOUR);
    await reserve(10);
    await giveBack(4, before);
    expect(await reserve(1)).toMatchObject({ granted: false });
    await giveBack(3);
    expect(await reserve(4)).toMatchObject({ by: { left: 3 } });
    expect(await counted()).toEqual({ '2026-04-15': 6, '2026-04-16': 7 });
  });

  it('count with the transaction they are asked in, or not at all', async () => {
    const { scope, reserve, counted } = await shop({ day: { messages: 10 } });
    const dying = app.get(Database).transaction(scope, async () => {
      expect(await reserve(10)).toEqual({ granted: true });
      throw new Error('killed');
    });
    await expect(dying).rejects.toThrow('killed');
    expect(await counted()).toEqual({});
    expect(await reserve(10)).toEqual({ granted: true });
  });

  it('belong to one workspace', async () => {
    const one = await shop({ day: { messages: 10 } });
    const other = await shop({ day: { messages: 10 } });
    await one.reserve(10);
    expect(await other.reserve(10)).toEqual({ granted: true });
    expect(await app.get(SpendingCeilings).reserve(one.scope, newId(), 1)).toMatchObject({ granted: false });
  });

  /** Begins one thing in a transaction that stays open while another is begun: that must wait for it, and then sees it. */
  async function whileOpen<T>(scope: Scope, first: () => Promise<unknown>, second: () => Promise<T>): Promise<T> {
    let close = () => {};
    const closed = new Promise((resolve) => (close = () => resolve(undefined)));
    let open: Promise<unknown> = Promise.resolve();
    await new Promise((begun) => {
      open = app.get(Database).transaction(scope, async () => {
        begun(await first());
        await closed;
      });
    });
    const seen = { settled: false };
    const other = second().finally(() => (seen.settled = true));
    do await somebodyWaits().then((waits) => (seen.settled ||= waits));
    while (!seen.settled);
    close();
    await open;
    return other;
  }

  async function somebodyWaits(): Promise<boolean> {
    const { rows } = await owner.query<{ n: string }>(
      `select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0]!.n !== '0';
  }

  it('let one channel wait for what another is just reserving', async () => {
    const { scope, channels, reserve } = await shop({ day: { messages: 10 } }, 2);
    const answer = await whileOpen(
      scope,
      () => reserve(10, channels[0]),
      () => reserve(1, channels[1]),
    );
    expect(answer).toMatchObject({ granted: false, by: { left: 0 } });
  });

  it('that are only now set wait for what is just reserved without any', async () => {
    const { scope, channels, reserve } = await shop(null, 2);
    const answer = await whileOpen(
      scope,
      () => reserve(10, channels[0]),
      async () => {
        await app.get(Workspaces).update(scope, { ceilings: { day: { messages: 10 } } });
        return reserve(1, channels[1]);
      },
    );
    expect(answer).toMatchObject({ granted: false, by: { left: 0 } });
  });

  it('are never passed, and used to the end, whoever asks at the same time', async () => {
    const ask = fc.record({
      n: fc.integer({ min: 1, max: 8 }),
      channel: fc.nat(2),
      back: fc.boolean(),
      dies: fc.nat(5),
    });
    const given = fc.record({
      asks: fc.array(ask, { minLength: 5, maxLength: 25 }),
      day: fc.integer({ min: 0, max: 25 }),
      month: fc.integer({ min: 0, max: 40 }),
      // All at once, or while ceilings are only now set.
      late: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ asks, day, month, late }) => {
        const ceilings = { day: { messages: day }, month: { messages: month } };
        const { scope, channels, reserve, giveBack, counted } = await shop(late ? null : ceilings, 3);
        let before = 0;
        const all = asks.map(async ({ n, channel, back, dies }) => {
          const of = channels[channel]!;
          const granted = await app
            .get(Database)
            .transaction(scope, async () => {
              const { granted } = await reserve(n, of);
              if (dies === 0) throw new Error('killed');
              return granted;
            })
            .catch((error: unknown) => {
              if (!(error instanceof Error && error.message === 'killed')) throw error;
              return false;
            });
          if (granted && back) await giveBack(n, scope.clock.now(), of);
          return granted && !back ? n : 0;
        });
        if (late) {
          await app.get(Workspaces).update(scope, { ceilings });
          before = Object.values(await counted())[0] ?? 0;
        }
        const kept = (await Promise.all(all)).reduce((sum, n) => sum + n, 0);
        const most = Math.max(Math.min(day, month), before);
        expect(Object.values(await counted())[0] ?? 0).toBe(kept);
        expect(kept).toBeLessThanOrEqual(most);
        if (kept < Math.min(day, month)) expect(await reserve(Math.min(day, month) - kept)).toEqual({ granted: true });
        expect(await reserve(1)).toMatchObject({ granted: false });
      }),
      { seed: 7, numRuns: 20 },
    );
  }, 120_000);
});
