import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CampaignTown, type CampaignShop } from './campaign-shop.js';

const EVERYBODY = { kind: 'not', rule: { kind: 'rank', in: ['none'] } };
const HOUR_MS = 3_600_000;

describe('what a campaign costs, and what it may use up', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  const get = async (shop: CampaignShop, path: string) => (await shop.get(`/v1/campaigns/${path}`)).body;

  /** A shop with ten friends, and so many messages left at LINE. */
  async function shop(quota: number | null): Promise<CampaignShop> {
    const opened = await town.shop(10);
    await opened.account({ quota });
    return opened;
  }

  async function drafted(of: CampaignShop, fields: object = {}): Promise<string> {
    const { status, body } = await of.draft({ rule: EVERYBODY, class: 'transactional', ...fields });
    expect([status, body.errors]).toEqual([201, undefined]);
    return body.id;
  }

  it('is told before it is scheduled: people, messages, what the quota leaves', async () => {
    const here = await shop(200);
    await here.request('PUT', '/v1/members/stranger', { rank: 'gold' });
    const id = await drafted(here, { holdoutPercent: 20 });
    expect(await get(here, `${id}/price`)).toMatchObject({
      ...{ named: 11, people: 8, messages: 8, short: 0 },
      quota: { limit: 200, used: 0, left: 200 },
      plan: { id: 'communication' },
      cost: { extraMessages: 0, total: 0 },
    });
    const few = await drafted(here, { most: { people: 3, order: 'random' } });
    expect(await get(here, `${few}/price`)).toMatchObject({ named: 11, people: 3, messages: 3 });
    const other = await town.shop(0);
    expect((await other.get(`/v1/campaigns/${id}/price`)).status).toBe(404);
  });

  it('is refused, cut short or paused where the quota is not enough, as it says', async () => {
    const here = await shop(4);
    const refused = await drafted(here, { onQuota: 'refuse' });
    expect(await here.post(`/v1/campaigns/${refused}/schedule`)).toMatchObject({
      status: 409,
      body: { code: 'campaigns.quota_short', details: { people: 10, left: 4 } },
    });
    expect((await here.received()).size).toBe(0);
    const cut = await drafted(here, { onQuota: 'trim', trimOrder: 'newest-link' });
    expect((await here.post(`/v1/campaigns/${cut}/schedule`)).status).toBe(200);
    await here.run();
    expect(await get(here, cut)).toMatchObject({ state: 'sent', totals: { accepted: 4, skipped: { quota: 6 } } });
    expect((await here.received()).size).toBe(4);
    here.advance(2 * 60_000);
    const late = await drafted(here, { onQuota: 'trim' });
    await here.post(`/v1/campaigns/${late}/schedule`);
    await here.run();
    expect(await get(here, late)).toMatchObject({ state: 'failed', problem: { code: 'campaigns.quota_short' } });
    const paused = await drafted(here);
    await here.post(`/v1/campaigns/${paused}/schedule`);
    await here.run();
    expect(await get(here, paused)).toMatchObject({ state: 'paused', problem: { code: 'delivery.quota_spent' } });
    expect((await here.received()).size).toBe(4);
  });

  it('is looked at again when it leaves', async () => {
    const here = await shop(100);
    const id = await drafted(here, { onQuota: 'refuse' });
    const sendAt = new Date(here.workspace.scope.clock.now().getTime() + HOUR_MS).toISOString();
    expect((await here.post(`/v1/campaigns/${id}/schedule`, { sendAt })).status).toBe(200);
    await here.account({ quota: 5 });
    here.advance(HOUR_MS);
    await here.run();
    expect(await get(here, id)).toMatchObject({ state: 'failed', problem: { code: 'campaigns.quota_short' } });
    expect((await here.received()).size).toBe(0);
  });
});
