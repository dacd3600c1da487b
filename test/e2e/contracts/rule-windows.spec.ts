import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { Shop, type Json } from './shop.js';

/** Zone, moment of the question, days; the first instant inside and the instant of the question, which is outside. */
const windows: [zone: string, asOf: string, days: number, first: string][] = [
  ['Asia/Tokyo', '2026-04-15T12:00:00+09:00', 0, '2026-04-14T15:00:00Z'],
  ['Asia/Tokyo', '2026-04-15T12:00:00+09:00', 1, '2026-04-13T15:00:00Z'],
  ['Asia/Tokyo', '2026-04-14T15:00:00.001Z', 0, '2026-04-14T15:00:00Z'],
  ['Asia/Tokyo', '2026-04-14T14:59:59Z', 0, '2026-04-13T15:00:00Z'],
  ['Asia/Tokyo', '2026-04-14T20:00:00Z', 30, '2026-03-15T15:00:00Z'],
  ['Asia/Tokyo', '2024-03-01T12:00:00+09:00', 1, '2024-02-28T15:00:00Z'],
  ['Asia/Tokyo', '2025-03-01T12:00:00+09:00', 365, '2024-02-29T15:00:00Z'],
  ['Asia/Tokyo', '2026-04-15', 1, '2026-04-13T15:00:00Z'],
  ['Asia/Tokyo', '2030-01-01', 2_000, '2024-07-10T15:00:00Z'],
  ['America/New_York', '2025-03-09T12:00:00-04:00', 0, '2025-03-09T05:00:00Z'],
  ['America/New_York', '2025-03-10T12:00:00-04:00', 0, '2025-03-10T04:00:00Z'],
  ['America/New_York', '2025-03-10T12:00:00-04:00', 1, '2025-03-09T05:00:00Z'],
  ['America/New_York', '2025-03-15T00:30:00-04:00', 7, '2025-03-08T05:00:00Z'],
  ['America/New_York', '2025-11-02T12:00:00-05:00', 0, '2025-11-02T04:00:00Z'],
  ['America/New_York', '2025-11-03T00:30:00-05:00', 1, '2025-11-02T04:00:00Z'],
  ['America/New_York', '2025-11-03', 1, '2025-11-02T04:00:00Z'],
  ['America/Santiago', '2025-09-07T12:00:00-03:00', 0, '2025-09-07T04:00:00Z'],
  ['America/Santiago', '2025-09-08T12:00:00-03:00', 1, '2025-09-07T04:00:00Z'],
  ['Asia/Beirut', '2025-03-30T12:00:00+03:00', 0, '2025-03-29T22:00:00Z'],
  ['Asia/Beirut', '2025-04-01T12:00:00+03:00', 2, '2025-03-29T22:00:00Z'],
  ['America/Havana', '2025-11-02T12:00:00-05:00', 0, '2025-11-02T04:00:00Z'],
  ['America/Santiago', '2025-09-07', 1, '2025-09-06T04:00:00Z'],
  ['Asia/Kathmandu', '2026-04-15T00:00:01+05:45', 0, '2026-04-14T18:15:00Z'],
  ['Australia/Lord_Howe', '2025-10-06T12:00:00+11:00', 1, '2025-10-04T13:30:00Z'],
];

/** Zone, window, first instant inside (if any), first one outside again (if any). */
const spans: [zone: string, within: Json, first: string | null, end: string | null][] = [
  ['Asia/Tokyo', { from: '2026-04-01' }, '2026-03-31T15:00:00Z', null],
  ['Asia/Tokyo', { to: '2026-04-01' }, null, '2026-03-31T15:00:00Z'],
  ['Asia/Tokyo', { from: '2026-04-01', to: '2026-04-02' }, '2026-03-31T15:00:00Z', '2026-04-01T15:00:00Z'],
  ['Asia/Tokyo', { from: '2026-04-01T10:00:00Z' }, '2026-04-01T10:00:00Z', null],
  ['Asia/Tokyo', { from: '2026-04-01T10:00:00.5+09:00' }, '2026-04-01T01:00:00.500Z', null],
  ['America/New_York', { from: '2025-03-09', to: '2025-03-10' }, '2025-03-09T05:00:00Z', '2025-03-10T04:00:00Z'],
  ['America/New_York', { from: '2025-11-02', to: '2025-11-03' }, '2025-11-02T04:00:00Z', '2025-11-03T05:00:00Z'],
  ['America/Santiago', { from: '2025-09-07', to: '2025-09-08' }, '2025-09-07T04:00:00Z', '2025-09-08T03:00:00Z'],
  ['America/Havana', { from: '2025-11-02' }, '2025-11-02T04:00:00Z', null],
  ['America/Santiago', { to: '2025-09-07' }, null, '2025-09-07T04:00:00Z'],
];

