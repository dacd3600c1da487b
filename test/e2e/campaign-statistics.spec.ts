import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CampaignTown, type CampaignShop } from './campaign-shop.js';

const DAY_MS = 24 * 3_600_000;

describe('how people took to a campaign', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  async function nextDay(shop: CampaignShop): Promise<void> {
    shop.advance(DAY_MS);
    await town.control('POST', 'clock', { set: shop.workspace.scope.clock.now().getTime(), frozen: true });
    await shop.run({ schedules: true });
  }

  it('is told by LINE the day after, null below twenty people, for fourteen days', async () => {
    const shop = await town.shop(60);
    const draft = await shop.draft();
    const url = `/v1/campaigns/${draft.body.id}`;
    const gold = Array.from({ length: 30 }, (_, i) => 2 * i + 1);
    await town.control('POST', 'clock', { set: shop.workspace.scope.clock.now().getTime(), frozen: true });
    await shop.post(`${url}/schedule`);
    await shop.run({ schedules: true });
    expect((await shop.get(url)).body).toMatchObject({ state: 'sent', totals: { accepted: 30 } });
    await shop.interact(draft.body.unit, gold);
    await shop.interact(draft.body.unit, gold.slice(0, 19), 'https://shop.example/');
    const waiting = await shop.get(`${url}/statistics`);
    expect(waiting).toMatchObject({
      status: 200,
      body: { hiddenBelow: 20, units: [{ unit: draft.body.unit, variant: 0, periods: [{ state: 'waiting' }] }] },
    });
    await nextDay(shop);
    const [{ periods }] = (await shop.get(`${url}/statistics`)).body.units;
    expect(periods).toMatchObject([
      {
        state: 'counting',
        overview: { uniqueImpression: 30, uniqueClick: null, uniqueMediaPlayed: null },
        messages: [{ seq: 1, impression: 30 }],
        clicks: [{ url: 'https://shop.example/', click: null, uniqueClick: null }],
      },
    ]);
    for (let day = 0; day < 15; day += 1) await nextDay(shop);
    const last = (await shop.get(`${url}/statistics`)).body.units[0].periods[0];
    expect(last).toMatchObject({ state: 'final', dueAt: null, overview: { uniqueImpression: 30 } });
  });

  it('is nobody else’s to know, and of nothing that was not sent', async () => {
    const shop = await town.shop(0);
    const { body } = await shop.draft();
    expect((await shop.get(`/v1/campaigns/${body.id}/statistics`)).body.units).toEqual([
      { unit: body.unit, variant: 0, periods: [] },
    ]);
    const other = await town.shop(0);
    for (const id of [body.id, 'x']) expect((await other.get(`/v1/campaigns/${id}/statistics`)).status).toBe(404);
  });
});
