import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CampaignTown, lineUserId, type CampaignShop } from './campaign-shop.js';

const MINUTE_MS = 60_000;
const EVERYBODY = { kind: 'not', rule: { kind: 'rank', in: ['none'] } };

describe('what is tried with a part of the people first', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 120_000);

  afterAll(() => town.close());

  const get = async (shop: CampaignShop, path: string) => (await shop.get(`/v1/campaigns/${path}`)).body;
  const contents = (...words: string[]) => words.map((text) => ({ messages: [{ type: 'text', text }] }));

  async function scheduled(shop: CampaignShop, fields: object): Promise<string> {
    const draft = await shop.draft({ rule: EVERYBODY, class: 'transactional', ...fields });
    expect([draft.status, draft.body.errors]).toEqual([201, undefined]);
    await shop.post(`/v1/campaigns/${draft.body.id}/schedule`);
    await shop.run();
    return draft.body.id;
  }

  /** Minutes pass, and everything that is due after the first and the last of them happens. */
  async function pass(shop: CampaignShop, minutes: number): Promise<void> {
    shop.advance(MINUTE_MS);
    await shop.run();
    if (minutes === 1) return;
    shop.advance((minutes - 1) * MINUTE_MS);
    await shop.run();
  }

  async function who(shop: CampaignShop, id: string, query = ''): Promise<Map<string, number>> {
    const { items } = await get(shop, `${id}/recipients?limit=1000&state=accepted${query}`);
    return new Map(items.map((one: { memberId: string; variant: number }) => [one.memberId, one.variant]));
  }

  describe('variants', () => {
    it('are sent to all at once, each person the same one, but to the holdout', async () => {
      const shop = await town.shop(120);
      const id = await scheduled(shop, { messages: undefined, variants: contents('a', 'b', 'c'), holdoutPercent: 20 });
      const campaign = await get(shop, id);
      expect(campaign.state).toBe('sent');
      const { holdout } = campaign.totals.skipped;
      expect(holdout).toBeGreaterThan(6);
      expect(holdout).toBeLessThan(48);
      expect(campaign.totals.accepted).toBe(120 - holdout);
      const people = await who(shop, id);
      expect([...new Set(people.values())].sort()).toEqual([0, 1, 2]);
      for (const [memberId, variant] of [...people].slice(0, 10))
        expect(await shop.textsOf(Number(memberId.slice(1)))).toEqual([['a', 'b', 'c'][variant]]);
      const { result, variants } = await get(shop, `${id}/variants`);
      expect(result).toBeNull();
      const accepted = variants.map(({ totals }: { totals: { accepted: number } }) => totals.accepted);
      expect(accepted.reduce((sum: number, n: number) => sum + n)).toBe(120 - holdout);
      const units = variants.map(({ unit }: { unit: string }) => unit);
      expect(units).toEqual([campaign.unit, `${campaign.unit}_1`, `${campaign.unit}_2`]);
      expect((await shop.received(units[1])).size).toBe(accepted[1]);
    });

    it('win by the purchases that follow, once, however many decide, and the others get the winner', async () => {
      const shop = await town.shop(120);
      const test = { percent: 50, decideAfterMinutes: 30, by: 'conversions' };
      const id = await scheduled(shop, { messages: undefined, variants: contents('a', 'b'), test });
      await pass(shop, 1);
      const first = await who(shop, id);
      expect(first.size).toBeGreaterThan(30);
      expect(first.size).toBeLessThan(90);
      expect(await get(shop, id)).toMatchObject({ state: 'sending' });
      expect(await get(shop, `${id}/variants`)).toMatchObject({ result: 'waiting', winner: null });
      const buyers = [...first].filter(([, variant]) => variant === 1).slice(0, 5);
      const occurredAt = shop.workspace.scope.clock.now().toISOString();
      const events = buyers.map(([memberId], i) => ({
        ...{ id: `p${i}`, type: 'purchase', memberId, occurredAt },
        ...{ orderId: `o${i}`, total: 100 },
      }));
      expect((await shop.post('/v1/events', { events })).status).toBe(202);
      await shop.run();
      await pass(shop, 27);
      expect((await who(shop, id)).size).toBe(first.size);
      shop.advance(3 * MINUTE_MS);
      await Promise.all([shop.run(), shop.run(), shop.run()]);
      expect(await get(shop, id)).toMatchObject({ state: 'sent', totals: { accepted: 120 } });
      const shown = await get(shop, `${id}/variants`);
      expect(shown).toMatchObject({
        result: 'released',
        winner: { variant: 1, by: 'conversions', why: null },
        decidedWith: [{ conversions: 0 }, { conversions: 5 }],
      });
      for (const [memberId, variant] of await who(shop, id)) if (!first.has(memberId)) expect(variant).toBe(1);
      expect([...(await shop.received()).values()].every((count) => count === 1)).toBe(true);
    });

    it('win by the clicks that LINE tells, the day after', async () => {
      const shop = await town.shop(120);
      const test = { percent: 75, decideAfterMinutes: 26 * 60, by: 'clicks' };
      const set = shop.workspace.scope.clock.now().getTime();
      await town.control('POST', 'clock', { set, frozen: true });
      const id = await scheduled(shop, { messages: undefined, variants: contents('a', 'b'), test });
      await pass(shop, 1);
      const { variants } = await get(shop, `${id}/variants`);
      const first = await who(shop, id);
      for (const [variant, share] of [1, 0.5].entries()) {
        const people = [...first].filter(([, one]) => one === variant).map(([memberId]) => Number(memberId.slice(1)));
        const clicking = people.slice(0, Math.max(20, Math.floor(people.length * share)));
        await shop.interact(variants[variant].unit, clicking, 'https://shop.example/');
      }
      shop.advance(26 * 60 * MINUTE_MS);
      await town.control('POST', 'clock', { set: shop.workspace.scope.clock.now().getTime(), frozen: true });
      await pass(shop, 2);
      const shown = await get(shop, `${id}/variants`);
      expect(shown).toMatchObject({ result: 'released', winner: { variant: 0, by: 'clicks', why: null } });
      expect(shown.decidedWith[0].clicks).toBeGreaterThanOrEqual(20);
      expect(await get(shop, id)).toMatchObject({ state: 'sent', totals: { accepted: 120 } });
    });

    it('win by being sent to more where LINE tells nothing yet, and it is said so', async () => {
      const shop = await town.shop(40);
      const test = { percent: 50, decideAfterMinutes: 5, by: 'clicks' };
      const id = await scheduled(shop, { messages: undefined, variants: contents('a', 'b'), test });
      await pass(shop, 8);
      expect(await get(shop, `${id}/variants`)).toMatchObject({
        result: 'released',
        winner: { by: 'accepted', why: 'clicks_not_told' },
      });
      const cancelled = await scheduled(shop, { messages: undefined, variants: contents('a', 'b'), test });
      await shop.post(`/v1/campaigns/${cancelled}/cancel`);
      await pass(shop, 8);
      expect(await get(shop, `${cancelled}/variants`)).toMatchObject({ result: 'overtaken', winner: null });
    });
  });

  describe('a canary', () => {
    const canary = { percent: 30, holdMinutes: 10, maxBlockedPercent: 5, maxRejectedPercent: 5 };

    it('lets the others go when few mind, and not before', async () => {
      const shop = await town.shop(100);
      const id = await scheduled(shop, { canary, undoSeconds: 60 });
      expect((await shop.received()).size).toBe(0);
      await pass(shop, 2);
      const first = (await shop.received()).size;
      expect(first).toBeGreaterThan(10);
      expect(first).toBeLessThan(55);
      await pass(shop, 8);
      expect((await shop.received()).size).toBe(first);
      await pass(shop, 4);
      expect(await get(shop, id)).toMatchObject({ state: 'sent', totals: { accepted: 100 }, problem: null });
      expect(await get(shop, `${id}/variants`)).toMatchObject({ result: 'released', canary: { blockedSince: 0 } });
    });

    it('stops by itself when many block, says why, and goes on when somebody lets it', async () => {
      const shop = await town.shop(100);
      const id = await scheduled(shop, { canary });
      await pass(shop, 1);
      const first = [...(await who(shop, id)).keys()];
      const users = first.slice(0, 10).map((memberId) => lineUserId(Number(memberId.slice(1))));
      await shop.block(users);
      await pass(shop, 2);
      expect(await get(shop, id)).toMatchObject({
        state: 'paused',
        problem: { code: 'campaigns.canary_stopped', canary: { accepted: first.length, blockedSince: 10 } },
      });
      await pass(shop, 15);
      expect((await shop.received()).size).toBe(first.length);
      expect((await shop.post(`/v1/campaigns/${id}/resume`)).status).toBe(200);
      await shop.run();
      expect(await get(shop, id)).toMatchObject({ state: 'sent', problem: null, totals: { accepted: 100 } });
      expect(await get(shop, `${id}/variants`)).toMatchObject({ result: 'released_by_hand' });
    });
  });

  it('is refused where it cannot be had, with the place', async () => {
    const shop = await town.shop(0);
    const canary = { percent: 10, holdMinutes: 10, maxBlockedPercent: 1, maxRejectedPercent: 1 };
    const test = { percent: 10, decideAfterMinutes: 10, by: 'clicks' };
    const two = { messages: undefined, variants: contents('a', 'b') };
    const wrong: [object, string][] = [
      [{ ...two, canary }, '/canary'],
      [{ test }, '/test'],
      [{ variants: contents('a', 'b') }, '/variants'],
      [{ messages: undefined }, '/messages'],
      [{ ...two, variants: contents('a') }, '/variants'],
      [{ ...two, variants: contents('a', 'b', 'c', 'd', 'e', 'f') }, '/variants'],
      [{ ...two, variants: [...contents('a'), { messages: [] }] }, '/variants/1/messages'],
      [{ ...two, variants: [...contents('a'), { ...contents('b')[0], share: 0 }] }, '/variants/1/share'],
      [{ ...two, test: { ...test, percent: 100 } }, '/test/percent'],
      [{ ...two, test: { ...test, by: 'luck' } }, '/test/by'],
      [{ ...two, test: { ...test, decideAfterMinutes: 0 } }, '/test/decideAfterMinutes'],
      [{ canary: { ...canary, percent: 0.001 } }, '/canary/percent'],
      [{ canary: { ...canary, maxBlockedPercent: 101 } }, '/canary/maxBlockedPercent'],
      [{ holdoutPercent: 100 }, '/holdoutPercent'],
      [{ value: -1 }, '/value'],
      [{ window: { from: '9:00', to: '18:00' } }, '/window/from'],
      [{ window: { from: '09:00', to: '09:00' } }, '/window/to'],
      [{ most: { people: 0, order: 'random' } }, '/most/people'],
      [{ most: { people: 1, order: 'best' } }, '/most/order'],
      [{ onQuota: 'hope' }, '/onQuota'],
      [{ trimOrder: 'up' }, '/trimOrder'],
    ];
    for (const [fields, path] of wrong) {
      const { status, body } = await shop.draft(fields);
      expect([fields, status, body.errors?.[0].path]).toEqual([fields, 400, path]);
    }
    const draft = await shop.draft({ ...two, test });
    const patch = (body: object) => shop.request('PATCH', `/v1/campaigns/${draft.body.id}`, body);
    expect((await patch({ canary })).body.errors).toMatchObject([{ path: '/canary' }]);
    expect((await patch({ variants: null })).body.errors).toMatchObject([{ path: '/test' }]);
    expect((await patch({ variants: null, test: null })).body).toMatchObject({ variants: null, test: null });
    const { body } = await shop.draft({ ...two, test, value: 5, window: { from: '09:00', to: '18:00' } });
    const copy = await shop.post(`/v1/campaigns/${body.id}/duplicate`);
    expect(copy.body).toMatchObject({ test, value: 5, window: { from: '09:00' }, onQuota: 'pause' });
    expect(copy.body.variants).toHaveLength(2);
  });
});