const just = (instant: string, milliseconds: number) =>
  new Date(new Date(instant).getTime() + milliseconds).toISOString();

/** What can stand in a window, and how one that happened at an instant is made. */
const things: [kind: string, make: (shop: Shop, memberId: string, occurredAt: string) => Promise<unknown>][] = [
  ['visit', (shop, memberId, occurredAt) => shop.did({ type: 'visit', memberId, occurredAt })],
  [
    'purchase',
    (s, memberId, occurredAt) => s.did({ type: 'purchase', orderId: memberId, total: 1, memberId, occurredAt }),
  ],
  ['browsed', (shop, memberId, occurredAt) => shop.did({ type: 'browse', url: 'https://a.b', memberId, occurredAt })],
  ['registered', (shop, memberId, registeredAt) => shop.put(memberId, { registeredAt })],
];

describe('The contract of windows', () => {
  let app: TestApp;

  beforeAll(async () => void (app = await createTestApp({ imports: features })));
  afterAll(() => app.close());

  const inWindow = async (shop: Shop, moments: Record<string, string>, within: Json, asOf?: string) => {
    const found: Record<string, string[]> = {};
    for (const [kind, make] of things) {
      for (const [name, at] of Object.entries(moments)) await make(shop, `${kind} ${name}`, at);
      found[kind] = (await shop.who({ kind, within }, asOf)).map((id) => id.replace(`${kind} `, ''));
    }
    return found;
  };
  const everywhere = (names: string[]) => Object.fromEntries(things.map(([kind]) => [kind, [...names].sort()]));

  it.each(windows)('in %s at %s, %i days begin at %s', async (timeZone, asOf, days, first) => {
    const shop = await Shop.open(app, { timeZone });
    const local = /T/.test(asOf)
      ? asOf
      : (await shop.must('POST', '/v1/segments/preview', { rule: { kind: 'visit' }, asOf })).asOf;
    const now = app.scope.clock.now().getTime();
    const past = new Date(local).getTime() <= now;
    const moments = {
      before: just(first, -1),
      first,
      ...(past && { last: just(local, -1), question: local }),
    };
    const inside = past ? ['first', 'last'] : ['first'];
    expect(await inWindow(shop, moments, { days }, asOf)).toEqual(everywhere(inside));
  });

  it.each(spans)('in %s, %j begins at %s and ends before %s', async (timeZone, within, first, end) => {
    const shop = await Shop.open(app, { timeZone });
    const moments = {
      ...(first && { before: just(first, -1), first }),
      ...(end && { last: just(end, -1), end }),
      ...(!first && { old: '1990-01-01T00:00:00Z' }),
      ...(!end && { new: just('2026-04-15T03:00:00Z', -1), question: '2026-04-15T03:00:00Z' }),
    };
    const inside = [...(first ? ['first'] : ['old']), ...(end ? ['last'] : ['new'])];
    expect(await inWindow(shop, moments, within)).toEqual(everywhere(inside));
  });

  it('has nothing at or after the moment of the question, with or without a window', async () => {
    const shop = await Shop.open(app);
    const asOf = '2026-04-01T00:00:00Z';
    for (const [kind, make] of things) {
      await make(shop, `${kind} before`, just(asOf, -1));
      await make(shop, `${kind} at`, asOf);
      await make(shop, `${kind} after`, just(asOf, 1));
      for (const within of [undefined, { days: 5 }, { to: '2027-01-01' }, { from: '2020-01-01' }])
        expect([within, await shop.who({ kind, within }, asOf)]).toEqual([within, [`${kind} before`]]);
      expect(await shop.who({ kind }, '2026-04-02')).toHaveLength(3);
    }
  });

  it('follows the zone of the workspace when that changes', async () => {
    const shop = await Shop.open(app);
    const first = '2026-04-10T04:00:00Z';
    const inside = await inWindow(shop, { before: just(first, -1), first }, { from: '2026-04-10' });
    expect(inside).toEqual(everywhere(['before', 'first']));
    await shop.must('PATCH', '/v1/workspace', { timeZone: 'America/New_York' });
    for (const [kind] of things) {
      expect(await shop.who({ kind, within: { from: '2026-04-10' } })).toEqual([`${kind} first`]);
      expect(await shop.who({ kind, within: { days: 5 } }, '2026-04-15T04:00:00Z')).toEqual([`${kind} first`]);
      expect(await shop.who({ kind, within: { to: '2026-04-10' } })).toEqual([`${kind} before`]);
    }
  });

  it('has no days in the window that begins when it ends', async () => {
    const shop = await Shop.open(app);
    await shop.did({ type: 'visit', occurredAt: '2026-04-14T14:59:59.999Z' });
    expect(await shop.holds({ kind: 'visit', within: { days: 0 } }, '2026-04-15')).toBe(false);
    expect(await shop.holds({ kind: 'visit', within: { days: 0 }, count: { lte: 0 } }, '2026-04-15')).toBe(true);
  });

  it('reaches back 36,500 days', async () => {
    const shop = await Shop.open(app);
    await shop.put('hanako', { registeredAt: '1980-01-01T00:00:00Z' });
    expect(await shop.holds({ kind: 'registered', within: { days: 36_500 } })).toBe(true);
  });

  it('answers for the moment asked, default now', async () => {
    const shop = await Shop.open(app);
    const ask = async (asOf?: string) =>
      (await shop.must('POST', '/v1/segments/preview', { rule: { kind: 'visit' }, asOf })).asOf;
    const at = async (asOf?: string) => new Date(await ask(asOf)).toISOString();
    expect(await at()).toBe('2026-04-15T03:00:00.000Z');
    expect(await at('2026-04-10')).toBe('2026-04-09T15:00:00.000Z');
    expect(await at('2030-04-10T00:00:00-04:00')).toBe('2030-04-10T04:00:00.000Z');
    expect(await ask()).toMatch(/(Z|[+-]\d\d:\d\d)$/);
  });

  it('asks a future moment as if it were then', async () => {
    const shop = await Shop.open(app);
    await shop.did({ type: 'visit', occurredAt: '2026-04-15T03:05:00Z' });
    const recent = { kind: 'visit', within: { days: 0 } };
    expect(await shop.holds({ kind: 'visit' })).toBe(false);
    expect(await shop.holds(recent, '2026-04-15T03:06:00Z')).toBe(true);
    expect(await shop.holds(recent, '2027-01-01')).toBe(false);
    expect(await shop.holds({ kind: 'visit' }, '2027-01-01')).toBe(true);
  });

  it.each<[string, string, number, number, number]>([
    ['2026-04-30T14:59:59Z', 'April in Tokyo', 3, 4, 5],
    ['2026-04-30T15:00:00Z', 'May in Tokyo', 4, 5, 6],
    ['2026-01-15', 'January', 12, 1, 2],
    ['2025-12-15', 'December', 11, 12, 1],
  ])('at %s it is %s', async (asOf, _, ...[previous, current, next]) => {
    const shop = await Shop.open(app);
    for (let month = 1; month <= 12; month += 1) await shop.put(`${month}`, { birthMonth: month });
    await shop.put('unknown');
    for (const [relative, month] of Object.entries({ previous, current, next }))
      expect(await shop.who({ kind: 'birth-month', relative }, asOf)).toEqual([`${month}`]);
  });
});
