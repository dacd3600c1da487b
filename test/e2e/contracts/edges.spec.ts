import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChannelsJobsModule } from '#channels';
import { OpenApiModule } from '#http';
import { LinkingJobsModule } from '#linking';
import { createTestApp, TEST_ADMIN_KEY, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { lineUser, paths, rank, Shop, type Json } from './shop.js';

const channel = {
  name: 'c',
  lineChannelId: '1',
  channelSecret: 'very-secret',
  accessToken: 'token-secret',
  verify: false,
};

const imports = [...features, ChannelsJobsModule, LinkingJobsModule, OpenApiModule.forRoot(features)];

describe('The contract of the edge', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => void (app = await createTestApp({ imports })));
  afterAll(() => app.close());
  beforeEach(async () => void (shop = await Shop.open(app)));

  it.each<[string, string, string, unknown, number]>([
    ['malformed JSON', 'POST', '/v1/events', '{"events":', 400],
    ['no body', 'POST', '/v1/events', undefined, 400],
    ['a body of another type', 'POST', '/v1/events', '[]', 400],
    ['a bare value', 'POST', '/v1/events', 'null', 400],
    ['an unknown field', 'PUT', '/v1/members/m', { nope: 1 }, 400],
    ['an unknown member', 'GET', '/v1/members/nobody', undefined, 404],
    ['an unknown address', 'GET', '/v1/nope', undefined, 404],
    ['an id that is none', 'GET', '/v1/segments/x', undefined, 404],
    ['a proto key', 'PUT', '/v1/members/m', '{"__proto__":{"rank":"x"}}', 400],
    ['a member id with NUL', 'PUT', '/v1/members/a%00b', {}, 400],
    ['a member id of 129', 'PUT', `/v1/members/${'x'.repeat(129)}`, {}, 400],
    ['half an escape', 'PUT', '/v1/members/%ff', {}, 400],
  ])('answers %s with a problem document', async (_, ...[method, url, body, status]) => {
    const answer = await shop.call(method, url, body);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer).toMatchObject({
      status,
      body: {
        type: expect.any(String),
        title: expect.any(String),
        status,
        code: expect.any(String),
        detail: expect.any(String),
        requestId: expect.any(String),
      },
    });
    for (const error of answer.body.errors ?? [])
      expect(error).toEqual({ path: expect.any(String), detail: expect.any(String) });
  });

  it('serves its own description', async () => {
    const { status, body } = await shop.call('GET', '/v1/openapi.json');
    expect(status).toBe(200);
    for (const path of ['/v1/events', '/v1/segments/explain', '/v1/campaigns/{id}/recipients'])
      expect(body.paths).toHaveProperty([path]);
  });

  const rule = rank('a');
  const creating: [string, () => Promise<Json>, listed?: true][] = [
    ['/v1/segments', async () => ({ name: 'n', rule }), true],
    ['/v1/channels', async () => channel, true],
    ['/v1/api-keys', async () => ({ name: 'n', permits: ['segments.read'] }), true],
    ['/v1/events', async () => ({ events: [shop.event({ type: 'visit' })] })],
    ['/v1/members/batch', async () => ({ members: [{ externalId: 'm' }] })],
    ['/v1/links/batch', async () => linkBody()],
    [
      '/v1/campaigns',
      async () => ({ name: 'n', channelId: await shop.channel(), rule, messages: [{ type: 'text', text: 'x' }] }),
    ],
  ];
  const count = async (url: string) => (await shop.must('GET', url)).items.length;
  const linkBody = async () => {
    await shop.put('m');
    return { channelId: await shop.channel(), links: [{ memberId: 'm', lineUserId: lineUser(1) }] };
  };

  it.each(creating)('POST %s with one Idempotency-Key is done once', async (url, ...[bodyOf, listed]) => {
    const body = await bodyOf();
    const before = listed && (await count(url));
    const headers = { 'idempotency-key': 'key-1' };
    const first = await shop.call('POST', url, body, headers);
    expect(first.status).toBeLessThan(300);
    const again = await shop.call('POST', url, body, headers);
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    if (listed) expect(await count(url)).toBe(Number(before) + 1);
    const other = await shop.call('POST', url, { ...body, name: 'other', members: [], events: [] }, headers);
    expect(other.status).toBe(409);
    const elsewhere = await Shop.open(app);
    const theirs = await elsewhere.call('POST', '/v1/segments', { name: 'theirs', rule }, headers);
    expect(theirs.status).toBe(201);
  });

  it('makes a workspace once, for the installation only', async () => {
    const body = { name: 'New', timeZone: 'America/New_York', currency: 'USD' };
    const ask = (key: string | null, more: Json = {}) =>
      app.request('POST', '/v1/workspaces', { key, body: { ...body, ...more }, headers: { 'idempotency-key': 'w' } });
    expect((await ask(null)).status).toBe(401);
    expect([401, 403]).toContain((await ask(shop.of.key)).status);
    const made = await ask(TEST_ADMIN_KEY);
    expect(made).toMatchObject({ status: 201, body: { id: expect.any(String), apiKey: expect.any(String) } });
    expect((await ask(TEST_ADMIN_KEY)).body).toEqual(made.body);
    expect((await ask(TEST_ADMIN_KEY, { name: 'other' })).status).toBe(409);
    expect((await app.request('GET', '/v1/workspace', { key: made.body.apiKey })).body).toMatchObject(body);
    const { body: plain } = await app.request('POST', '/v1/workspaces', { key: TEST_ADMIN_KEY, body: { name: 'P' } });
    const { body: seen } = await app.request('GET', '/v1/workspace', { key: plain.apiKey });
    expect(seen).toMatchObject({ name: 'P', timeZone: 'Asia/Tokyo', currency: 'JPY', caps: [] });
    expect(seen).toHaveProperty('quietHours');
  });

  it.each<[Json, string]>([
    [{ timeZone: 'Mars/Base' }, '/timeZone'],
    [{ timeZone: '+09:00' }, '/timeZone'],
    [{ currency: 'YEN' }, '/currency'],
    [{ currency: 'jpy' }, '/currency'],
    [{ quietHours: { from: '25:00', to: '08:00', exempt: [] } }, '/quietHours/from'],
    [{ quietHours: { from: '21:00', exempt: [] } }, '/quietHours/to'],
    [{ quietHours: { from: '21:00', to: '08:00', exempt: ['spam'] } }, '/quietHours/exempt/0'],
    [{ caps: [{ class: 'spam', count: 1, days: 1 }] }, '/caps/0/class'],
    [{ caps: [{ class: 'promotional', count: 1.5, days: 1 }] }, '/caps/0/count'],
    [{ caps: [{ class: 'promotional', count: 1 }] }, '/caps/0/days'],
    [{ nope: 1 }, '/nope'],
  ])('refuses the workspace %j', async (body, path) => {
    const answer = await shop.call('PATCH', '/v1/workspace', body);
    expect([answer.status, paths(answer)]).toEqual([400, [path]]);
  });

  it('keeps what a workspace is told', async () => {
    const body = {
      name: '花屋',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      quietHours: { from: '22:30', to: '07:15', exempt: ['transactional'] },
      caps: [{ class: 'promotional', count: 3, days: 7 }],
    };
    await shop.must('PATCH', '/v1/workspace', body);
    expect(await shop.must('GET', '/v1/workspace')).toMatchObject(body);
    await shop.must('PATCH', '/v1/workspace', { quietHours: null });
    expect(await shop.must('GET', '/v1/workspace')).toMatchObject({ ...body, quietHours: null });
  });

  it('shows the secret of a key once, honours its permits, and ends it', async () => {
    const made = await shop.must('POST', '/v1/api-keys', { name: 'k', permits: ['segments.read'] });
    expect(JSON.stringify(await shop.must('GET', '/v1/api-keys'))).not.toContain(made.key);
    const ask = (method: string, url: string, body?: unknown) => app.request(method, url, { key: made.key, body });
    expect((await ask('GET', '/v1/segments')).status).toBe(200);
    expect((await ask('POST', '/v1/segments', { name: 's', rule })).status).toBe(403);
    expect((await ask('GET', '/v1/workspace')).status).toBe(403);
    expect((await shop.call('DELETE', `/v1/api-keys/${made.id}`)).status).toBe(204);
    expect((await ask('GET', '/v1/segments')).status).toBe(401);
    for (const key of [null, 'wrong', `${shop.of.key}x`])
      expect((await app.request('GET', '/v1/segments', { key })).status).toBe(401);
  });

  it('never reads back the secrets of a channel', async () => {
    const made = await shop.must('POST', '/v1/channels', {
      ...channel,
      login: { channelId: '2', channelSecret: 'login-secret' },
    });
    const changed = await shop.must('PATCH', `/v1/channels/${made.id}`, { name: 'd' });
    const list = await shop.must('GET', '/v1/channels');
    expect(list).toMatchObject({
      items: [{ id: made.id, name: 'd', lineChannelId: '1', login: { channelId: '2' } }],
      nextCursor: null,
    });
    for (const seen of [made, changed, list]) expect(JSON.stringify(seen)).not.toMatch(/-secret/);
    expect((await shop.call('DELETE', `/v1/channels/${made.id}`)).status).toBeLessThan(300);
    expect((await shop.must('GET', '/v1/channels')).items).toEqual([]);
  });

  it('pages lists, and refuses limits and cursors that are none', async () => {
    for (const name of ['a', 'b', 'c']) await shop.segment(rule, name);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { items, nextCursor } = await shop.must('GET', `/v1/segments?limit=2${cursor}`);
      seen.push(...items.map(({ name }: { name: string }) => name));
      if (nextCursor === null) break;
      cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
    }
    expect(seen.sort()).toEqual(['a', 'b', 'c']);
    for (const url of ['/v1/segments', '/v1/channels', '/v1/api-keys', '/v1/campaigns'])
      for (const query of ['limit=0', 'limit=100000', 'limit=x', 'cursor=x', 'cursor=WyJ4Il0'])
        expect([url, query, (await shop.call('GET', `${url}?${query}`)).status]).toEqual([url, query, 400]);
  });

  it('finds nothing of another workspace', async () => {
    const other = await Shop.open(app);
    await shop.put('hanako', { rank: 'a' });
    const id = await shop.segment(rule);
    const channelId = await shop.channel();
    expect((await other.call('GET', '/v1/members/hanako')).status).toBe(404);
    expect((await other.call('GET', `/v1/segments/${id}`)).status).toBe(404);
    expect((await other.call('GET', `/v1/segments/${id}/members`)).status).toBe(404);
    expect((await other.call('POST', '/v1/segments/explain', { rule, memberId: 'hanako' })).status).toBe(404);
    expect((await other.must('POST', '/v1/segments/preview', { rule })).count).toBe(0);
    const friend = { rule: { kind: 'friend', state: 'none', channelId } };
    expect((await other.call('POST', '/v1/segments/preview', friend)).status).toBe(400);
    const body = { name: 'c', channelId, rule, messages: [{ type: 'text', text: 'x' }] };
    expect([400, 404]).toContain((await other.call('POST', '/v1/campaigns', body)).status);
    const { nextCursor } = await shop.must('GET', '/v1/segments?limit=1');
    expect(nextCursor).toBeNull();
  });

  it('takes the check of LINE, and no other voice', async () => {
    const id = await shop.channel();
    expect(await shop.lineSays(id, 'follow', lineUser(1))).toBe(200);
    const check = '{"destination":"U","events":[]}';
    const signature = createHmac('sha256', 's').update(check).digest('base64');
    const signed = { 'content-type': 'application/json', 'x-line-signature': signature };
    const post = (body: string) => app.request('POST', `/webhooks/line/${id}`, { key: null, headers: signed, body });
    expect((await post(check)).status).toBe(200);
    for (const other of [`${check} `, check.replace('U', 'V')]) expect((await post(other)).status).not.toBe(200);
    const headers = { 'content-type': 'application/json', 'x-line-signature': 'AAAA' };
    const answer = await app.request('POST', `/webhooks/line/${id}`, { key: null, headers, body: '{"events":[]}' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});
