import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { jobsModules } from '../../../apps/worker/worker.module.js';
import { EmulatorUnderTest } from '../../../apps/line-emulator/testing/emulator-under-test.js';
import { Shop, type Json } from './shop.js';

const HOUR = 3_600_000;

describe('What delivery promises', () => {
  let app: TestApp;
  let line: EmulatorUnderTest;
  let shop: Shop;
  let channelId: string;

  beforeAll(async () => {
    line = await EmulatorUnderTest.start({ rateLimits: false });
    const config = { lineApiBaseUrl: line.url, lineTimeoutMs: 1_000 };
    app = await createTestApp({ imports: [...features, ...jobsModules], config });
  });
  afterAll(async () => {
    await app.close();
    await line.close();
  });
  beforeEach(async () => {
    await line.control('POST /reset', { keep: 'accounts' });
    app.scope.clock.set('2026-04-15T12:00:00+09:00');
    shop = await Shop.open(app);
    const { channelId: lineChannelId, channelSecret, accessToken } = line.channel;
    const body = { name: 'c', lineChannelId, channelSecret, accessToken, verify: false };
    channelId = (await shop.must('POST', '/v1/channels', body)).id;
    for (const [i, memberId] of ['a', 'b', 'c'].entries()) {
      await shop.put(memberId, { rank: `rank of ${memberId}` });
      await shop.links(channelId, {
        memberId,
        lineUserId: line.friend(i),
        friend: true,
        linkedAt: '2026-04-01T00:00:00Z',
      });
    }
    await shop.settle();
  });

  const start = async (text: string): Promise<string> => {
    const rule = { kind: 'sample', percent: 100 };
    const messages = [{ type: 'text', text }];
    // Without quiet hours: nights pass in these stories.
    const { id } = await shop.must('POST', '/v1/campaigns', {
      name: 'c',
      channelId,
      rule,
      messages,
      class: 'transactional',
    });
    await shop.must('POST', `/v1/campaigns/${id}/schedule`, {});
    await shop.settle();
    return id;
  };
  const pass = async (hours: number) => {
    for (let i = 0; i < hours; i += 1) {
      app.scope.clock.advance(HOUR);
      await drainJobs(app.nest, { schedules: true });
    }
  };
  const look = (id: string) => shop.must('GET', `/v1/campaigns/${id}`);
  const each = async (id: string): Promise<Json[]> => {
    const { items } = await shop.must('GET', `/v1/campaigns/${id}/recipients`);
    return items.sort((x: { memberId: string }, y: { memberId: string }) => x.memberId.localeCompare(y.memberId));
  };
  const received = async () => {
    const { receivedOnce, receivedMore } = await line.ledger('/summary');
    return [receivedOnce, receivedMore];
  };
  const kinds: [string, string, string][] = [
    ['multicast', 'same for all', 'multicast'],
    ['push', 'for {{member.rank}}', 'push'],
  ];

  it.each(kinds)('sends by %s what is %s', async (_, text, endpoint) => {
    const id = await start(text);
    const { requests } = await line.ledger('/requests');
    expect(requests.map((one: Json) => one.endpoint)).toEqual(
      endpoint === 'push' ? Array(3).fill('push') : ['multicast'],
    );
    const keys = requests.map(({ retryKey }: Json) => retryKey);
    expect(new Set(keys).size).toBe(keys.length);
    const ids = requests.map(({ requestId }: Json) => requestId);
    for (const { requestId, state, settledAt } of await each(id)) {
      expect(ids).toContain(requestId);
      expect([state, settledAt]).toEqual(['accepted', '2026-04-15T03:00:00.000Z']);
    }
    expect(await received()).toEqual([3, 0]);
  });

  it.each(kinds)('rejects by %s only whom LINE names', async (_, text, endpoint) => {
    await line.control('POST /faults', { kind: '400', endpoint, userId: line.friend(1) });
    const id = await start(text);
    await pass(1);
    expect(await look(id)).toMatchObject({
      state: 'sent',
      totals: { audience: 3, accepted: 2, rejected: 1, planned: 0 },
    });
    expect((await each(id)).map(({ state }) => state)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(await received()).toEqual([2, 0]);
  });

  it.each(kinds)(
    'calls by %s uncertain what has no outcome after a day, and never sends it again',
    async (_, text, endpoint) => {
      await line.control('POST /faults', { kind: 'dropped', endpoint });
      const id = await start(text);
      await pass(20);
      expect((await look(id)).totals).toMatchObject({ planned: 3, uncertain: 0 });
      await pass(6);
      expect(await look(id)).toMatchObject({ totals: { audience: 3, accepted: 0, uncertain: 3, planned: 0 } });
      await line.control('DELETE /faults');
      await pass(3);
      expect(await received()).toEqual([0, 0]);
    },
    30_000,
  );

  it.each(kinds)(
    'stops by %s when the month is spent, with the exact rest, and goes on when asked',
    async (_, text, endpoint) => {
      await line.onChannel('POST /channels', { quota: 0 });
      await line.control('POST /faults', { kind: '429-monthly', endpoint });
      const id = await start(text);
      expect(await look(id)).toMatchObject({
        state: 'paused',
        problem: expect.anything(),
        totals: { planned: 3, accepted: 0 },
      });
      await line.control('DELETE /faults');
      await line.onChannel('POST /channels', { quota: null });
      await shop.must('POST', `/v1/campaigns/${id}/resume`, {});
      await pass(1);
      expect(await look(id)).toMatchObject({ state: 'sent', problem: null, totals: { accepted: 3, planned: 0 } });
      expect(await received()).toEqual([3, 0]);
    },
  );

  it.each(['401', '403'])('stops a channel that LINE answers with %s, and loses nobody', async (kind) => {
    await line.control('POST /faults', { kind, endpoint: 'multicast' });
    const id = await start('x');
    await pass(1);
    const { state, totals } = await look(id);
    expect(['paused', 'sending']).toContain(state);
    expect(totals).toMatchObject({ audience: 3, planned: 3, accepted: 0, rejected: 0 });
    const { endpoints } = await line.control(`GET /requests?channelId=${line.channel.channelId}`);
    expect(endpoints.find((one: Json) => one.endpoint === 'multicast').total).toBe(1);
  });

  it.each(['after500', 'accepted-then-dropped', '429-rate'])(
    'reaches each once after %s, by push too',
    async (kind) => {
      await line.control('POST /faults', { kind, endpoint: 'push', times: 2 });
      const id = await start('for {{member.rank}}');
      await pass(2);
      expect((await look(id)).totals).toMatchObject({ accepted: 3, planned: 0, uncertain: 0, rejected: 0 });
      expect(await received()).toEqual([3, 0]);
    },
  );
});
