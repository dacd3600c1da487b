import fc from 'fast-check';
import type { World, WorldEvent, WorldLink, WorldMember } from './world.js';

/** Few values, so that rules and people meet; hostile ones, because they are only data. */
export const RANKS = ['gold', 'Gold', 'ｇｏｌｄ', `'; drop table members; --`, '$1'];
export const TAGS = ['vip', 'VIP', 'が', 'か\u3099', '{"a","b"}', '%_\\'];
export const CATEGORIES = ['shoes', 'Shoes', "o'neill", 'null'];
export const PRODUCTS = ['p1', 'p2', 'P1'];
export const STORES = ['tokyo', 'osaka'];
export const URLS = ['https://shop.example/a', 'https://shop.example/A?x=%25', 'https://shop.example/b'];
export const ATTRIBUTES = ['points', 'since', 'colours', "na'me"];
export const VALUES = [5, '5', 0.5, true, 'true', '2026-02-28', '2026-02-30', '2024-02-29', 'red', ''];
const MEMBERS = 8;
const DAY = 86_400_000;

export interface WorldSettings {
  timeZone: string;
  decimals: number;
  now: Date;
  channels: string[];
}

/** Instants around local midnights of the last two months, where windows begin and end, to the millisecond. */
export function instants({ now }: Pick<WorldSettings, 'now'>): string[] {
  const found: string[] = [];
  for (const days of [0, 1, 2, 3, 7, 30, 38, 60]) {
    for (const hour of [-12, -11, -3, 0, 4, 5]) {
      const at = now.getTime() - days * DAY + hour * 3_600_000;
      for (const shift of [-1, 0, 1]) if (at + shift <= now.getTime() + 600_000) found.push(iso(at + shift));
    }
  }
  return [...found, iso(now.getTime() + 60_000), iso(now.getTime() + 600_000)];
}

export function randomWorld(settings: WorldSettings): fc.Arbitrary<World> {
  const times = instants(settings);
  const members = fc.tuple(...Array.from({ length: MEMBERS }, (_, index) => member(`m${index}`, settings, times)));
  const events = fc.array(event(settings, times), { minLength: 40, maxLength: 80 });
  return fc.tuple(members, events).chain(([people, happened]) => {
    const users = new Set(people.flatMap(({ links }) => links.map((l) => `${l.channelId} ${l.lineUserId}`)));
    const states = fc.tuple(
      ...[...users].map(() => fc.constantFrom('friend' as const, 'blocked' as const, 'none' as const)),
    );
    return states.map((drawn) => ({
      ...settings,
      members: people,
      events: happened.map((one, index) => ({ ...one, id: `e${index}` })),
      friendStates: new Map([...users].map((user, index) => [user, drawn[index]!])),
      segments: new Map(),
    }));
  });
}

function member(externalId: string, { channels, now }: WorldSettings, times: string[]): fc.Arbitrary<WorldMember> {
  const past = times.filter((time) => Date.parse(time) <= now.getTime());
  const link: fc.Arbitrary<WorldLink> = fc.record({
    channelId: fc.constantFrom(...channels),
    lineUserId: fc.constantFrom('a', 'b', 'c').map((digit) => `U${digit.repeat(32)}`),
    role: fc.constantFrom('contractor' as const, 'user' as const, 'member' as const),
    linkedAt: fc.constantFrom(...past),
    ended: fc.boolean(),
  });
  const value = fc.oneof(fc.constantFrom(...VALUES), fc.uniqueArray(fc.constantFrom('red', '5', 'true', '2026-02-28')));
  return fc
    .record(
      {
        externalId: fc.constant(externalId),
        rank: fc.constantFrom(...RANKS),
        birthMonth: fc.integer({ min: 1, max: 12 }),
        birthDate: fc.constantFrom('1990-03-31', '2000-02-29', '1985-04-01', '1999-05-15', '1970-12-31'),
        registeredAt: fc.constantFrom(...times),
        tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 }),
        attributes: fc.dictionary(fc.constantFrom(...ATTRIBUTES), value, { noNullPrototype: true }),
        links: fc.uniqueArray(link, { maxLength: 3, selector: (l) => `${l.channelId} ${l.lineUserId} ${l.role}` }),
      },
      { requiredKeys: ['externalId', 'tags', 'attributes', 'links'] },
    )
    .map((drawn) => (drawn.birthDate === undefined ? drawn : { ...drawn, birthMonth: undefined }));
}

type Posted = Omit<WorldEvent, 'id'>;

function event({ decimals }: WorldSettings, times: string[]): fc.Arbitrary<Posted> {
  const amount = (max: number) => fc.integer({ min: 0, max }).map((minor) => minor / 10 ** decimals);
  const memberNumber = fc.integer({ min: 0, max: MEMBERS - 1 });
  const base = { occurredAt: fc.constantFrom(...times) };
  const line = fc.record(
    {
      productId: fc.constantFrom(...PRODUCTS),
      category: fc.constantFrom(...CATEGORIES),
      quantity: fc.integer({ min: 1, max: 3 }),
      unitPrice: amount(40),
    },
    { requiredKeys: ['productId', 'quantity', 'unitPrice'] },
  );
  const lines = fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: ({ productId }) => productId });
  // An order's number names its member: those of others would be refused.
  const order = fc.tuple(memberNumber, fc.integer({ min: 0, max: 3 }));
  const ordered = order.map(([m, n]) => ({ memberId: `m${m}`, orderId: `o${m}-${n}` }));
  const purchase = fc
    .record(
      { ...base, total: amount(100), lines, storeId: fc.constantFrom(...STORES) },
      { requiredKeys: ['occurredAt', 'total'] },
    )
    .map((drawn) => ({ ...drawn, type: 'purchase' as const }));
  const refund = fc
    .record({ ...base, total: amount(60), lines }, { requiredKeys: ['occurredAt', 'total'] })
    .map((drawn) => ({ ...drawn, type: 'refund' as const }));
  const visit = fc
    .record({ ...base, memberId: memberNumber.map((m) => `m${m}`) })
    .map((drawn) => ({ ...drawn, type: 'visit' as const }));
  const browse = fc
    .record(
      {
        ...base,
        memberId: memberNumber.map((m) => `m${m}`),
        url: fc.constantFrom(...URLS),
        productId: fc.constantFrom(...PRODUCTS),
        category: fc.constantFrom(...CATEGORIES),
      },
      { requiredKeys: ['occurredAt', 'memberId', 'url'] },
    )
    .map((drawn) => ({ ...drawn, type: 'browse' as const }));
  const withOrder = <T extends object>(one: fc.Arbitrary<T>) =>
    fc.tuple(ordered, one).map(([ids, drawn]) => ({ ...ids, ...drawn }));
  return fc.oneof(
    { weight: 4, arbitrary: withOrder(purchase) },
    { weight: 2, arbitrary: withOrder(refund) },
    { weight: 2, arbitrary: visit },
    { weight: 2, arbitrary: browse },
  );
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
