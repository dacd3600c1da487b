import { describe, expect, it } from '@jest/globals';
import { AppError } from '#kernel';
import { CHANNEL, HELLO } from '../testing/walking.js';
import { channelsNamed, menusNamed, readDefinition, segmentsNamed } from './check-definition.js';

const SEGMENT = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e91';
const send = (id: string, rest: object = {}) => ({ id, kind: 'send', messages: HELLO, ...rest });
const pause = (id: string, rest: object = {}) => ({ id, kind: 'wait', for: { hours: 1 }, ...rest });
const text = (words: string) => [{ type: 'text', text: words }];
const base = (rest: object) => ({
  channelId: CHANNEL,
  start: { on: 'event', event: 'cart' },
  steps: [send('a')],
  ...rest,
});

function refused(plain: unknown): { path: string; detail: string }[] {
  try {
    readDefinition(plain, '/definition');
    return [];
  } catch (error) {
    if (error instanceof AppError && error.status === 400) return error.extra.errors!;
    throw error;
  }
}
const places = (rest: object) => refused(base(rest)).map(({ path }) => path);

describe('a definition', () => {
  it('is taken with everything in its place', () => {
    expect(
      refused(
        base({
          filter: { kind: 'rank', in: ['gold'] },
          reentry: { key: ['cartId'], repeat: 'restart', days: 3 },
          steps: [
            pause('wait'),
            { id: 'b', kind: 'branch', rule: { kind: 'segment', id: SEGMENT }, otherwise: 'end' },
            send('s', {
              messages: text('{{event.cartId}} {{event.items.0.productId}} {{member.rank | fallback: "-"}}'),
            }),
            { id: 'menu', kind: 'rich-menu', menuId: null },
            { id: 'hook', kind: 'webhook', url: 'https://shop.example/hook' },
            { id: 'end', kind: 'stop' },
          ],
          cancel: [
            { event: 'purchase', where: [{ field: 'lines.productId', sharedWithStart: 'items.productId' }] },
            { change: 'unlinked' },
            { change: 'opted_out' },
          ],
        }),
      ),
    ).toEqual([]);
  });

  it('has its unknown fields, kinds and values refused by their places', () => {
    expect(places({ surprise: 1 })).toEqual(['/definition/surprise']);
    expect(places({ steps: [{ id: 'a', kind: 'dance' }] })).toEqual(['/definition/steps/0/kind']);
    expect(places({ start: { on: 'event', event: 'wedding' } })).toEqual(['/definition/start/event']);
    expect(places({ start: { on: 'event', event: 'cart', where: [{ field: 'cartId', equals: { a: 1 } }] } })).toEqual([
      '/definition/start/where/0/equals',
    ]);
    expect(places({ steps: [pause('a', { for: {} })] })).toEqual(['/definition/steps/0/for']);
    expect(places({ reentry: {} })).toEqual(['/definition/reentry']);
  });

  it('has steps of one name, ways to nowhere and steps nobody comes to refused', () => {
    expect(places({ steps: [send('a'), send('a')] })).toEqual(['/definition/steps/1/id']);
    expect(places({ steps: [send('a', { next: 'b' })] })).toEqual(['/definition/steps/0/next']);
    expect(places({ steps: [{ id: 'a', kind: 'stop' }, send('b')] })).toEqual(['/definition/steps/1']);
    expect(places({ steps: [pause('a', { onPast: 'b' }), send('b')] })).toEqual(['/definition/steps/0/onPast']);
    expect(places({ steps: [pause('a', { ifPast: 'stop' })] })).toEqual(['/definition/steps/0/ifPast']);
    expect(places({ steps: [{ id: 'a', kind: 'stop', next: 'a' }] })).toEqual(['/definition/steps/0/next']);
    expect(
      places({
        start: { on: 'event', event: 'booking' },
        steps: [{ id: 'w', kind: 'wait', relative: { to: 'startsAt', hours: 1 }, onPast: 'zzz' }, send('b')],
      }),
    ).toEqual(['/definition/steps/0/onPast']);
  });

  it('goes round only with a wait, and only with a way out', () => {
    const branch = (otherwise: string) => ({
      id: 'b',
      kind: 'branch',
      rule: { kind: 'rank', in: ['gold'] },
      otherwise,
    });
    expect(places({ steps: [send('a'), branch('a'), { id: 'end', kind: 'stop' }] })).toEqual([
      '/definition/steps/0',
      '/definition/steps/1',
    ]);
    expect(places({ steps: [pause('a'), send('s'), branch('a'), { id: 'end', kind: 'stop' }] })).toEqual([]);
    expect(places({ steps: [pause('a'), send('s', { next: 'a' })] })).toEqual([
      '/definition/steps/0',
      '/definition/steps/1',
    ]);
  });

  it('is not sent round for ever by its starting event, or by a moment that is past', () => {
    const booking = (steps: object[]) => places({ start: { on: 'event', event: 'booking' }, steps });
    const again = {
      id: 'again',
      kind: 'branch',
      event: [{ field: 'status', equals: 'booked' }],
      next: 'a',
      otherwise: 'z',
    };
    const late = { id: 'late', kind: 'wait', relative: { to: 'startsAt', hours: -1 } };
    const end = { id: 'z', kind: 'stop' };
    expect(booking([pause('a'), again, end])).toEqual(['/definition/steps/0', '/definition/steps/1']);
    expect(booking([pause('a'), { ...late, onPast: 'a' }, end])).toEqual([
      '/definition/steps/0',
      '/definition/steps/1',
    ]);
    expect(booking([pause('a'), { ...late, ifPast: 'stop', next: 'a' }])).toEqual([]);
    expect(booking([pause('a'), { ...late, ifPast: 'continue', next: 'a' }])).toEqual([
      '/definition/steps/0',
      '/definition/steps/1',
    ]);
  });

  it('asks of a field only what it can hold', () => {
    const cart = (...tests: object[]) => places({ start: { on: 'event', event: 'cart', where: tests } });
    const at = (n: number, name: string) => `/definition/start/where/${n}/${name}`;
    expect(cart({ field: 'items', exists: false }, { field: 'items.quantity', gte: 2 })).toEqual([]);
    expect(cart({ field: 'items', equals: 'mug' })).toEqual([at(0, 'field')]);
    expect(cart({ field: 'items.quantity', equals: '2' }, { field: 'cartId', in: ['a', 5] })).toEqual([
      at(0, 'equals'),
      at(1, 'in/1'),
    ]);
    expect(cart({ field: 'cartId', gte: 1 })).toEqual([at(0, 'gte')]);
    expect(cart({ field: 'cartId', sharedWithStart: 'cartId' })).toEqual([at(0, 'sharedWithStart')]);
    const cancel = (field: string, differsFromStart: string) =>
      places({ cancel: [{ event: 'cart', where: [{ field, differsFromStart }] }] });
    expect(cancel('cartId', 'cartId')).toEqual([]);
    expect(cancel('cartId', 'items.quantity')).toEqual(['/definition/cancel/0/where/0/differsFromStart']);
    const changed = (change: string, field: string) =>
      places({ cancel: [{ change, where: [{ field, equals: 'x' }] }] });
    expect([...changed('unlinked', 'role'), ...changed('opted_out', 'purpose')]).toEqual([]);
    expect(changed('opted_out', 'role')).toEqual(['/definition/cancel/0/where/0/field']);
    expect(changed('blocked', 'role')).toEqual(['/definition/cancel/0/change']);
  });

  it('names only fields that its events have', () => {
    expect(places({ reentry: { key: ['orderId'] } })).toEqual(['/definition/reentry/key/0']);
    expect(places({ reentry: { days: 1, repeat: 'restart' } })).toEqual(['/definition/reentry/repeat']);
    expect(places({ cancel: [{ event: 'purchase', where: [{ field: 'cartId', equals: 'x' }] }] })).toEqual([
      '/definition/cancel/0/where/0/field',
    ]);
    expect(
      places({ cancel: [{ event: 'purchase', where: [{ field: 'orderId', sharedWithStart: 'orderId' }] }] }),
    ).toEqual(['/definition/cancel/0/where/0/sharedWithStart']);
    expect(places({ steps: [{ id: 'w', kind: 'wait', relative: { to: 'startsAt', hours: 1 } }] })).toEqual([
      '/definition/steps/0/relative/to',
    ]);
    expect(places({ steps: [{ id: 'w', kind: 'wait', relative: { to: 'cartId', hours: 1 } }] })).toEqual([
      '/definition/steps/0/relative/to',
    ]);
    for (const name of ['__proto__', 'orderId', 'items', 'items.0', 'cartId.0', 'items.0.0.name', 'items.0.brand'])
      expect(places({ steps: [send('a', { messages: text(`{{event.${name} | fallback: "-"}}`) })] })).toEqual([
        '/definition/steps/0/messages/0/text',
      ]);
  });

  it('needs a fallback for what may be missing', () => {
    const said = (words: string, rest: object = {}) =>
      places({ steps: [send('a', { messages: text(words) })], ...rest });
    expect(said('{{event.url}}')).toEqual(['/definition/steps/0/messages/0/text']);
    expect(said('{{event.url | fallback: "-"}}')).toEqual([]);
    expect(said('{{member.attributes.shop}}')).toEqual(['/definition/steps/0/messages/0/text']);
    expect(said('{{member.attributes.shop}}', { filter: { kind: 'attribute', name: 'shop', exists: true } })).toEqual(
      [],
    );
    expect(said('{{member.externalId}}')).toEqual([]);
    expect(said('{{member.externalId}}', { start: { on: 'friend' } })).toEqual(['/definition/steps/0/messages/0/text']);
    expect(said('{{member.externalId}}', { start: { on: 'friend', linked: true } })).toEqual([]);
    expect(said('{{member.rank}}')).toEqual(['/definition/steps/0/messages/0/text']);
    const gold = { kind: 'rank', in: ['gold'] };
    expect(said('{{member.rank}}', { filter: { kind: 'all', rules: [gold] } })).toEqual([]);
    expect(said('{{member.rank}}', { filter: { kind: 'any', rules: [gold] } })).toHaveLength(1);
    expect(said('{{event.items.0.productId}}')).toEqual([]);
    expect(said('{{event.items.3.productId}}')).toEqual(['/definition/steps/0/messages/0/text']);
  });

  it('repeats what it shows for the lists that its event has, and names what their items have', () => {
    const shown = (forEach: string, words: string) =>
      places({
        steps: [
          send('a', {
            messages: [
              {
                type: 'flex',
                altText: 'x',
                contents: {
                  type: 'carousel',
                  contents: [
                    {
                      forEach,
                      item: {
                        type: 'bubble',
                        body: { type: 'box', layout: 'vertical', contents: [{ type: 'text', text: words }] },
                      },
                    },
                  ],
                },
              },
            ],
          }),
        ],
      });
    const place = '/definition/steps/0/messages/0/contents/contents/0';
    expect(shown('event.items', '{{item.productId}} {{item.name | fallback: "-"}}')).toEqual([]);
    expect(shown('event.items', '{{item.name}}')).toEqual([`${place}/item/body/contents/0/text`]);
    expect(shown('event.items', '{{item.brand | fallback: "-"}}')).toEqual([`${place}/item/body/contents/0/text`]);
    expect(shown('event.lines', 'x')).toEqual([`${place}/forEach`]);
    expect(shown('event.cartId', 'x')).toEqual([`${place}/forEach`]);
  });

  it('is scheduled by five fields, at most hourly', () => {
    const cron = (text_: string) => places({ start: { on: 'schedule', cron: text_ } });
    expect(cron('0 10 * * 1')).toEqual([]);
    expect(cron('0 * * * *')).toEqual([]);
    expect(cron('0 9 * * MON-FRI')).toEqual([]);
    expect(cron('0 0 29 2 *')).toEqual([]);
    for (const wrong of [
      '*/30 * * * *',
      '0,59 0 1 1 *',
      '* * * * * *',
      'soon',
      '61 * * * *',
      '0 0 30 2 *',
      'H * * * *',
    ])
      expect(cron(wrong)).toEqual(['/definition/start/cron']);
  });

  it('of ten thousand steps is refused in one sentence, soon', () => {
    const began = performance.now();
    const errors = refused(base({ steps: Array.from({ length: 10_000 }, (_, n) => send(`s-${n}`)) }));
    expect(errors).toEqual([{ path: '/definition/steps', detail: expect.stringContaining('100') }]);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('names its segments, channels and menus', () => {
    const definition = readDefinition(
      base({
        start: { on: 'segment', segmentId: SEGMENT, change: 'entered' },
        filter: { kind: 'link', linked: true, channelId: SEGMENT },
        steps: [{ id: 'm', kind: 'rich-menu', menuId: SEGMENT }],
      }),
      '',
    );
    expect(segmentsNamed(definition)).toEqual([SEGMENT]);
    expect(channelsNamed(definition)).toEqual([CHANNEL, SEGMENT]);
    expect(menusNamed(definition)).toEqual([SEGMENT]);
  });
});
