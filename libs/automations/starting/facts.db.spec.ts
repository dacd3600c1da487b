import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LineUsers } from '#channels';
import { ProductsHttpModule } from '#products';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { DAY, HOUR, journeysModules, JourneysStage, MINUTE, purchase, send, wait } from '../testing/journeys-stage.js';

const user = (n: number) => `U${n.toString(16).padStart(32, '0')}`;

describe('A journey that starts on what becomes of members', () => {
  let app: TestApp;
  let shop: JourneysStage;

  beforeAll(async () => {
    app = await createTestApp({
      imports: [...journeysModules, ProductsHttpModule],
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200 },
    });
  });
  beforeEach(async () => {
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
  });
  afterAll(() => app.close());

  const steps = [wait(), send()];
  const put = (id: string, profile: object = {}) => shop.done('PUT', `/v1/members/${id}`, profile);
  const link = async (memberId: string, n: number, more: object = {}) => {
    const links = [{ memberId, lineUserId: user(n), friend: true, ...more }];
    const answer = await shop.done<{ rejected: object[] }>('POST', '/v1/links/batch', {
      channelId: shop.channelId,
      links,
    });
    expect(answer.rejected).toEqual([]);
    await shop.drain();
  };
  const follow = async (n: number) => {
    const people = app.get(LineUsers);
    const ids = await people.ensure(shop.scope, shop.channelId, [user(n)]);
    const word = { lineUserId: ids.get(user(n))!, friendState: 'friend' as const, at: shop.scope.clock.now() };
    await people.hear(shop.scope, shop.channelId, [word]);
    await shop.drain();
  };
  const states = async (journeyId: string) => {
    const runs = await shop.runs(journeyId);
    return runs.map(({ memberId, lineUserId, state }) => [memberId ?? lineUserId, state]).reverse();
  };

  it('takes in who is linked, in the role it asks for, but nobody whose link is older than a day', async () => {
    const journey = await shop.journey({ start: { on: 'link', change: 'linked', role: 'user' }, steps });
    for (const id of ['a', 'b', 'c']) await put(id);
    await link('a', 1, { role: 'user' });
    await link('b', 2, { role: 'contractor' });
    await link('c', 3, { role: 'user', linkedAt: new Date(shop.now - 2 * DAY).toISOString() });
    expect(await states(journey)).toEqual([['a', 'waiting']]);
  });

  it('ends the run of who was waiting to be linked', async () => {
    const cancel = [{ change: 'linked' }];
    const journey = await shop.journey({ start: { on: 'event', event: 'visit' }, steps, cancel });
    await shop.happens({ type: 'visit', memberId: 'a' }, { type: 'visit', memberId: 'b' });
    shop.scope.clock.advance(MINUTE);
    await link('a', 1);
    await shop.pass(HOUR);
    expect(await states(journey)).toEqual([
      ['a', 'cancelled'],
      ['b', 'done'],
    ]);
  });

  it('ends the run of who wants to be sent that no more, also where they had said so elsewhere before', async () => {
    const cancel = [{ change: 'opted_out', where: [{ field: 'purpose', equals: 'triggered' }] }];
    const journey = await shop.journey({ start: { on: 'event', event: 'visit' }, steps, cancel });
    const people = ['already', 'elsewhere', 'now', 'other', 'nothing'];
    for (const id of people) await put(id);
    const optOut = (id: string, purpose: string, more: object = {}) =>
      shop.done('PUT', `/v1/members/${id}/opt-outs/${purpose}`, { source: 'spec', ...more });
    await optOut('already', 'triggered');
    shop.scope.clock.advance(MINUTE);
    await shop.happens(...people.map((memberId) => ({ type: 'visit', memberId })));
    shop.scope.clock.advance(MINUTE);
    await optOut('elsewhere', 'triggered', { since: new Date(shop.now - DAY).toISOString() });
    await optOut('now', 'triggered');
    await optOut('other', 'promotional');
    await shop.drain();
    const cancelled = [
      ['elsewhere', 'cancelled'],
      ['now', 'cancelled'],
    ];
    expect((await states(journey)).filter(([, state]) => state !== 'waiting')).toEqual(cancelled);
    await shop.pass(HOUR);
    expect((await states(journey)).filter(([, state]) => state !== 'done')).toEqual(cancelled);
    const [run] = await shop.runsOf('now');
    expect(run!.decisions.at(-1)).toMatchObject({
      step: 'cancel',
      decision: 'cancelled',
      detail: { event: 'opted_out' },
    });
  });

  it('takes in new friends, those who are not linked as LINE users, until they are', async () => {
    const cancel = [{ change: 'linked' }];
    const greeting = { steps: [send('greet'), wait(), send('remind')], cancel };
    const strangers = await shop.journey({ start: { on: 'friend', linked: false }, ...greeting });
    const everybody = await shop.journey({ start: { on: 'friend' }, steps });
    await put('a');
    await link('a', 1);
    for (const n of [1, 2, 3]) await follow(n);
    expect(await states(strangers)).toEqual([
      [user(2), 'waiting'],
      [user(3), 'waiting'],
    ]);
    expect((await states(everybody)).map(([who]) => who)).toEqual(['a', user(2), user(3)]);
    await put('b');
    shop.scope.clock.advance(MINUTE);
    await link('b', 2);
    expect(await states(strangers)).toEqual([
      [user(2), 'cancelled'],
      [user(3), 'waiting'],
    ]);
    await shop.pass(HOUR);
    expect((await states(strangers))[1]).toEqual([user(3), 'done']);
  });

  it('takes in who gets a rank', async () => {
    const journey = await shop.journey({ start: { on: 'rank', to: ['gold'] }, steps });
    await put('a', { rank: 'silver' });
    await put('b', { rank: 'gold' });
    await shop.drain();
    await put('a', { rank: 'gold' });
    await shop.drain();
    expect(await states(journey)).toEqual([['a', 'waiting']]);
  });

  it('takes in who enters a segment, for as long as it is active', async () => {
    const rule = { kind: 'purchase', count: { gte: 2 } };
    const { id: segmentId } = await shop.done<{ id: string }>('POST', '/v1/segments', { name: 's', rule });
    await shop.happens(purchase('a'), purchase('a'), purchase('b'));
    shop.scope.clock.advance(MINUTE);
    const journey = await shop.journey({ start: { on: 'segment', segmentId, change: 'entered' }, steps });
    await shop.drain();
    expect(await states(journey)).toEqual([]);
    shop.scope.clock.advance(MINUTE);
    await shop.happens({ ...purchase('b'), occurredAt: new Date(shop.now - 1_000).toISOString() });
    expect(await states(journey)).toEqual([['b', 'waiting']]);
    await shop.done('POST', `/v1/journeys/${journey}/deactivate`);
    expect((await shop.request('DELETE', `/v1/segments/${segmentId}`)).status).toBe(409);
    await shop.pass(HOUR);
    expect((await shop.request('DELETE', `/v1/segments/${segmentId}`)).status).toBe(409);
  });

  describe('on a restock', () => {
    const ask = (id: string) => shop.done('POST', `/v1/members/${id}/restock-requests`, { productId: 'p' });
    const view = (memberId: string) => ({ type: 'browse', memberId, url: 'https://shop.example/p', productId: 'p' });
    const back = { type: 'restock', productId: 'p' };

    it('takes in who asked, once, and who looked at it where it says so', async () => {
      const asked = await shop.journey({ start: { on: 'restock' }, steps });
      const viewed = await shop.journey({ start: { on: 'restock', browsedWithinDays: 30 }, steps });
      for (const id of ['a', 'b', 'c']) await put(id);
      await shop.happens(view('c'), { ...view('b'), occurredAt: new Date(shop.now - 40 * DAY).toISOString() });
      await ask('a');
      await shop.happens(back);
      expect(await states(asked)).toEqual([['a', 'waiting']]);
      expect((await states(viewed)).map(([id]) => id).sort()).toEqual(['a', 'c']);
      await shop.happens(back);
      expect(await states(asked)).toHaveLength(1);
    });

    it('takes them in by lots, in the order in which they asked', async () => {
      const journey = await shop.journey({ start: { on: 'restock', first: 2, everyMinutes: 30 }, steps: [send()] });
      for (const id of ['e', 'd', 'c', 'b', 'a']) {
        await put(id);
        await ask(id);
      }
      await shop.happens(back);
      const lots: string[][] = [];
      for (let lot = 0; lot < 3; lot++) {
        lots.push((await states(journey)).map(([id]) => id!));
        await shop.pass(30 * MINUTE);
      }
      expect(lots).toEqual([
        ['e', 'd'],
        ['e', 'd', 'c', 'b'],
        ['e', 'd', 'c', 'b', 'a'],
      ]);
    });
  });
});
