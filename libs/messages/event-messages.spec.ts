import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '#kernel';
import { eventValues } from './event-values.js';
import { MessageContent } from './message-content.js';
import { TOKYO, text, button, column, carousel, errorsOf, sentFor } from './testing/event-content.js';

describe('variables of an event', () => {
  it('are unknown unless they are asked for', () => {
    const read = () => MessageContent.read(text('{{event.orderId}}'));
    expect(read).toThrow(AppError);
    expect(errorsOf(text('{{event.orderId}} {{event.items.0.name}} {{member.rank}}'))).toEqual({});
  });

  it.each(['event.', 'event.__proto__', 'event.constructor', 'event.a.toString', 'event.0', 'event.a..b', 'event.a-b'])(
    'are unknown where they are called %s',
    (name) => {
      expect(errorsOf(text(`{{${name}}}`))).toEqual({
        '/steps/0/messages/0/text': `has an unknown variable: ${name}`,
      });
    },
  );

  it('have values as people write them', () => {
    const body = {
      title: 'カット',
      startsAt: '2026-12-31T15:30:00Z',
      total: 12_345.5,
      items: [{ name: 'a' }, { name: '' }, {}, { name: 'b' }],
      sizes: ['S', 'M'],
      gift: true,
      empty: [],
      nothing: null,
      nested: { deep: { er: 1 } },
    };
    const names = Object.keys(body).map((name) => `event.${name}`);
    const variables = [
      ...names,
      'event.items.name',
      'event.items.3.name',
      'event.nested.deep.er',
      'event.gone',
      'member.rank',
    ];
    expect(eventValues({ variables }, body, TOKYO)).toEqual({
      'event.title': 'カット',
      'event.startsAt': '2027/01/01 00:30',
      'event.total': '12345.5',
      'event.items': null,
      'event.items.name': 'a、b',
      'event.items.3.name': 'b',
      'event.sizes': 'S、M',
      'event.gift': 'true',
      'event.empty': null,
      'event.nothing': null,
      'event.nested': null,
      'event.nested.deep.er': '1',
      'event.gone': null,
    });
  });

  it('say local time on both sides of a change of clocks', () => {
    const at = (startsAt: string) =>
      eventValues({ variables: ['event.startsAt'] }, { startsAt }, { timeZone: 'Europe/Berlin' })['event.startsAt'];
    expect([at('2026-03-29T00:59:00Z'), at('2026-03-29T01:00:00Z')]).toEqual(['2026/03/29 01:59', '2026/03/29 03:00']);
  });

  it('read nothing that the event does not have itself', () => {
    const body = JSON.parse('{"__proto__": {"x": "own"}, "a": {"b": 1}}') as Record<string, unknown>;
    const variables = ['event.__proto__.x', 'event.a.constructor.name', 'event.a.b.toFixed', 'event.hasOwnProperty'];
    expect(Object.values(eventValues({ variables: variables.slice(1) }, body, TOKYO))).toEqual([null, null, null]);
  });

  it('are characters only, whatever they hold', () => {
    const messages = [...text('<{{event.name}}>'), ...button('https://shop.example/?q={{event.name}}')];
    const hostile = fc.oneof(
      fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '","x":"',
        '{{member.rank}}',
        '{{event.name}}',
        '&a=b#c',
        '__proto__',
      ),
    );
    fc.assert(
      fc.property(hostile, (name) => {
        const sent = sentFor(messages, { name });
        if ('unfit' in sent) return sent.unfit.path.startsWith('/');
        if ('missing' in sent) return false;
        const [plain, template] = JSON.parse(JSON.stringify(sent.messages));
        expect(plain).toEqual({ type: 'text', text: `<${name}>` });
        expect(new URL(template.template.actions[0].uri).searchParams.get('q')).toBe(name);
        return true;
      }),
      { seed: 11 },
    );
  });

  it('say where they stand and whether something stands in for them', () => {
    const content = MessageContent.read(
      [...text('{{member.rank | fallback: "-"}}'), ...carousel([{ forEach: 'event.items', item: column }])],
      '/m',
      { event: true },
    );
    const columns = '/m/1/template/columns/0/item';
    expect(content.places).toEqual([
      { variable: 'member.rank', path: '/m/0/text', hasFallback: true },
      { variable: 'event.items.0.name', path: `${columns}/text`, hasFallback: false },
      { variable: 'event.items.0.url', path: `${columns}/actions/0/uri`, hasFallback: false },
    ]);
  });
});

describe('an address that is one variable', () => {
  const address = (value: unknown) => {
    const sent = sentFor(button('{{event.url}}'), { url: value });
    if (!('messages' in sent)) return sent;
    return (sent.messages[0] as unknown as { template: { actions: { uri: string }[] } }).template.actions[0]!.uri;
  };

  it('is the value, with what an address cannot hold percent-encoded', () => {
    expect(errorsOf(button('{{event.url}}'))).toEqual({});
    expect(address('https://shop.example/a?b=c&d=%20#e')).toBe('https://shop.example/a?b=c&d=%20#e');
    expect(address('http://shop.example/お茶 緑')).toBe('http://shop.example/%E3%81%8A%E8%8C%B6%20%E7%B7%91');
  });

  it.each([
    'javascript:alert(1)',
    'not an address',
    'tel:0312345678',
    '//shop.example',
    'data:text/html,<b>',
    `https://a.example/${'x'.repeat(1_000)}`,
  ])('makes whoever has %s unfit', (value) => {
    expect(address(value)).toMatchObject({ unfit: { path: '/0/template/actions/0/uri' } });
  });

  it('falls back where the value is none', () => {
    const messages = button('{{event.url | fallback: "https://shop.example/cart"}}');
    expect(sentFor(messages, { url: 'javascript:alert(1)' })).toEqual(sentFor(messages, {}));
    expect(JSON.stringify(sentFor(messages, {}))).toContain('https://shop.example/cart');
  });

  it('shows pictures by https only', () => {
    const image = [{ type: 'image', originalContentUrl: '{{event.url}}', previewImageUrl: '{{event.url}}' }];
    expect(errorsOf(image)).toEqual({});
    expect(sentFor(image, { url: 'https://shop.example/茶.png' })).toMatchObject({
      messages: [{ previewImageUrl: 'https://shop.example/%E8%8C%B6.png' }],
    });
    expect(sentFor(image, { url: 'http://shop.example/a.png' })).toHaveProperty('unfit');
  });

  it('is never anything but https or http, whatever the value', () => {
    const value = fc.oneof(
      fc.webUrl(),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(value, (url) => {
        const sent = address(url);
        return typeof sent === 'object' || /^https?:\/\/[!-~]+$/.test(sent);
      }),
      { seed: 12 },
    );
  });
});
