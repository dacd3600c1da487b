import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '#kernel';
import { MessageContent } from './message-content.js';
import { expandForEach } from './repetition.js';
import { text, column, carousel, cart, errorsOf, sentFor } from './testing/event-content.js';

describe('forEach', () => {
  const messages = carousel([
    { text: 'カート', actions: [{ type: 'uri', label: '戻る', uri: 'https://shop.example/' }] },
    { forEach: 'event.items', max: 3, item: column },
  ]);

  it('becomes one element an item, of the first ones', () => {
    const sent = sentFor(messages, cart('a', 'b', 'c', 'd'));
    const { template } = (sent as { messages: unknown[] }).messages[0] as { template: { columns: { text: string }[] } };
    expect(template.columns.map((one) => one.text)).toEqual(['カート', 'a', 'b', 'c']);
    expect(template.columns[2]).toEqual({
      text: 'b',
      actions: [{ type: 'uri', label: '見る', uri: 'https://shop.example/1' }],
    });
  });

  it('shows ten where it does not say how many', () => {
    const all = carousel([{ forEach: 'event.items', item: column }]);
    const [expanded] = expandForEach(all, cart(...Array.from('abcdefghijklmn')));
    expect((expanded as { template: { columns: object[] } }).template.columns).toHaveLength(10);
  });

  it('leaves nothing for an empty list, and then the limits decide', () => {
    expect(sentFor(messages, cart())).toHaveProperty('messages');
    for (const body of [cart(), {}, { items: 'x' }])
      expect(sentFor(carousel([{ forEach: 'event.items', item: column }]), body)).toEqual({
        unfit: { path: '/0/template/columns', detail: expect.any(String) },
      });
    const whole = [{ forEach: 'event.items', item: { type: 'text', text: '{{item.name}}' } }];
    expect(sentFor(whole, cart('a', 'b'))).toEqual({ messages: [...text('a'), ...text('b')] });
    expect(sentFor(whole, cart())).toMatchObject({ unfit: { path: '' } });
    expect(sentFor(whole, cart(...Array.from('abcdef')))).toMatchObject({ unfit: { path: '' } });
  });

  it('makes a person who lacks a value of one item miss it, unless there is a fallback', () => {
    const body = { items: [{ name: 'a', url: 'https://shop.example/' }, { url: 'https://shop.example/' }] };
    expect(sentFor(messages, body)).toEqual({ missing: 'event.items.1.name' });
    const kind = carousel([
      { forEach: 'event.items', item: { ...column, text: '{{ item.name | fallback: "{{item.name}}" }}' } },
    ]);
    const sent = sentFor(kind, body) as { messages: unknown[] };
    expect(sent.messages[0]).toMatchObject({ template: { columns: [{ text: 'a' }, { text: '{{item.name}}' }] } });
  });

  it.each([
    ['a list that is none of the event', { forEach: 'member.tags', item: column }, '/0/forEach'],
    ['no item', { forEach: 'event.items' }, '/0/item'],
    ['too many', { forEach: 'event.items', max: 51, item: column }, '/0/max'],
    ['an unknown field', { forEach: 'event.items', item: column, as: 'x' }, '/0/as'],
    [
      'one inside another',
      { forEach: 'event.items', item: { a: [{ forEach: 'event.items', item: {} }] } },
      '/0/item/a/0',
    ],
    ['an unknown variable', { forEach: 'event.items', item: { ...column, text: '{{thing.name}}' } }, '/0/item/text'],
    ['what LINE refuses', { forEach: 'event.items', item: { ...column, title: 'x'.repeat(41) } }, '/0/item/title'],
    ['more than LINE shows', { forEach: 'event.items', max: 11, item: column }, ''],
  ])('is refused with %s, at its place', (_what, element, path) => {
    expect(Object.keys(errorsOf(carousel([element])))).toContain(`/steps/0/messages/0/template/columns${path}`);
  });

  it('names the place of what stands behind it', () => {
    const wrong = { text: 'x'.repeat(121), actions: [{ type: 'uri', label: '見る', uri: 'https://shop.example/' }] };
    const written = carousel([{ forEach: 'event.items', max: 2, item: column }, wrong]);
    expect(Object.keys(errorsOf(written))).toEqual(['/steps/0/messages/0/template/columns/1/text']);
  });

  it('stands outside of events for nothing, and its items nowhere else', () => {
    expect(() => MessageContent.read(messages)).toThrow(AppError);
    expect(errorsOf(text('{{item.name}}'))).toEqual({
      '/steps/0/messages/0/text': 'has an unknown variable: item.name',
    });
  });

  it('is not sent as it is written', () => {
    expect(() => MessageContent.ofEvent(messages)).toThrow(AppError);
    const read = MessageContent.read(messages, '', { event: true });
    expect(() => read.forPerson({})).toThrow('expanded');
  });

  it('keeps emojis and literal braces where they were', () => {
    const emoji = { productId: 'p', emojiId: '1' };
    const whole = [
      {
        forEach: 'event.items',
        max: 2,
        item: { type: 'text', text: '{{item.name}} $', emojis: [{ ...emoji, index: 14 }] },
      },
      {
        forEach: 'event.items',
        max: 1,
        item: { type: 'textV2', text: '{{a}} {{item.name}} {x}', substitution: { x: { type: 'emoji', ...emoji } } },
      },
    ];
    expect(errorsOf(whole)).toEqual({});
    expect(sentFor(whole, cart('ab', '{c}'))).toMatchObject({
      messages: [
        { text: 'ab $', emojis: [{ index: 3 }] },
        { text: '{c} $', emojis: [{ index: 4 }] },
        { text: '{{a}} ab {x}' },
      ],
    });
  });

  it('of any cart breaks no limit of LINE unseen, and shows each item in its order', () => {
    const item = fc.record(
      { name: fc.string({ unit: 'binary', maxLength: 130 }), url: fc.oneof(fc.webUrl(), fc.string()) },
      { requiredKeys: [] },
    );
    const written = carousel([{ forEach: 'event.items', max: 10, item: column }]);
    fc.assert(
      fc.property(fc.array(item, { maxLength: 14 }), (items) => {
        const sent = sentFor(written, { items });
        if (!('messages' in sent)) return Object.keys(sent).length === 1;
        expect(() => MessageContent.read(sent.messages)).not.toThrow();
        const { template } = sent.messages[0] as unknown as { template: { columns: { text: string }[] } };
        expect(template.columns.map((one) => one.text)).toEqual(items.slice(0, 10).map(({ name }) => name));
        return true;
      }),
      { seed: 13, numRuns: 300 },
    );
  });
});
