import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../apps/standalone/api-client.js';
import { EmulatedLine, lineUserId } from '../../apps/standalone/demo-workspace/line-account.js';
import { seededRandom } from '../../apps/standalone/demo-workspace/seeded-random.js';
import { startEmulator, type RunningEmulator } from '../../apps/line-emulator/emulator.js';
import { eventually, Installation } from '#testing';

const SEED = Number(process.env.CHAOS_SEED ?? 1);
const KILLS = Number(process.env.CHAOS_KILLS ?? 4);
const MEMBERS = 3000;
const SENT_WITHIN_MS = 240_000;
const ACCOUNT = { channelId: '2000000001', channelSecret: 'a'.repeat(32), accessToken: 'chaos-token' };

/**
 * Everything of ours dies at random moments, Postgres included; LINE lives on, and keeps the truth. It processes
 * requests and drops the answer now and then, which is the case that makes others send twice.
 */
describe(`kill -9 of the whole installation (seed ${SEED}, ${KILLS} kills)`, () => {
  let line: RunningEmulator;
  let installation: Installation;
  let control: ApiClient;
  let account: EmulatedLine;
  const random = seededRandom(SEED);

  beforeAll(async () => {
    line = await startEmulator();
    installation = await Installation.create({ LINE_API_BASE_URL: line.url, LINE_DATA_API_BASE_URL: line.url });
    control = new ApiClient(line.url);
    account = new EmulatedLine(control, ACCOUNT);
    await account.open('chaos');
    await installation.start();
  }, 60_000);

  afterAll(async () => {
    await installation.stop();
    installation.remove();
    await line.close();
  }, 60_000);

  it('loses no acknowledged event, and sends each campaign message exactly once', async () => {
    const shop = await openShop();
    const acknowledged = new Set<string>();
    // A page's backoff doubles with each attempt, and a page of pushes is done when its unluckiest is.
    for (const [endpoint, probability] of [
      ['multicast', 0.4],
      ['push', 0.05],
    ]) {
      await control.post('/_emulator/faults', { kind: 'accepted-then-dropped', endpoint, probability, seed: SEED });
    }
    const ids = await scheduleCampaigns(shop);
    let posted = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const deadline = performance.now() + 300 + random() * 2500;
      while (performance.now() < deadline) await postPurchase(shop.api, `purchase-${posted++}`, acknowledged);
      await installation.kill();
      await installation.start();
    }
    for (const id of ids) {
      const isSent = async () => (await shop.api.get<{ state: string }>(`/v1/campaigns/${id}`)).state === 'sent';
      await eventually('the campaign is sent', isSent, SENT_WITHIN_MS);
    }
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(await storedPurchases(shop.api)).toBeGreaterThanOrEqual(acknowledged.size);
    for (const id of acknowledged) expect(await isDuplicate(shop.api, id)).toBe(true);
    for (const unit of ['chaos_multicast', 'chaos_push']) {
      const received = await account.received(unit);
      expect(received.size).toBe(MEMBERS);
      expect([...received.values()].filter((count) => count !== 1)).toEqual([]);
    }
  }, 300_000);

  async function openShop(): Promise<{ api: ApiClient; channelId: string }> {
    const admin = new ApiClient(installation.apiUrl, installation.notes().adminKey);
    const { apiKey } = await admin.post<{ apiKey: string }>('/v1/workspaces', { name: 'chaos', quietHours: null });
    const api = new ApiClient(installation.apiUrl, apiKey);
    const { id } = await api.post<{ id: string }>('/v1/channels', {
      name: 'chaos',
      lineChannelId: ACCOUNT.channelId,
      channelSecret: ACCOUNT.channelSecret,
      accessToken: ACCOUNT.accessToken,
    });
    const people = Array.from({ length: MEMBERS }, (_, index) => ({
      memberId: `m${index}`,
      userId: lineUserId(index),
    }));
    await account.addUsers(people.map(({ userId }) => ({ userId, state: 'friend' })));
    for (let start = 0; start < MEMBERS; start += 1000) {
      const batch = people.slice(start, start + 1000);
      await api.post('/v1/members/batch', {
        members: batch.map(({ memberId }) => ({ externalId: memberId, rank: 'gold' })),
      });
      const links = batch.map(({ memberId, userId }) => ({ memberId, lineUserId: userId, friend: true }));
      await api.post('/v1/links/batch', { channelId: id, links });
    }
    return { api, channelId: id };
  }

  async function scheduleCampaigns({ api, channelId }: { api: ApiClient; channelId: string }): Promise<string[]> {
    const ids: string[] = [];
    for (const [unit, text] of [
      ['chaos_multicast', 'hello'],
      ['chaos_push', 'hello {{member.externalId}}'],
    ]) {
      const rule = { kind: 'rank', in: ['gold'] };
      const draft = { name: unit, channelId, rule, unit, messages: [{ type: 'text', text }] };
      const { id } = await api.post<{ id: string }>('/v1/campaigns', draft);
      await api.post(`/v1/campaigns/${id}/schedule`, {});
      ids.push(id);
    }
    return ids;
  }
});

async function postPurchase(api: ApiClient, id: string, acknowledged: Set<string>): Promise<void> {
  await api.post('/v1/events', { events: [purchase(id)] });
  acknowledged.add(id);
}

/** An event that is stored is a duplicate when it is posted again. */
async function isDuplicate(api: ApiClient, id: string): Promise<boolean> {
  const answer = await api.post<{ accepted: number; duplicates: number }>('/v1/events', { events: [purchase(id)] });
  return answer.duplicates === 1;
}

function purchase(id: string): object {
  return { id, type: 'purchase', memberId: 'buyer', occurredAt: '2026-01-05T12:00:00Z', orderId: id, total: 1 };
}

async function storedPurchases(api: ApiClient): Promise<number> {
  return (await api.get<{ purchaseCount: number }>('/v1/members/buyer')).purchaseCount;
}
