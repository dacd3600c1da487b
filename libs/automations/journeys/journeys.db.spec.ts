import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { CART, cart, HELLO, HOUR, journeysModules, JourneysStage, send, wait } from '../testing/journeys-stage.js';
import { JourneyReferences } from './journey-references.js';

describe('A journey', () => {
  let app: TestApp;
  let shop: JourneysStage;

  beforeAll(async () => {
    app = await createTestApp({
      imports: journeysModules,
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200 },
    });
  });
  beforeEach(async () => {
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
  });
  afterAll(() => app.close());

  const get = async (id: string) => (await shop.request('GET', `/v1/journeys/${id}`)).body;
  const refusedPaths = async (definition: object) => {
    const { status, body } = await shop.request('POST', '/v1/journeys', shop.body(definition));
    expect(status).toBe(400);
    return (body.errors as { path: string }[]).map(({ path }) => path);
  };

  it('is a draft at first, and comes back as it was written', async () => {
    const answer = await shop.request('POST', '/v1/journeys', shop.body(CART, 'Carts'));
    const expected = { name: 'Carts', state: 'draft', version: 1, inside: [] };
    expect(answer).toMatchObject({ status: 201, body: expected });
    expect(answer.body.definition).toEqual({ channelId: shop.channelId, ...CART });
    expect(await get(answer.body.id)).toEqual(answer.body);
    const { items } = await shop.done<{ items: object[] }>('GET', '/v1/journeys');
    expect(items).toEqual([answer.body]);
  });

  it('is refused with every place that names what is not there', async () => {
    const nowhere = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';
    const rule = { kind: 'segment', id: nowhere };
    const branch = { id: 'which', kind: 'branch', rule };
    expect(await refusedPaths({ ...CART, channelId: nowhere, filter: rule, steps: [branch, send()] })).toEqual([
      ...['/definition/channelId', '/definition/filter/id', '/definition/steps/0/rule/id'],
    ]);
    const start = { on: 'segment', segmentId: nowhere, change: 'entered' };
    expect(await refusedPaths({ start, steps: [send()] })).toEqual(['/definition/start/segmentId']);
  });

  it('asks the floor above whether a menu is there', async () => {
    const menuId = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';
    const steps = [{ id: 'menu', kind: 'rich-menu', menuId }];
    const references = app.get(JourneyReferences);
    const id = await shop.journey({ ...CART, steps });
    expect(await references.showing(shop.scope, menuId)).toEqual([{ kind: 'journey', id, name: 'journey' }]);
    references.registerMenus(async () => false);
    expect(await refusedPaths({ ...CART, steps })).toEqual(['/definition/steps/0/menuId']);
    references.registerMenus(async () => true);
  });

  it('lets people inside finish on the version they came in by', async () => {
    const id = await shop.journey({ ...CART, steps: [wait(), send('old')] });
    await shop.happens(cart('a'));
    const changed = await shop.done('PUT', `/v1/journeys/${id}`, shop.body({ ...CART, steps: [wait(), send('new')] }));
    expect(changed).toMatchObject({ state: 'active', version: 2, inside: [{ version: 1, runs: 1 }] });
    await shop.happens(cart('b'));
    expect(await get(id)).toMatchObject({
      inside: [
        { version: 1, runs: 1 },
        { version: 2, runs: 1 },
      ],
    });
    await shop.pass(2 * HOUR);
    expect((await shop.traces('a'))[0]).toContain('old sent');
    expect((await shop.traces('b'))[0]).toContain('new sent');
    expect(await get(id)).toMatchObject({ version: 2, inside: [] });
  });

  it('makes no version of a change before it was ever active, nor of one that changes nothing', async () => {
    const { id } = await shop.done<{ id: string }>('POST', '/v1/journeys', shop.body(CART));
    const put = (definition: object, name?: string) =>
      shop.done('PUT', `/v1/journeys/${id}`, shop.body(definition, name));
    expect(await put({ ...CART, steps: [send()] })).toMatchObject({ version: 1 });
    await shop.done('POST', `/v1/journeys/${id}/activate`);
    expect(await put({ ...CART, steps: [send()] }, 'other')).toMatchObject({ version: 1, name: 'other' });
    expect(await put(CART)).toMatchObject({ version: 2 });
  });

  it('is not deleted while it is active or people are inside, and lets them finish or ends their runs', async () => {
    const id = await shop.journey(CART);
    await shop.happens(cart('a'));
    const remove = () => shop.request('DELETE', `/v1/journeys/${id}`);
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'journeys.wrong_state' } });
    await shop.done('POST', `/v1/journeys/${id}/deactivate`);
    const inside = { code: 'journeys.people_inside', details: { runs: 1 } };
    expect(await remove()).toMatchObject({ status: 409, body: inside });
    expect(await shop.runs(id)).toMatchObject([{ state: 'waiting', memberId: 'a' }]);
    await shop.done('POST', `/v1/journeys/${id}/deactivate`, { inside: 'stop' });
    expect(await shop.runs(id)).toMatchObject([{ state: 'stopped', step: null }]);
    expect((await remove()).status).toBe(204);
    expect((await shop.request('GET', `/v1/journeys/${id}`)).status).toBe(404);
    // Whoever asks why is still told.
    expect(await shop.runsOf('a')).toMatchObject([{ journeyId: id, state: 'stopped' }]);
  });

  it.each([
    ['activate', 'active'],
    ['deactivate', 'draft'],
  ])('refuses to %s one that is %s', async (action, state) => {
    const { id } = await shop.done<{ id: string }>('POST', '/v1/journeys', shop.body(CART));
    if (state === 'active') await shop.done('POST', `/v1/journeys/${id}/activate`);
    const answer = await shop.request('POST', `/v1/journeys/${id}/${action}`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'journeys.wrong_state', details: { state } } });
  });

  it('keeps its segments and its channel from being deleted, also those of people inside', async () => {
    const rule = { kind: 'rank', in: ['gold'] };
    const segment = await shop.done<{ id: string }>('POST', '/v1/segments', { name: 's', rule });
    const filter = { kind: 'not', rule: { kind: 'segment', id: segment.id } };
    const id = await shop.journey({ ...CART, filter });
    await shop.happens(cart('a'));
    await shop.done('PUT', `/v1/journeys/${id}`, shop.body(CART));
    const remove = () => shop.request('DELETE', `/v1/segments/${segment.id}`);
    expect(await remove()).toMatchObject({ status: 409, body: { details: { referrers: [{ kind: 'journey', id }] } } });
    await shop.pass(2 * HOUR);
    expect((await remove()).status).toBe(204);
    expect((await shop.request('DELETE', `/v1/channels/${shop.channelId}`)).status).toBe(409);
  });

  it('is made once by one key', async () => {
    const headers = { 'idempotency-key': 'k' };
    const request = { body: shop.body({ ...CART, steps: [wait(), { ...send(), messages: HELLO }] }), key: shop.key };
    const first = await app.request('POST', '/v1/journeys', { ...request, headers });
    const second = await app.request('POST', '/v1/journeys', { ...request, headers });
    expect(second.body).toEqual(first.body);
  });
});
