import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { Scopes } from '#workspaces';
import { DAY, HOUR, journeysModules, JourneysStage, MINUTE, send } from '../testing/journeys-stage.js';
import { Calendar } from './calendar.service.js';

/** The clock stands at noon of Wednesday, 15 April 2026, in Tokyo. */
describe('A journey that the calendar starts', () => {
  let app: TestApp;
  let shop: JourneysStage;

  beforeAll(async () => {
    app = await createTestApp({
      imports: journeysModules,
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200 },
    });
  });
  beforeEach(async () => {
    app.scope.clock.set('2026-04-15T12:00:00+09:00');
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
  });
  afterAll(() => app.close());

  const steps = [send()];
  const put = (id: string, profile: object = {}) => shop.done('PUT', `/v1/members/${id}`, profile);
  const look = async (milliseconds: number) => {
    shop.scope.clock.advance(milliseconds);
    await app.get(Calendar).look(app.get(Scopes));
    await shop.drain();
  };
  const taken = async (journeyId: string) => (await shop.runs(journeyId)).map(({ memberId }) => memberId).sort();

  it('congratulates on the day, at its hour, once', async () => {
    const journey = await shop.journey({ start: { on: 'date', birthday: true, at: '09:00' }, steps });
    await put('today', { birthDate: '1990-04-15' });
    await put('tomorrow', { birthDate: '2001-04-16' });
    await look(20 * HOUR);
    expect(await taken(journey)).toEqual([]);
    await look(HOUR);
    await look(MINUTE);
    await look(HOUR);
    expect(await taken(journey)).toEqual(['tomorrow']);
    expect((await shop.runs(journey))[0]!.startedBy).toMatchObject({ at: '2026-04-16T00:00:00.000Z' });
    await look(364 * DAY);
    await look(DAY);
    expect((await taken(journey)).filter((id) => id === 'tomorrow')).toHaveLength(2);
  });

  it('does so on time where it was looked at late, and not at all after a day', async () => {
    const journey = await shop.journey({ start: { on: 'date', birthday: true, at: '09:00' }, steps });
    for (const day of [16, 17, 18]) await put(`born-${day}`, { birthDate: `1990-04-${day}` });
    await look(2 * DAY + 20 * HOUR);
    expect(await taken(journey)).toEqual(['born-17']);
    await look(2 * HOUR);
    expect(await taken(journey)).toEqual(['born-17', 'born-18']);
  });

  it('does so once, also where the clock is turned back an hour before or after', async () => {
    const journey = await shop.journey({ start: { on: 'date', birthday: true, at: '13:00' }, steps });
    await put('today', { birthDate: '1990-04-15' });
    const daily = await shop.journey({ start: { on: 'schedule', cron: '0 13 * * *' }, steps });
    const turn = async (milliseconds: number) => {
      shop.scope.clock.advance(milliseconds);
      await drainJobs(app.nest, { schedules: true });
    };
    for (const step of [55 * MINUTE, -HOUR, HOUR]) await turn(step);
    expect([await taken(journey), await taken(daily)]).toEqual([[], []]);
    await turn(5 * MINUTE + 10_000);
    expect([await taken(journey), await taken(daily)]).toEqual([['today'], ['today']]);
    for (const step of [-HOUR, HOUR, HOUR]) await turn(step);
    expect([await taken(journey), await taken(daily)]).toEqual([['today'], ['today']]);
  });

  it('takes a birth month on its first day, and a date attribute on its own', async () => {
    const month = await shop.journey({ start: { on: 'date', birthMonth: true, at: '10:00' }, steps });
    const renewal = await shop.journey({ start: { on: 'date', attribute: 'renewal', days: -3, at: '10:00' }, steps });
    await put('may', { birthMonth: 5 });
    await put('april', { birthMonth: 4 });
    await put('soon', { attributes: { renewal: '2026-05-04' } });
    for (let day = 0; day < 17; day++) await look(DAY);
    expect(await taken(month)).toEqual(['may']);
    expect(await taken(renewal)).toEqual(['soon']);
  });

  it('takes everybody whom the filter means at each occurrence of a schedule', async () => {
    const filter = { kind: 'rank', in: ['gold'] };
    const journey = await shop.journey({ start: { on: 'schedule', cron: '0 10 * * 1' }, filter, steps });
    const members = Array.from({ length: 1_200 }, (_, i) => ({
      externalId: `m${i}`,
      rank: i % 10 ? 'gold' : 'silver',
    }));
    for (let from = 0; from < members.length; from += 1_000)
      await shop.done('POST', '/v1/members/batch', { members: members.slice(from, from + 1_000) });
    for (let day = 0; day < 5; day++) await look(DAY);
    const { inside } = await shop.done<{ inside: object[] }>('GET', `/v1/journeys/${journey}`);
    expect(inside).toEqual([]);
    const runs = await shop.runs(journey);
    expect(runs[0]).toMatchObject({ state: 'done', startedBy: { type: 'schedule', at: '2026-04-20T01:00:00.000Z' } });
    const all = await shop.runsOf('m1199');
    expect(await shop.handedOver(all)).toBeGreaterThan(0);
    expect(await shop.runsOf('m1190')).toEqual([]);
    expect(await shop.runsOf('m1')).toHaveLength(1);
  });
});
