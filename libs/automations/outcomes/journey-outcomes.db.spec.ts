import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { SimulationHttpModule } from '../simulation/simulation.module.js';
import type { SimulationDto } from '../simulation/simulation.dto.js';
import { cart, DAY, HOUR, journeysModules, JourneysStage, send, wait } from '../testing/journeys-stage.js';
import { lineSays, lineUser } from '../testing/line-words.js';
import type { JourneyRecipientDto, JourneyTotalsDto } from './journey-outcomes.dto.js';

interface Page {
  items: JourneyRecipientDto[];
  nextCursor: string | null;
}

const start = { on: 'event', event: 'cart' };
const FOR_CONTRACTORS = { start, steps: [send('send', { role: 'contractor' })] };

describe('What became of what a journey has sent', () => {
  let app: TestApp;
  let line: Server;
  let shop: JourneysStage;

  beforeAll(async () => {
    line = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
    app = await createTestApp({
      imports: [...journeysModules, SimulationHttpModule],
      config: { lineApiBaseUrl: `http://127.0.0.1:${(line.address() as AddressInfo).port}` },
    });
  }, 60_000);
  beforeEach(async () => {
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
  });
  afterAll(async () => {
    await app.close();
    line.close();
  });

  const people = ['boss', 'kid', 'both', 'shy', 'stranger'];
  /** Who is linked in which role, each as a LINE user of their own. */
  async function household(): Promise<void> {
    const linkedAt = new Date(shop.now - 60 * DAY).toISOString();
    const link = (memberId: string, n: number, role: string, friend = true) => {
      return { memberId, lineUserId: lineUser(n), role, friend, linkedAt };
    };
    await shop.done('POST', '/v1/members/batch', { members: people.map((externalId) => ({ externalId })) });
    await shop.done('POST', '/v1/links/batch', {
      channelId: shop.channelId,
      links: [
        link('boss', 1, 'contractor'),
        link('kid', 2, 'user'),
        ...[link('both', 3, 'contractor', false), link('both', 4, 'user')],
        link('shy', 5, 'contractor', false),
      ],
    });
    await shop.drain();
  }
  const totals = (id: string, query = '') => shop.done<JourneyTotalsDto>('GET', `/v1/journeys/${id}/totals${query}`);
  const recipients = (id: string, query = '') => shop.done<Page>('GET', `/v1/journeys/${id}/recipients${query}`);
  const outcomeOf = async (memberId: string) => {
    const [run] = await shop.runsOf(memberId);
    return run!.decisions.find(({ decision }) => decision === 'sent')!.outcome;
  };

  it('is told in each run, and by number and name: who was left out for their role, and who for other reasons', async () => {
    await household();
    const id = await shop.journey(FOR_CONTRACTORS);
    await shop.happens(...people.map((memberId) => cart(memberId)));
    await drainJobs(app.nest, { schedules: true });
    expect(await outcomeOf('boss')).toMatchObject({ state: 'accepted', reason: null });
    expect(await outcomeOf('kid')).toMatchObject({ state: 'skipped', reason: 'not_in_role' });
    expect(await outcomeOf('both')).toMatchObject({ state: 'skipped', reason: 'not_friend' });
    expect(await outcomeOf('stranger')).toMatchObject({ state: 'skipped', reason: 'not_linked' });
    const skipped = { not_friend: 2, not_in_role: 1, not_linked: 1 };
    expect(await totals(id)).toMatchObject({ audience: 5, planned: 0, accepted: 1, skipped });
    const { items } = await recipients(id, '?reason=not_in_role');
    expect(items).toMatchObject([{ memberId: 'kid', state: 'skipped', reason: 'not_in_role' }]);
  });

  it('is what a simulation of it has foretold', async () => {
    await household();
    await shop.post(...people.map((memberId) => cart(memberId)));
    const definition = { channelId: shop.channelId, ...FOR_CONTRACTORS };
    const { totals: foretold } = await shop.done<SimulationDto>('POST', '/v1/journeys/simulate', { definition });
    expect(foretold.sends['send']).toEqual({ would: 1, skipped: { not_friend: 2, not_in_role: 1, not_linked: 1 } });
  });

  it('is that a friend who is nobody’s contractor is not sent what is for contractors', async () => {
    const steps = [send('greet'), send('contract', { role: 'contractor' })];
    const id = await shop.journey({ start: { on: 'friend' }, steps });
    await lineSays(app, shop, 'follow', lineUser(9));
    await shop.drain();
    await drainJobs(app.nest, { schedules: true });
    const { items } = await recipients(id);
    expect(items.map(({ memberId, lineUserId, state, reason }) => [memberId, lineUserId, state, reason])).toEqual([
      [null, null, 'skipped', 'not_linked'],
      [null, lineUser(9), 'accepted', null],
    ]);
  });

  it('is listed in pieces of any size, the newest first, each person once', async () => {
    await household();
    const id = await shop.journey({ start, steps: [send('now'), wait(), send('later')] });
    await shop.happens(...people.map((memberId) => cart(memberId)));
    await shop.pass(HOUR + 1);
    const { items: all } = await recipients(id);
    expect(all).toHaveLength(2 * people.length);
    expect(all.map(({ decidedAt }) => decidedAt)).toEqual(
      all
        .map(({ decidedAt }) => decidedAt)
        .sort()
        .reverse(),
    );
    const pieces: JourneyRecipientDto[] = [];
    for (let cursor = ''; ;) {
      const { items, nextCursor } = await recipients(id, `?limit=3${cursor}`);
      pieces.push(...items);
      if (nextCursor === null) break;
      cursor = `&cursor=${nextCursor}`;
    }
    expect(pieces).toEqual(all);
  });

  it('is asked for a month at a time', async () => {
    await household();
    const id = await shop.journey({ start, steps: [send()] });
    await shop.happens(cart('boss'));
    const at = (days: number) => new Date(shop.now + days * DAY).toISOString();
    await shop.pass(40 * DAY);
    await shop.happens(cart('kid'));
    expect(await totals(id)).toMatchObject({ sends: 1, audience: 1 });
    expect(await totals(id, `?to=${at(-30)}`)).toMatchObject({ sends: 1, audience: 1 });
    expect(await totals(id, `?from=${at(-30)}&to=${at(-20)}`)).toMatchObject({ sends: 0, audience: 0, skipped: {} });
    for (const query of [`from=${at(-40)}`, `from=${at(0)}&to=${at(-1)}`])
      expect(await shop.request('GET', `/v1/journeys/${id}/totals?${query}`)).toMatchObject({
        status: 400,
        body: { errors: [{ path: '/from' }] },
      });
  });
});
