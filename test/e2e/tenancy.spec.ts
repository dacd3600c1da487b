import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { openApiDocument } from '#http';
import { createTestApp, type TestApp, type TestWorkspace } from '#testing';
import { features } from '../../apps/api/app.module.js';

interface Operation {
  security: object[];
  requestBody?: object;
}

const document = openApiDocument(...features) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

/** By what an address names: how the first workspace comes to have one. Every feature with ids in addresses adds itself. */
const made: Record<string, (shop: Shop) => Promise<string>> = {
  '/v1/api-keys/{id}': async (shop) =>
    (await shop.post('/v1/api-keys', { name: 'k', permits: ['workspaces.read'] })).id,
  '/v1/operators/{id}': (shop) => shop.once('operator'),
  '/v1/channels/{id}': (shop) => shop.once('channel'),
  '/v1/members/{externalId}': (shop) => shop.once('member'),
  '/v1/links/{id}': (shop) => shop.once('link'),
  '/v1/takeovers/{id}': (shop) => shop.takeover(),
  '/v1/sign-in-keys/{id}': async (shop) => (await shop.post('/v1/sign-in-keys', {})).id,
  '/v1/link-sessions/{id}': (shop) => shop.linkSession(),
  '/v1/segments/{id}': (shop) => shop.once('segment'),
  '/v1/campaigns/{id}': (shop) => shop.once('campaign'),
  '/v1/audiences/{id}': (shop) => shop.audience(),
  '/v1/rich-menus/{id}': (shop) => shop.once('menu'),
  '/v1/products/{productId}': (shop) => shop.product(),
  '/v1/product-feeds/{id}': (shop) => shop.feed(),
  '/v1/visitors/{visitorId}': async (shop) => (await shop.once('member')) && 'v'.repeat(22),
  '/v1/journeys/{id}': (shop) => shop.once('journey'),
};

/** Where the owner looks whether a thing is as it was, if not at its own address. */
const looks: Record<string, string> = {
  '/v1/api-keys/{id}': '/v1/api-keys',
  '/v1/operators/{id}': '/v1/operators',
  '/v1/links/{id}': '/v1/members/hanako/links',
  '/v1/sign-in-keys/{id}': '/v1/sign-in-keys',
  '/v1/visitors/{visitorId}': '/v1/members/hanako',
};

const MENU = {
  name: 'm',
  chatBarText: 'm',
  size: { width: 800, height: 250 },
  areas: [],
};

