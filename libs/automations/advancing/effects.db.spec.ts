import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { menuChosen } from '../automations.jobs.js';
import { cart, DAY, HOUR, journeysModules, JourneysStage, send, wait } from '../testing/journeys-stage.js';

interface Heard {
  headers: Record<string, unknown>;
  body: string;
}

describe('What a journey does', () => {
  let app: TestApp;
  let shop: JourneysStage;
  let server: Server;
  let url: string;
  let heard: Heard[];
  let answers: number[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        heard.push({ headers: request.headers, body });
        response.writeHead(answers.shift() ?? 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    app = await createTestApp({
      imports: journeysModules,
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200, privateWebhooks: true },
    });
  });
  beforeEach(async () => {
    [heard, answers] = [[], []];
    app.config.privateWebhooks = true;
    shop = await JourneysStage.open(app, () => drainJobs(app.nest, { failures: 'allow' }));
  });
  afterAll(async () => {
    await app.close();
    server.close();
  });

  const start = { on: 'event', event: 'cart' };

  it('tags and untags, and leaves the other tags alone', async () => {
    const tag = (id: string, kind: string, ...tags: string[]) => ({ id, kind, tags });
    await shop.journey({
      start,
      steps: [
        tag('one', 'tag', 'cart', 'hot'),
        tag('two', 'untag', 'cold', 'hot'),
        wait(),
        tag('three', 'untag', 'cart'),
      ],
    });
    await shop.done('PUT', '/v1/members/a', { tags: ['cold', 'vip'] });
    await shop.happens(cart('a'));
    const tags = async () => (await shop.done<{ tags: string[] }>('GET', '/v1/members/a')).tags;
    expect(await tags()).toEqual(['cart', 'vip']);
    await shop.pass(HOUR + 1);
    expect(await tags()).toEqual(['vip']);
  });

  it('announces which menu a member is to see', async () => {
    const menuId = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';
    await shop.journey({ start, steps: [{ id: 'menu', kind: 'rich-menu', menuId }] });
    await shop.post(cart('a'));
    const ran = await drainJobs(app.nest);
    expect(ran.filter(({ job }) => job === menuChosen.name)).toMatchObject([{ outcome: 'done' }]);
    expect((await shop.runsOf('a'))[0]!.decisions[1]).toMatchObject({ decision: 'menu_chosen', detail: { menuId } });
  });

  it('sends a step no more often than it says, also by several runs at once', async () => {
    await shop.journey({ start, steps: [wait(), send('send', { atMost: { count: 2, days: 7 } })] });
    await shop.happens(...['c1', 'c2', 'c3', 'c4'].map((id) => cart('a', id)));
    await shop.pass(HOUR + 1);
    const ends = async () => (await shop.traces('a')).map((trace) => trace.at(-2)).sort();
    expect(await ends()).toEqual(['send limited', 'send limited', 'send sent', 'send sent']);
    await shop.pass(7 * DAY);
    await shop.happens(cart('a', 'c5'));
    await shop.pass(HOUR + 1);
    expect((await ends()).filter((end) => end === 'send sent')).toHaveLength(3);
  });

  it('counts what it sends at the same moment', async () => {
    await shop.journey({ start, steps: [send('send', { atMost: { count: 1, days: 7 } })] });
    await shop.happens(...['c1', 'c2', 'c3'].map((id) => cart('a', id)));
    const ends = (await shop.traces('a')).map((trace) => trace.at(-2));
    expect(ends).toEqual(['send sent', 'send limited', 'send limited']);
  });

  it('tells another system by a signed POST, again until it is taken, each time with the same id', async () => {
    const { secret } = await shop.done<{ secret: string }>('POST', '/v1/journeys/webhook-secret');
    const journey = await shop.journey({ start, steps: [{ id: 'tell', kind: 'webhook', url }] });
    answers.push(500);
    await shop.happens(cart('a'));
    await shop.pass(HOUR);
    expect(heard).toHaveLength(2);
    const [{ headers, body }] = heard as [Heard];
    expect(heard[1]!.body).toBe(body);
    expect(headers['x-tsunagi-signature']).toBe(createHmac('sha256', secret).update(body).digest('base64'));
    expect(JSON.parse(body)).toMatchObject({
      id: headers['idempotency-key'],
      type: 'journey.step',
      journey: { id: journey, version: 1 },
      step: 'tell',
      memberId: 'a',
      event: { type: 'cart', cartId: 'c', items: [{ productId: 'p' }] },
    });
    expect(await shop.traces('a')).toEqual([['start started', 'tell told', 'tell done']]);
  });

  it('does not tell systems of a private network, unless the installation allows it', async () => {
    app.config.privateWebhooks = false;
    const named = url.replace('127.0.0.1', 'localhost');
    await shop.journey({
      start,
      steps: [
        { id: 'tell', kind: 'webhook', url },
        { id: 'name', kind: 'webhook', url: named },
      ],
    });
    await shop.happens(cart('a'));
    for (let i = 0; i < 12; i++) await shop.pass(HOUR);
    expect(heard).toEqual([]);
  });
});
