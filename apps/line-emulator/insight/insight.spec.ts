import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generatedUserId } from '../ids.js';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const url = 'https://shop.example/spring';

describe('What LINE tells of an aggregation unit', () => {
  let line: EmulatorUnderTest;
  let people: string[];

  beforeEach(async () => {
    line = await EmulatorUnderTest.start({ rateLimits: true });
    await line.control('POST /clock', { set: '2026-04-15T12:00:00+09:00', frozen: true });
    await line.onChannel('POST /users', { generate: { count: 30, seed: 7 } });
    people = Array.from({ length: 30 }, (_, i) => generatedUserId('', 7, i));
    await line.api('POST /v2/bot/message/multicast', {
      to: people,
      messages: [{ type: 'text', text: 'hello' }],
      customAggregationUnits: ['spring'],
    });
  });
  afterEach(() => line.close());

  const ask = (from = '20260415', to = '20260420', unit = 'spring') =>
    line.api(
      `GET /v2/bot/insight/message/event/aggregation?customAggregationUnit=${unit}&from=${from}&to=${to}`,
      undefined,
    );
  const see = (count: number, more: object = {}) =>
    line.onChannel('POST /insight', { unit: 'spring', userIds: people.slice(0, count), ...more });
  const later = (days: number) => line.control('POST /clock', { advanceMs: days * DAY_MS });

  it('is told from the next day on', async () => {
    await see(25);
    await see(21, { url });
    expect((await ask()).body.overview).toMatchObject({ uniqueImpression: null, uniqueClick: null });
    await later(1);
    const { body } = await ask();
    expect(body.overview).toMatchObject({ uniqueImpression: 25, uniqueClick: 21, uniqueMediaPlayed: null });
    expect(body.messages).toMatchObject([{ seq: 1, impression: 25, uniqueImpression: 25 }]);
    expect(body.clicks).toEqual([{ seq: 1, url, click: 21, uniqueClick: 21, uniqueClickOfRequest: 21 }]);
  });

  it('is null below twenty people, however often they did it', async () => {
    await see(19);
    await see(19);
    await see(19, { url });
    await later(1);
    const { body } = await ask();
    expect(body.overview).toMatchObject({ uniqueImpression: null, uniqueClick: null });
    expect(body.messages[0]).toMatchObject({ impression: null, uniqueImpression: null });
    expect(body.clicks[0]).toMatchObject({ click: null, uniqueClick: null });
  });

  it('counts who was reached, within the days that were asked for and fourteen days of the send', async () => {
    expect(await see(30)).toEqual({ counted: 30 });
    const strangers = { unit: 'spring', userIds: [line.friend(0)] };
    expect(await line.onChannel('POST /insight', strangers)).toEqual({ counted: 0 });
    await later(3);
    expect((await ask('20260416', '20260420')).body.overview.uniqueImpression).toBeNull();
    expect((await ask('20260415', '20260415')).body.overview.uniqueImpression).toBe(30);
    expect((await ask('20260415', '20260420', 'Spring')).body.overview.uniqueImpression).toBeNull();
    await later(12);
    expect(await see(30)).toEqual({ counted: 0 });
  });

  it.each([
    ['20260415', '20260516', 'spring'],
    ['20260415', '20260414', 'spring'],
    ['20260230', '20260301', 'spring'],
    ['2026-04-1', '20260420', 'spring'],
    ['20260415', '20260420', 'a-b'],
    ['20260415', '20260420', 'x'.repeat(31)],
    ['20260415', '20260420', ''],
  ])('is refused for %s to %s of "%s", in words of its own', async (from, to, unit) => {
    const { status, body } = await ask(from, to, unit);
    expect({ status, body }).toEqual({ status: 400, body: { message: null, key: null, stacktrace: null, code: null } });
    expect((await ask('20260415', '20260515')).status).toBe(200);
  });

  it('is told sixty times an hour', async () => {
    for (let i = 0; i < 60; i += 1) expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
    await line.control('POST /clock', { advanceMs: 60 * 60 * 1000 });
    expect((await ask()).status).toBe(200);
  });

  it('survives a restart', async () => {
    await line.close();
    const dataFile = `/tmp/emulator-insight-${process.pid}.jsonl`;
    line = await EmulatorUnderTest.start({ dataFile });
    await line.onChannel('POST /users', { generate: { count: 30, seed: 7 } });
    const messages = [{ type: 'text', text: 'hello' }];
    await line.api('POST /v2/bot/message/multicast', { to: people, messages, customAggregationUnits: ['spring'] });
    await see(30);
    line = await line.resumed({ dataFile });
    const { now }: { now: number } = await line.control('GET /clock');
    const day = (at: number) => new Date(at + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
    await later(1);
    expect((await ask(day(now), day(now + DAY_MS))).body.overview.uniqueImpression).toBe(30);
    await line.control('POST /reset', {});
  });
});