/** Valid bodies, where `{}` is none. */
const bodies: Record<string, object> = {
  'POST /v1/members/{externalId}/takeover': { channelId: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90' },
  'PUT /v1/members/{externalId}/users': { users: [] },
  'PUT /v1/members/{externalId}/opt-outs/{purpose}': { source: 's' },
  'POST /v1/members/{externalId}/user-codes': { userMemberId: 'hanako' },
  'POST /v1/members/{externalId}/restock-requests': { productId: 'p' },
  'POST /v1/visitors/{visitorId}/member': { memberId: 'hanako' },
  'PUT /v1/members/{externalId}/login': { loginId: 'hanako@shop.example' },
  'POST /v1/channels/{id}/rich-menus': MENU,
  'PUT /v1/channels/{id}/plan': { plan: 'light' },
  'PUT /v1/rich-menus/{id}': MENU,
  'PUT /v1/channels/{id}/rich-menu-rules': { rules: [] },
  'PUT /v1/journeys/{id}': { name: 'j', definition: {} },
  'PUT /v1/segments/{id}': { name: 's', rule: { kind: 'rank', in: ['gold'] } },
  'POST /v1/campaigns/{id}/test': { memberIds: ['m'] },
  'POST /v1/campaigns/{id}/resend': { reasons: ['blocked'] },
  'POST /v1/channels/{id}/link-page/preview': { settings: {} },
  'POST /v1/link-sessions/{id}/result': { code: 'c' },
  'POST /v1/link-sessions/{id}/link': { memberId: 'm' },
};

/** Addresses that name what each workspace calls by its own names: writing there makes one's own. */
const ownNames = new Set(['PUT /v1/members/{externalId}']);

/** The first workspace and its things, made by HTTP as an integrator would. */
class Shop {
  private readonly things = new Map<string, Promise<string>>();
  private fed?: Promise<string>;

  constructor(
    private readonly app: TestApp,
    private readonly of: TestWorkspace,
  ) {}

  async post(url: string, body: object): Promise<{ id: string }> {
    const answer = await this.app.request('POST', url, { body, key: this.of.key });
    if (answer.status >= 300) throw new Error(`POST ${url}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  once(
    thing: 'operator' | 'channel' | 'member' | 'link' | 'segment' | 'campaign' | 'menu' | 'journey',
  ): Promise<string> {
    const made = this.things.get(thing) ?? this[thing]();
    this.things.set(thing, made);
    return made;
  }

  /** On a channel that is set up for it, as if LINE had confirmed its credentials. */
  async linkSession(): Promise<string> {
    const channelId = await this.once('channel');
    const settings: [string, object][] = [
      [`/v1/channels/${channelId}`, { login: { channelId: '9', channelSecret: 's' } }],
      [`/v1/channels/${channelId}/link-page`, { enabled: true, returnUrls: ['https://shop.example'] }],
    ];
    for (const [url, body] of settings) await this.app.request('PATCH', url, { body, key: this.of.key });
    const db = this.app.get(Database);
    await db.execute(this.of.scope, sql`update channels set verified_at = now() where id = ${channelId}`);
    return (await this.post('/v1/link-sessions', { channelId, returnUrl: 'https://shop.example/in' })).id;
  }

  async audience(): Promise<string> {
    const headers = { 'content-type': 'text/csv' };
    const { body } = await this.app.request('POST', '/v1/audiences?name=a', { body: 'm1', key: this.of.key, headers });
    return body.id;
  }

  async takeover(): Promise<string> {
    await this.once('link');
    return (await this.post('/v1/members/hanako/takeover', { channelId: await this.once('channel') })).id;
  }

  async product(): Promise<string> {
    const products = [{ productId: 'p', name: 'p', price: 1 }];
    await this.app.request('PUT', '/v1/products/batch', { body: { products }, key: this.of.key });
    return 'p';
  }

  /** One that is still coming in. */
  async feed(): Promise<string> {
    const headers = { 'content-type': 'text/csv' };
    const asked = { body: 'id', headers, key: this.of.key };
    this.fed ??= this.app.request('POST', '/v1/product-feeds?more=true', asked).then(({ body }) => body.id);
    return this.fed;
  }

  private async operator(): Promise<string> {
    const body = { email: 'o@shop.example', name: 'o', password: 'long enough to pass', permits: ['workspaces.read'] };
    return (await this.post('/v1/operators', body)).id;
  }

  private async channel(): Promise<string> {
    const body = { name: 'c', lineChannelId: '1', channelSecret: 's', accessToken: 't', verify: false };
    return (await this.post('/v1/channels', body)).id;
  }

  private async member(): Promise<string> {
    await this.app.request('PUT', '/v1/members/hanako', { body: { rank: 'gold' }, key: this.of.key });
    return 'hanako';
  }

  private async link(): Promise<string> {
    const channelId = await this.once('channel');
    const memberId = await this.once('member');
    await this.post('/v1/links/batch', { channelId, links: [{ memberId, lineUserId: `U${'0'.repeat(32)}` }] });
    const { body } = await this.app.request('GET', `/v1/members/${memberId}/links`, { key: this.of.key });
    return (body.items ?? body.links ?? body)[0].id;
  }

  private async segment(): Promise<string> {
    return (await this.post('/v1/segments', { name: 's', rule: { kind: 'rank', in: ['gold'] } })).id;
  }

  private async menu(): Promise<string> {
    return (await this.post(`/v1/channels/${await this.once('channel')}/rich-menus`, MENU)).id;
  }

  private async journey(): Promise<string> {
    const steps = [{ id: 'thank', kind: 'send', messages: [{ type: 'text', text: 'hello' }] }];
    const start = { on: 'event', event: 'purchase' };
    const definition = { channelId: await this.once('channel'), start, steps };
    return (await this.post('/v1/journeys', { name: 'j', definition })).id;
  }

  private async campaign(): Promise<string> {
    const messages = [{ type: 'text', text: 'hello' }];
    const [channelId, segmentId] = [await this.once('channel'), await this.once('segment')];
    return (await this.post('/v1/campaigns', { name: 'c', channelId, segmentId, messages })).id;
  }
}

describe('another workspace', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => {
    app = await createTestApp({
      imports: features,
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200 },
    });
    shop = new Shop(app, app);
  });

  afterAll(() => app.close());

  const addressed = operations.filter(({ path, operation }) => path.includes('{') && operation.security.length > 0);
  /** `/v1/segments/{id}/members` is below `/v1/segments/{id}`. */
  const namedBy = (path: string) => path.slice(0, path.indexOf('}') + 1);

  it.each(addressed)('is told 404 by $method $path, and nothing happens', async ({ method, path, operation }) => {
    const make = made[namedBy(path)];
    if (!make) throw new Error(`Say in this file how a ${namedBy(path)} is made.`);
    const id = await make(shop);
    const stranger = await app.workspace();
    const look = () => app.request('GET', looks[namedBy(path)] ?? path.replace(/\{\w+\}.*/, id));
    const before = await look();
    const body = operation.requestBody && (bodies[`${method} ${path}`] ?? {});
    const answer = await app.request(method, path.replace(/\{\w+\}/, id), { body, key: stranger.key });
    if (ownNames.has(`${method} ${path}`)) expect(answer.status).toBeLessThan(300);
    else expect(answer).toMatchObject({ status: 404, body: { code: expect.stringContaining('not_found') } });
    expect(before.status).toBe(200);
    expect((await look()).body).toEqual(before.body);
  });

  it('sees nothing in any list', async () => {
    const stranger = await app.workspace();
    for (const make of Object.values(made).slice(0, 5)) await make(shop);
    const single = new Set([
      ...['/v1/workspace', '/v1/sessions/current', '/v1/tracking', '/v1/testers'],
      ...['/v1/campaigns/calendar.ics', '/v1/journey-templates'],
    ]);
    const lists = operations.filter(({ method, path }) => method === 'GET' && !path.includes('{') && !single.has(path));
    for (const { path } of lists) {
      const { status, body } = await app.request('GET', path, { key: stranger.key });
      // The stranger's own key is the only thing it has.
      const foreign = path === '/v1/api-keys' ? (body.items as object[]).slice(1) : body.items;
      expect([path, status, foreign]).toEqual([path, 200, []]);
    }
  });

  it('cannot use a channel or a segment in what it makes', async () => {
    const stranger = await app.workspace();
    const [channelId, memberId] = [await shop.once('channel'), 'own'];
    await app.request('PUT', '/v1/members/own', { body: {}, key: stranger.key });
    const links = [{ memberId, lineUserId: `U${'1'.repeat(32)}` }];
    const uses: [string, object][] = [['/v1/links/batch', { channelId, links }]];
    if ('/v1/segments' in document.paths) {
      const segment = { kind: 'segment', id: await shop.once('segment') };
      uses.push(['/v1/segments', { name: 's', rule: segment }]);
      uses.push(['/v1/segments', { name: 's', rule: { kind: 'friend', state: 'friend', channelId } }]);
    }
    for (const [url, body] of uses) {
      const { status } = await app.request('POST', url, { body, key: stranger.key });
      expect([url, [400, 404].includes(status)]).toEqual([url, true]);
    }
  });
});
