import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CampaignTown, type CampaignShop } from './campaign-shop.js';

describe('what a marketer does with campaigns', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  const now = (shop: CampaignShop) => shop.workspace.scope.clock.now().getTime();
  const campaign = async (shop: CampaignShop, id: string) => (await shop.get(`/v1/campaigns/${id}`)).body;

  async function sent(shop: CampaignShop, fields: object = {}): Promise<string> {
    const { body } = await shop.draft(fields);
    await shop.post(`/v1/campaigns/${body.id}/schedule`);
    await shop.run();
    return body.id;
  }

  it('takes one back as long as nothing has begun to leave', async () => {
    const shop = await town.shop(2);
    const { body } = await shop.draft({ undoSeconds: 60 });
    const url = `/v1/campaigns/${body.id}`;
    const startsAt = new Date(now(shop) + 60_000).toISOString();
    expect((await shop.post(`${url}/schedule`)).body).toMatchObject({ state: 'scheduled', startsAt });
    shop.advance(59_000);
    await shop.run();
    expect((await shop.post(`${url}/undo`)).body).toMatchObject({ state: 'draft', sendAt: null, startsAt: null });
    expect((await shop.post(`${url}/undo`)).body.code).toBe('campaigns.wrong_state');
    shop.advance(3_600_000);
    await shop.run();
    expect((await shop.received()).size).toBe(0);
    const sendAt = new Date(now(shop) + 3_600_000).toISOString();
    expect((await shop.post(`${url}/schedule`, { sendAt })).body).toMatchObject({ sendAt, startsAt: sendAt });
    expect((await shop.post(`${url}/undo`)).body).toMatchObject({ state: 'draft', sendAt });
    await shop.post(`${url}/schedule`, { sendAt: new Date(now(shop)).toISOString() });
    shop.advance(60_000);
    await shop.run();
    expect(await campaign(shop, body.id)).toMatchObject({ state: 'sent', totals: { accepted: 1 } });
    expect((await shop.post(`${url}/undo`)).status).toBe(409);
    expect((await shop.draft({ undoSeconds: 3_601 })).status).toBe(400);
  });

  it('makes a draft of the same once more', async () => {
    const shop = await town.shop(2);
    const segment = await shop.post('/v1/segments', { name: 'S', rule: { kind: 'rank', in: ['silver'] } });
    const fields = { excludeSegmentIds: [segment.body.id], undoSeconds: 5, class: 'transactional', role: 'contractor' };
    const { body } = await shop.draft({ ...fields, sendAt: '2030-01-01T00:00:00Z' });
    const copy = await shop.post(`/v1/campaigns/${body.id}/duplicate`);
    expect(copy).toMatchObject({
      status: 201,
      body: {
        ...fields,
        state: 'draft',
        name: 'Spring (copy)',
        sendAt: null,
        rule: body.rule,
        messages: body.messages,
      },
    });
    expect(copy.body.id).not.toBe(body.id);
    expect(copy.body.unit).not.toBe(body.unit);
    const named = await shop.draft({ unit: 'news', name: '春'.repeat(200) });
    const second = await shop.post(`/v1/campaigns/${named.body.id}/duplicate`);
    expect(second.body).toMatchObject({ unit: 'news', name: `${'春'.repeat(193)} (copy)` });
    const third = await shop.post(`/v1/campaigns/${named.body.id}/duplicate`, { name: 'Mine' });
    expect(third.body.name).toBe('Mine');
    for (const id of [body.id, copy.body.id]) await shop.request('DELETE', `/v1/campaigns/${id}`);
    expect((await shop.post(`/v1/campaigns/${body.id}/duplicate`)).status).toBe(404);
  });

  it('sends again to those who were skipped for a reason that has gone', async () => {
    const shop = await town.shop(6);
    const links: string[] = [];
    for (const member of ['m1', 'm3']) {
      const { body } = await shop.get(`/v1/members/${member}/links`);
      links.push(body.items[0].id);
      await shop.request('DELETE', `/v1/links/${body.items[0].id}`);
    }
    const id = await sent(shop);
    expect(await campaign(shop, id)).toMatchObject({ totals: { accepted: 1, skipped: { not_linked: 2 } } });
    const lineUser = { memberId: 'm1', lineUserId: `U${'1'.padStart(32, '0')}`, friend: true };
    await shop.post('/v1/links/batch', { channelId: shop.channelId, links: [lineUser] });
    await shop.run();
    const url = `/v1/campaigns/${id}/resend`;
    const again = await shop.post(url, { reasons: ['not_linked'] });
    expect(again).toMatchObject({ status: 201, body: { state: 'draft', name: 'Spring (again)', rule: null } });
    await shop.post(`/v1/campaigns/${again.body.id}/schedule`);
    await shop.run();
    expect(await campaign(shop, again.body.id)).toMatchObject({
      state: 'sent',
      totals: { audience: 2, accepted: 1, skipped: { not_linked: 1 } },
    });
    expect([...(await shop.received()).values()]).toEqual([1, 1]);
    expect((await shop.post(url, { reasons: ['capped'] })).body.code).toBe('campaigns.nobody_skipped');
    expect((await shop.post(url, { reasons: [] })).status).toBe(400);
    const draft = await shop.draft();
    expect((await shop.post(`/v1/campaigns/${draft.body.id}/resend`, { reasons: ['not_linked'] })).status).toBe(409);
    const { runId } = { runId: again.body.id };
    expect((await shop.post(url, { reasons: ['not_linked'], runId })).status).toBe(404);
  });

  describe('in a calendar', () => {
    async function read(query = '', key?: string): Promise<{ status: number; type: unknown; text: string }> {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const url = `/v1/campaigns/calendar.ics${query}`;
      const answer = await town.app.nest.inject({ method: 'GET', url, headers });
      return { status: answer.statusCode, type: answer.headers['content-type'], text: answer.body };
    }

    it('sees what left and what will leave, of one that comes back each time', async () => {
      const shop = await town.shop(2);
      await sent(shop, { name: 'Gone; really' });
      await shop.draft({ name: 'Maybe', sendAt: new Date(now(shop) + 3_600_000).toISOString() });
      await shop.draft({ name: 'Undated' });
      const weekly = await shop.draft({ name: 'Weekly', repeat: { cron: '0 10 * * MON' } });
      await shop.post(`/v1/campaigns/${weekly.body.id}/schedule`);
      const { status, type, text } = await read('', shop.workspace.key);
      expect([status, type]).toEqual([200, 'text/calendar; charset=utf-8']);
      const summaries = text.match(/^SUMMARY:.*(?=\r$)/gm)!;
      expect(summaries.filter((line) => line !== 'SUMMARY:Weekly').sort()).toEqual([
        'SUMMARY:Gone\\; really',
        'SUMMARY:Maybe',
      ]);
      // Sixty days have eight or nine Mondays.
      expect([8, 9]).toContain(summaries.filter((line) => line === 'SUMMARY:Weekly').length);
      const uids = text.match(/^UID:.*$/gm)!;
      expect(new Set(uids).size).toBe(uids.length);
      expect(text.match(/^STATUS:TENTATIVE\r$/gm)).toHaveLength(1);
    });

    it('is opened by an API key or by its secret address, and by nothing else', async () => {
      const shop = await town.shop(0);
      await shop.draft({ name: 'Mine', sendAt: new Date(now(shop)).toISOString() });
      const first = await shop.post('/v1/campaigns/calendar');
      expect(first).toMatchObject({
        status: 201,
        body: { url: expect.stringContaining('/v1/campaigns/calendar.ics?token=') },
      });
      const { token } = first.body;
      expect((await read(`?token=${token}`)).text).toContain('SUMMARY:Mine\r\n');
      for (const query of ['', `?token=${'x'.repeat(43)}`]) {
        const refused = await read(query);
        expect([refused.status, JSON.parse(refused.text).code]).toEqual([401, 'http.unauthorized']);
        expect(refused.text).not.toContain('xxx');
      }
      expect((await read('?token=x')).status).toBe(400);
      expect((await read('', 'tsu_wrong')).status).toBe(401);
      const weak = await shop.post('/v1/api-keys', { name: 'weak', permits: ['workspaces.read'] });
      expect((await read('', weak.body.key)).status).toBe(403);
      const second = await shop.post('/v1/campaigns/calendar');
      expect((await read(`?token=${token}`)).status).toBe(401);
      expect((await shop.request('DELETE', '/v1/campaigns/calendar')).status).toBe(204);
      expect((await read(`?token=${second.body.token}`)).status).toBe(401);
    });
  });
});
