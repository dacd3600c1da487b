import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CampaignTown, lineUserId, type CampaignShop } from './campaign-shop.js';

describe('campaigns', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  async function scheduled(shop: CampaignShop, fields?: object): Promise<string> {
    const { body } = await shop.draft(fields);
    const answer = await shop.post(`/v1/campaigns/${body.id}/schedule`);
    expect(answer.status).toBe(200);
    return body.id;
  }

  const campaign = async (shop: CampaignShop, id: string) => (await shop.get(`/v1/campaigns/${id}`)).body;

  it('goes from draft to sent, to everyone the rule names, once', async () => {
    const shop = await town.shop(20);
    const draft = await shop.draft({ unit: 'spring' });
    expect(draft).toMatchObject({
      status: 201,
      body: { state: 'draft', class: 'promotional', totals: { audience: 0, planned: 0, skipped: {} } },
    });
    await shop.post(`/v1/campaigns/${draft.body.id}/schedule`, {});
    await shop.run();
    expect(await campaign(shop, draft.body.id)).toMatchObject({
      state: 'sent',
      totals: { audience: 10, planned: 0, accepted: 10, rejected: 0, uncertain: 0, skipped: {} },
      startedAt: expect.any(String),
      endedAt: expect.any(String),
    });
    const received = await shop.received('spring');
    expect(received.size).toBe(10);
    expect([...received.values()].every((times) => times === 1)).toBe(true);
  });

  it('sends each member of a segment their own words', async () => {
    const shop = await town.shop(4);
    const rule = { kind: 'rank', in: ['silver'] };
    const segment = await shop.post('/v1/segments', { name: 'Silver', rule });
    const text = '{{member.attributes.name}}様 {{member.rank}}';
    const id = await scheduled(shop, {
      rule: undefined,
      segmentId: segment.body.id,
      messages: [{ type: 'text', text }],
    });
    await shop.run();
    expect((await campaign(shop, id)).totals).toMatchObject({ audience: 2, accepted: 2 });
    expect(await shop.textsOf(2)).toEqual(['名2様 silver']);
  });

  it('starts at its moment, once, however often it is scheduled', async () => {
    const shop = await town.shop(4);
    const { body } = await shop.draft();
    const sendAt = new Date(shop.workspace.scope.clock.now().getTime() + 3_600_000).toISOString();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => shop.post(`/v1/campaigns/${body.id}/schedule`, { sendAt })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({
      code: 'campaigns.wrong_state',
      details: { state: 'scheduled' },
    });
    await shop.run();
    expect(await campaign(shop, body.id)).toMatchObject({ state: 'scheduled', sendAt });
    shop.advance(3_600_000);
    await shop.run();
    await shop.run();
    expect(await campaign(shop, body.id)).toMatchObject({ state: 'sent', totals: { accepted: 2 } });
  });

  it('does not send what was cancelled before its moment', async () => {
    const shop = await town.shop(2);
    const { body } = await shop.draft();
    const sendAt = new Date(shop.workspace.scope.clock.now().getTime() + 1_000).toISOString();
    await shop.post(`/v1/campaigns/${body.id}/schedule`, { sendAt });
    expect((await shop.post(`/v1/campaigns/${body.id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
    shop.advance(2_000);
    await shop.run();
    expect((await shop.received()).size).toBe(0);
  });

  it('pauses, resumes and cancels what is going on', async () => {
    const shop = await town.shop(6);
    const id = await scheduled(shop);
    await town.control('POST', 'faults', { kind: 'before500', endpoint: 'multicast', times: 1 });
    await shop.run();
    expect(await campaign(shop, id)).toMatchObject({ state: 'sending', totals: { planned: 3, accepted: 0 } });
    expect((await shop.post(`/v1/campaigns/${id}/pause`)).body).toMatchObject({ state: 'paused' });
    expect((await shop.post(`/v1/campaigns/${id}/pause`)).status).toBe(409);
    expect((await shop.post(`/v1/campaigns/${id}/resume`)).body).toMatchObject({ state: 'sending' });
    const cancelled = await shop.post(`/v1/campaigns/${id}/cancel`);
    expect(cancelled.body).toMatchObject({ state: 'cancelled', totals: { audience: 3, planned: 0 } });
    shop.advance(60_000);
    await shop.run();
    expect((await shop.received()).size).toBe(0);
    expect((await shop.post(`/v1/campaigns/${id}/resume`)).body.code).toBe('campaigns.wrong_state');
  });

  it('shows what became of each person, filtered and page by page', async () => {
    const shop = await town.shop(10);
    const links = await shop.get('/v1/members/m1/links');
    await shop.request('DELETE', `/v1/links/${links.body.items[0].id}`);
    const id = await scheduled(shop, { rule: { kind: 'rank', in: ['gold', 'silver'] } });
    await shop.run();
    const url = `/v1/campaigns/${id}/recipients`;
    const first = await shop.get(`${url}?limit=6`);
    const rest = await shop.get(`${url}?limit=6&cursor=${first.body.nextCursor}`);
    const all = [...first.body.items, ...rest.body.items];
    expect([first.body.items.length, rest.body.items.length, rest.body.nextCursor]).toEqual([6, 4, null]);
    expect(all.map(({ memberId }: { memberId: string }) => memberId).sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => `m${i}`),
    );
    expect((await shop.get(`${url}?memberId=m2`)).body.items).toEqual([
      {
        memberId: 'm2',
        lineUserId: lineUserId(2),
        state: 'accepted',
        reason: null,
        detail: null,
        requestId: expect.any(String),
        settledAt: expect.any(String),
        variant: 0,
        held: false,
      },
    ]);
    expect((await shop.get(`${url}?state=skipped&reason=not_linked`)).body.items).toMatchObject([{ memberId: 'm1' }]);
    expect((await shop.get(`${url}?memberId=nobody`)).body.items).toEqual([]);
    expect((await shop.get(`${url}?reason=boredom`)).status).toBe(400);
    expect((await shop.get(`${url}?cursor=x`)).status).toBe(400);
  });

  it('tests with a few people, outside the totals and without an aggregation unit', async () => {
    const shop = await town.shop(4);
    await town.control('POST', 'users', {
      channelId: (shop as unknown as { lineChannelId: string }).lineChannelId,
      users: [{ userId: lineUserId(999), state: 'friend' }],
    });
    const text = 'Dear {{member.attributes.name}}';
    const { body } = await shop.draft({ messages: [{ type: 'text', text }], unit: 'spring' });
    const test = await shop.post(`/v1/campaigns/${body.id}/test`, { memberIds: ['m1'], lineUserIds: [lineUserId(2)] });
    expect(test).toMatchObject({ status: 202, body: { audience: 2 } });
    await shop.run();
    expect(await shop.textsOf(1)).toEqual(['Dear 名1']);
    expect(await shop.textsOf(2)).toEqual(['Dear member.attributes.name']);
    expect((await shop.received('spring')).size).toBe(0);
    expect((await campaign(shop, body.id)).totals.audience).toBe(0);
    const people = await shop.get(`/v1/campaigns/${body.id}/recipients?testId=${test.body.id}`);
    expect(people.body.items).toMatchObject([
      { memberId: null, lineUserId: lineUserId(2), state: 'accepted' },
      { memberId: 'm1', state: 'accepted' },
    ]);
    const strangers = { memberIds: ['nobody'], lineUserIds: [lineUserId(999)] };
    expect((await shop.post(`/v1/campaigns/${body.id}/test`, strangers)).body.errors).toEqual([
      { path: '/memberIds/0', detail: 'names no member of this workspace' },
      { path: '/lineUserIds/0', detail: 'names no LINE user known to this channel' },
    ]);
    expect((await shop.post(`/v1/campaigns/${body.id}/test`, {})).status).toBe(409);
  });

  it('names every place of a campaign that cannot be sent', async () => {
    const shop = await town.shop(0);
    const answer = await shop.draft({
      channelId: '01900000-0000-7000-8000-000000000000',
      rule: { kind: 'rank' },
      messages: [
        { type: 'text', text: '{{member.nickname}}' },
        { type: 'text', text: 'a'.repeat(5_001) },
      ],
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/channelId',
      '/messages/0/text',
      '/messages/1/text',
      '/rule/in',
    ]);
    const paths = async (fields: object) =>
      (await shop.draft(fields)).body.errors.map(({ path }: { path: string }) => path);
    expect(await paths({ rule: undefined })).toEqual(['']);
    expect(await paths({ segmentId: '01900000-0000-7000-8000-000000000000' })).toEqual(['']);
    expect(await paths({ rule: undefined, segmentId: '01900000-0000-7000-8000-000000000000' })).toEqual(['/segmentId']);
    expect(await paths({ unit: 'with-hyphen' })).toEqual(['/unit']);
    expect(await paths({ messages: [] })).toEqual(['/messages']);
    expect(await paths({ messages: 'hello' })).toEqual(['/messages']);
    expect(await paths({ sendAt: 'tomorrow', extra: 1 })).toEqual(['/extra', '/sendAt']);
  });

  it('changes and deletes drafts only', async () => {
    const shop = await town.shop(2);
    const { body } = await shop.draft({ sendAt: '2030-01-01T00:00:00Z' });
    const url = `/v1/campaigns/${body.id}`;
    const changed = await shop.request('PATCH', url, { name: 'Summer', sendAt: null, unit: 'summer' });
    expect(changed.body).toMatchObject({ name: 'Summer', sendAt: null, unit: 'summer', rule: body.rule });
    expect((await shop.request('PATCH', url, { messages: [{ type: 'text', text: '{{x}}' }] })).status).toBe(400);
    const segment = await shop.post('/v1/segments', { name: 'All', rule: { kind: 'rank', in: ['gold'] } });
    const moved = await shop.request('PATCH', url, { segmentId: segment.body.id });
    expect(moved.body).toMatchObject({ segmentId: segment.body.id, rule: null });
    await shop.post(`${url}/schedule`);
    expect((await shop.request('PATCH', url, { name: 'x' })).body.code).toBe('campaigns.wrong_state');
    expect((await shop.request('DELETE', url)).body.code).toBe('campaigns.wrong_state');
    const other = await shop.draft();
    expect((await shop.request('DELETE', `/v1/campaigns/${other.body.id}`)).status).toBe(204);
    expect((await shop.get(`/v1/campaigns/${other.body.id}`)).status).toBe(404);
  });

  it('keeps what it needs from being deleted, until it has ended', async () => {
    const shop = await town.shop(2);
    const segment = await shop.post('/v1/segments', { name: 'All', rule: { kind: 'rank', in: ['gold'] } });
    const id = await scheduled(shop, { rule: undefined, segmentId: segment.body.id });
    const inRule = await shop.draft({ rule: { kind: 'not', rule: { kind: 'segment', id: segment.body.id } } });
    const refused = await shop.request('DELETE', `/v1/segments/${segment.body.id}`);
    expect(refused.status).toBe(409);
    expect(JSON.stringify(refused.body)).toContain(id);
    expect(JSON.stringify(refused.body)).toContain(inRule.body.id);
    expect((await shop.request('DELETE', `/v1/channels/${shop.channelId}`)).status).toBe(409);
    await shop.request('DELETE', `/v1/campaigns/${inRule.body.id}`);
    await shop.run();
    expect((await shop.request('DELETE', `/v1/segments/${segment.body.id}`)).status).toBe(204);
  });

  it('answers the same request with the same key once', async () => {
    const shop = await town.shop(2);
    const body = {
      name: 'Once',
      channelId: shop.channelId,
      rule: { kind: 'rank', in: ['gold'] },
      messages: [{ type: 'text', text: 'hello' }],
    };
    const key = { 'idempotency-key': 'k1' };
    const first = await shop.request('POST', '/v1/campaigns', body, key);
    const second = await shop.request('POST', '/v1/campaigns', body, key);
    expect(second.body).toEqual(first.body);
    const url = `/v1/campaigns/${first.body.id}/schedule`;
    const answers = [await shop.request('POST', url, {}, key), await shop.request('POST', url, {}, key)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await shop.run();
    expect([...(await shop.received()).values()]).toEqual([1]);
  });

  it('belongs to its workspace', async () => {
    const shop = await town.shop(0);
    const other = await town.shop(0);
    const { body } = await shop.draft();
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/schedule'],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/cancel'],
      ['GET', '/recipients'],
    ] as const) {
      expect(
        (await other.request(method, `/v1/campaigns/${body.id}${path}`, method === 'PATCH' ? {} : undefined)).status,
      ).toBe(404);
    }
    expect((await other.get('/v1/campaigns')).body.items).toEqual([]);
  });

  it('lists the newest first, by state and page by page', async () => {
    const shop = await town.shop(2);
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push((await shop.draft()).body.id);
    await shop.post(`/v1/campaigns/${ids[0]}/schedule`);
    await shop.run();
    const first = await shop.get('/v1/campaigns?limit=2');
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]]);
    const rest = await shop.get(`/v1/campaigns?limit=2&cursor=${first.body.nextCursor}`);
    expect(rest.body.items).toMatchObject([{ id: ids[0], state: 'sent', totals: { accepted: 1 } }]);
    expect((await shop.get('/v1/campaigns?state=draft')).body.items).toHaveLength(2);
  });

  it('tells the marketer why nothing was sent when LINE refuses the content', async () => {
    const shop = await town.shop(2);
    const id = await scheduled(shop);
    await town.control('POST', 'faults', { kind: '400', endpoint: 'validate.multicast', times: 1 });
    await shop.run();
    expect(await campaign(shop, id)).toMatchObject({ state: 'failed', problem: { code: 'delivery.content_refused' } });
  });
});
