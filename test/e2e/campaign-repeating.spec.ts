import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CampaignTown, type CampaignShop } from './campaign-shop.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('a campaign that comes back', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  /** At ten each day, from the next ten o'clock on. */
  async function daily(shop: CampaignShop, fields: object = {}): Promise<string> {
    const draft = await shop.draft({ repeat: { cron: '0 10 * * *' }, ...fields });
    expect([draft.status, draft.body.errors]).toEqual([201, undefined]);
    expect((await shop.post(`/v1/campaigns/${draft.body.id}/schedule`)).status).toBe(200);
    return draft.body.id;
  }

  const get = async (shop: CampaignShop, path: string) => (await shop.get(`/v1/campaigns/${path}`)).body;
  const states = async (shop: CampaignShop, id: string) =>
    (await get(shop, `${id}/runs`)).items.map(({ state }: { state: string }) => state);

  /** To the next time that clocks show this: five minutes past ten if nothing else is said. */
  function toNext(shop: CampaignShop, hour = 10, minute = 5): void {
    const now = shop.workspace.scope.clock.now().getTime();
    // Tokyo is nine hours ahead, all year.
    const sinceMidnight = (now + 9 * HOUR_MS) % DAY_MS;
    const ahead = ((hour * 60 + minute) * 60_000 - sinceMidnight + DAY_MS) % DAY_MS;
    shop.advance(ahead === 0 ? DAY_MS : ahead);
  }

  it('is sent once each time, to whom the audience is then, and lists what became of it', async () => {
    const shop = await town.shop(4);
    const id = await daily(shop);
    expect(await get(shop, id)).toMatchObject({ state: 'scheduled', repeat: { cron: '0 10 * * *', until: null } });
    await shop.run();
    expect((await shop.received()).size).toBe(0);
    toNext(shop);
    await shop.run();
    await shop.run();
    expect([...(await shop.received()).values()]).toEqual([1, 1]);
    await shop.request('PUT', '/v1/members/m1', { rank: 'silver' });
    toNext(shop);
    await shop.run();
    expect([...(await shop.received()).values()].sort()).toEqual([1, 2]);
    const { items } = await get(shop, `${id}/runs`);
    expect(items).toMatchObject([
      { state: 'sent', totals: { audience: 1, accepted: 1 }, startedAt: expect.any(String) },
      { state: 'sent', totals: { audience: 2, accepted: 2 } },
    ]);
    expect(Date.parse(items[0].occursAt) - Date.parse(items[1].occursAt)).toBe(DAY_MS);
    expect(await get(shop, id)).toMatchObject({ state: 'scheduled', totals: { audience: 1 } });
    expect((await get(shop, `${id}/recipients`)).items).toHaveLength(1);
    expect((await get(shop, `${id}/recipients?runId=${items[1].id}`)).items).toHaveLength(2);
    const page = await get(shop, `${id}/runs?limit=1`);
    expect((await get(shop, `${id}/runs?limit=1&cursor=${page.nextCursor}`)).items).toEqual([items[1]]);
  });

  it('is not sent late in a bunch: what came while nobody was there is missed, but for the last hour', async () => {
    const shop = await town.shop(2);
    const id = await daily(shop);
    toNext(shop, 12);
    shop.advance(3 * DAY_MS);
    await shop.run();
    expect(await states(shop, id)).toEqual(['missed', 'missed', 'missed']);
    expect((await shop.received()).size).toBe(0);
    toNext(shop, 9);
    shop.advance(DAY_MS);
    toNext(shop, 10, 59);
    await shop.run();
    expect((await states(shop, id)).slice(0, 3)).toEqual(['sent', 'missed', 'missed']);
    expect([...(await shop.received()).values()]).toEqual([1]);
  });

  it('does not come back while it is paused, and goes on with the next time', async () => {
    const shop = await town.shop(2);
    const id = await daily(shop);
    expect((await shop.post(`/v1/campaigns/${id}/pause`)).body).toMatchObject({ state: 'paused' });
    expect((await shop.post(`/v1/campaigns/${id}/pause`)).status).toBe(409);
    toNext(shop);
    await shop.run();
    expect((await shop.post(`/v1/campaigns/${id}/resume`)).body).toMatchObject({ state: 'scheduled' });
    await shop.run();
    expect(await states(shop, id)).toEqual(['missed']);
    toNext(shop);
    await shop.run();
    expect(await states(shop, id)).toEqual(['sent', 'missed']);
  });

  it('ends when it is cancelled, and after its last time', async () => {
    const shop = await town.shop(2);
    const cancelled = await daily(shop);
    const until = new Date(shop.workspace.scope.clock.now().getTime() + DAY_MS).toISOString();
    const ending = await daily(shop, { repeat: { cron: '0 10 * * *', until } });
    expect((await shop.post(`/v1/campaigns/${cancelled}/cancel`)).body).toMatchObject({ state: 'cancelled' });
    for (let day = 0; day < 3; day += 1) {
      toNext(shop);
      await shop.run();
    }
    expect(await states(shop, cancelled)).toEqual([]);
    expect(await states(shop, ending)).toEqual(['sent']);
    expect(await get(shop, ending)).toMatchObject({ state: 'sent', startsAt: null, totals: { accepted: 1 } });
    expect([...(await shop.received()).values()]).toEqual([1]);
    const over = await shop.draft({ repeat: { cron: '0 10 * * *', until: '2026-01-01T00:00:00Z' } });
    expect((await shop.post(`/v1/campaigns/${over.body.id}/schedule`)).body.code).toBe('campaigns.never_comes');
  });

  it('has one run a time, however many start it at once', async () => {
    const shop = await town.shop(2);
    const id = await daily(shop);
    toNext(shop);
    await Promise.all([shop.run(), shop.run(), shop.run()]);
    expect(await states(shop, id)).toEqual(['sent']);
    expect([...(await shop.received()).values()]).toEqual([1]);
  });

  it('refuses what is no time, and more than once an hour', async () => {
    const shop = await town.shop(0);
    const crons = ['* * * * *', '0,30 * * * *', '0 25 * * *', '0 0 30 2 *', 'hello', '0 10 * *', '0 0 10 * * *'];
    for (const cron of crons) {
      const { status, body } = await shop.draft({ repeat: { cron } });
      expect([cron, status, body.errors?.[0].path]).toEqual([cron, 400, '/repeat/cron']);
    }
    expect((await shop.draft({ repeat: { cron: '0 10 * * *', until: 'soon' } })).status).toBe(400);
    expect((await shop.draft({ repeat: null })).body).toMatchObject({ repeat: null });
  });
});
