import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CampaignTown, lineUserId, type CampaignShop } from './campaign-shop.js';

describe('tests of a campaign', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  const testers = (shop: CampaignShop, body: object) => shop.request('PUT', '/v1/testers', body);

  it('go to the testers where nobody is named, and say to them that they are tests', async () => {
    const shop = await town.shop(6);
    const { body } = await shop.draft({ messages: [{ type: 'text', text: 'hello {{member.attributes.name}}' }] });
    const url = `/v1/campaigns/${body.id}/test`;
    expect(await shop.post(url)).toMatchObject({ status: 409, body: { code: 'campaigns.no_testers' } });
    const chosen = { memberIds: ['m0'], lineUserIds: [lineUserId(4)] };
    expect(await testers(shop, chosen)).toMatchObject({ status: 200, body: chosen });
    expect((await shop.get('/v1/testers')).body).toEqual(chosen);
    const test = await shop.post(url);
    expect(test).toMatchObject({ status: 202, body: { audience: 2 } });
    await shop.run();
    expect(await shop.textsOf(0)).toEqual(['【テスト配信】', 'hello 名0']);
    expect(await shop.textsOf(4)).toHaveLength(2);
    expect(await shop.textsOf(1)).toEqual([]);
    const ledger = await shop.get(`/v1/campaigns/${body.id}/recipients?testId=${test.body.id}`);
    expect(ledger.body.items).toMatchObject([{ state: 'accepted' }, { state: 'accepted' }]);
    expect((await shop.get(`/v1/campaigns/${body.id}`)).body).toMatchObject({
      state: 'draft',
      totals: { audience: 0 },
    });
    await shop.post(url, { memberIds: ['m1'] });
    await shop.run();
    expect(await shop.textsOf(1)).toEqual(['hello 名1']);
    expect(await shop.textsOf(0)).toHaveLength(2);
    expect((await testers(shop, { memberIds: [], lineUserIds: [] })).status).toBe(200);
    expect((await shop.post(url)).status).toBe(409);
  });

  it('are of one of its contents', async () => {
    const shop = await town.shop(2);
    const variants = ['one', 'two'].map((text) => ({ messages: [{ type: 'text', text }] }));
    const { body } = await shop.draft({ messages: undefined, variants });
    const test = (variant?: number) => shop.post(`/v1/campaigns/${body.id}/test`, { memberIds: ['m1'], variant });
    expect((await test(1)).status).toBe(202);
    await shop.run();
    expect(await shop.textsOf(1)).toEqual(['two']);
    expect((await test(2)).body.errors).toMatchObject([{ path: '/variant' }]);
    expect((await test(9)).body.errors).toMatchObject([{ path: '/variant' }]);
  });

  it('are for people who are here', async () => {
    const shop = await town.shop(1);
    const wrong: [object, string][] = [
      [{ memberIds: ['nobody'], lineUserIds: [] }, '/memberIds/0'],
      [{ memberIds: [], lineUserIds: [`U${'f'.repeat(32)}`] }, '/lineUserIds/0'],
      [{ memberIds: [], lineUserIds: ['x'] }, '/lineUserIds/0'],
      [{ memberIds: [] }, '/lineUserIds'],
      [{ memberIds: ['m0', 'm0'], lineUserIds: [] }, '/memberIds'],
      [{ memberIds: Array.from({ length: 21 }, (_, i) => `m${i}`), lineUserIds: [] }, '/memberIds'],
    ];
    for (const [body, path] of wrong) {
      const answer = await testers(shop, body);
      expect([answer.status, answer.body.errors?.[0].path]).toEqual([400, path]);
    }
    const other = await town.shop(0);
    expect((await testers(other, { memberIds: ['m0'], lineUserIds: [] })).status).toBe(400);
    expect((await other.get('/v1/testers')).body).toEqual({ memberIds: [], lineUserIds: [] });
  });
});
