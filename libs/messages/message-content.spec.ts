import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '#kernel';
import { MessageContent } from './message-content.js';

const family = '👨‍👩‍👧‍👦';

function errorsOf(messages: unknown): Record<string, string> {
  try {
    MessageContent.read(messages, '/messages');
  } catch (error) {
    if (error instanceof AppError) return Object.fromEntries(error.extra.errors!.map((e) => [e.path, e.detail]));
    throw error;
  }
  return {};
}

const text = (value: string) => [{ type: 'text', text: value }];
const bubble = (extra: object = {}) => ({
  type: 'bubble',
  body: { type: 'box', layout: 'vertical', contents: [{ type: 'text', text: 'a' }] },
  ...extra,
});
const uri = (address: string) => ({ type: 'uri', label: '開く', uri: address });
const buttons = (extra: object) => [
  {
    type: 'template',
    altText: 'a',
    template: { type: 'buttons', text: 't', actions: [uri('https://example.com/')], ...extra },
  },
];

describe('message limits', () => {
  it('takes one of every kind that can be sent', () => {
    const https = 'https://example.com/a.png';
    const kinds: object[] = [
      { type: 'text', text: '$ hello', emojis: [{ index: 0, productId: 'p', emojiId: '1' }], sender: { name: 'Shop' } },
      {
        type: 'textV2',
        text: 'Hi {smile} {{x}}',
        substitution: { smile: { type: 'emoji', productId: 'p', emojiId: '1' } },
      },
      { type: 'sticker', packageId: '446', stickerId: '1988' },
      { type: 'image', originalContentUrl: https, previewImageUrl: https },
      { type: 'video', originalContentUrl: https, previewImageUrl: https, trackingId: 'a-1' },
      { type: 'audio', originalContentUrl: https, duration: 1000 },
      { type: 'location', title: 't', address: 'a', latitude: 35.6, longitude: 139.7 },
      { type: 'coupon', couponId: '01JYNW8JMQVFBNWF1APF8Z3FS7', deliveryTag: 'spring' },
      {
        type: 'imagemap',
        baseUrl: 'https://example.com/map',
        altText: 'a',
        baseSize: { width: 1040, height: 500 },
        actions: [{ type: 'uri', linkUri: 'https://example.com/', area: { x: 0, y: 0, width: 520, height: 500 } }],
      },
      ...buttons({ defaultAction: uri('https://example.com/') }),
      {
        type: 'template',
        altText: 'a',
        template: {
          type: 'confirm',
          text: 't',
          actions: [uri('tel:0312345678'), { type: 'message', label: 'b', text: 'b' }],
        },
      },
      {
        type: 'template',
        altText: 'a',
        template: { type: 'carousel', columns: [{ text: 't', actions: [uri('https://a.example/')] }] },
      },
      {
        type: 'template',
        altText: 'a',
        template: { type: 'image_carousel', columns: [{ imageUrl: https, action: uri('https://a.example/') }] },
      },
      { type: 'flex', altText: 'a', contents: { type: 'carousel', contents: [bubble(), bubble()] } },
      {
        type: 'text',
        text: 'q',
        quickReply: { items: [{ type: 'action', action: { type: 'location', label: '場所' } }] },
      },
    ];
    for (const kind of kinds) expect(errorsOf([kind])).toEqual({});
  });

  it.each([
    ['no message', [], '/messages'],
    ['six messages', Array(6).fill(text('a')[0]), '/messages'],
    ['a message that is no object', ['a'], '/messages/0'],
    ['an unknown type', [{ type: 'hologram' }], '/messages/0/type'],
    ['no type', [{}], '/messages/0/type'],
    ['an unknown field', [{ type: 'text', text: 'a', colour: 'red' }], '/messages/0/colour'],
    ['text of 5,001 units', text('a'.repeat(5001)), '/messages/0/text'],
    ['emoji counted by units where text is', text('😀'.repeat(2501)), '/messages/0/text'],
    ['empty text', text(''), '/messages/0/text'],
    ['NUL', text('a\0b'), '/messages/0/text'],
    ['half a surrogate pair', text('a\ud800'), '/messages/0/text'],
    [
      'an emoji where no $ is',
      [{ type: 'text', text: 'a', emojis: [{ index: 0, productId: 'p', emojiId: '1' }] }],
      '/messages/0/emojis/0/index',
    ],
    [
      'a mention',
      [{ type: 'textV2', text: '{x}', substitution: { x: { type: 'mention' } } }],
      '/messages/0/substitution/x',
    ],
    ['a textV2 placeholder without substitution', [{ type: 'textV2', text: '{x}' }], '/messages/0/text'],
    [
      'http media',
      [{ type: 'image', originalContentUrl: 'http://a.example/', previewImageUrl: 'https://a.example/あ' }],
      '/messages/0/originalContentUrl',
    ],
    [
      'a long label',
      buttons({ actions: [{ ...uri('https://a.example/'), label: 'a'.repeat(21) }] }),
      '/messages/0/template/actions/0',
    ],
    [
      'a missing label',
      buttons({ actions: [{ type: 'uri', uri: 'https://a.example/' }] }),
      '/messages/0/template/actions/0',
    ],
    [
      'a camera outside quick replies',
      buttons({ actions: [{ type: 'camera', label: 'a' }] }),
      '/messages/0/template/actions/0/type',
    ],
    ['a javascript address', buttons({ actions: [uri('javascript:alert(1)')] }), '/messages/0/template/actions/0/uri'],
    ['text too long beside a title', buttons({ title: 'a', text: 'a'.repeat(61) }), '/messages/0/template/text'],
    [
      'a bubble over 30 KB',
      [
        {
          type: 'flex',
          altText: 'a',
          contents: bubble({
            footer: {
              type: 'box',
              layout: 'vertical',
              contents: Array(2).fill({ type: 'text', text: 'a'.repeat(16_000) }),
            },
          }),
        },
      ],
      '/messages/0/contents',
    ],
    [
      '13 bubbles',
      [{ type: 'flex', altText: 'a', contents: { type: 'carousel', contents: Array(13).fill(bubble()) } }],
      '/messages/0/contents/contents',
    ],
    [
      'bubbles of two sizes',
      [{ type: 'flex', altText: 'a', contents: { type: 'carousel', contents: [bubble(), bubble({ size: 'nano' })] } }],
      '/messages/0/contents/contents/1/size',
    ],
    [
      '14 quick replies',
      [{ type: 'text', text: 'a', quickReply: { items: Array(14).fill({ action: uri('https://a.example/') }) } }],
      '/messages/0/quickReply/items',
    ],
  ])('refuses %s at its place', (_what, messages, path) => {
    expect(Object.keys(errorsOf(messages))).toContain(path);
  });

  it('counts labels and template texts in grapheme clusters', () => {
    expect(errorsOf(buttons({ text: family.repeat(160) }))).toEqual({});
    expect(errorsOf(buttons({ text: family.repeat(161) }))).toHaveProperty('/messages/0/template/text');
    expect(errorsOf(buttons({ actions: [{ ...uri('https://a.example/'), label: family.repeat(20) }] }))).toEqual({});
  });
});

describe('variables', () => {
  const fill = (messages: unknown[], values: Record<string, string | null>) =>
    MessageContent.read(messages).forPerson(values);

  it.each([
    ['Hello {{member.nickname}}', 'has an unknown variable: member.nickname'],
    ['Hello {{event.orderId}}', 'has an unknown variable: event.orderId'],
    ['Hello {{member.attributes.}}', 'has an unknown variable: member.attributes.'],
    ['Hello {{member.rank', 'has {{ without a variable; write {{member.rank}} or {{member.rank | fallback: "…"}}'],
    ['Hello {{ }}', 'has {{ without a variable; write {{member.rank}} or {{member.rank | fallback: "…"}}'],
    [String.raw`{{member.rank | fallback: "\x"}}`, 'has a fallback that is not a JSON string'],
    [
      '{{member.rank | default: "a"}}',
      'has {{ without a variable; write {{member.rank}} or {{member.rank | fallback: "…"}}',
    ],
  ])('refuses %s', (written, detail) => {
    expect(errorsOf(text(written))).toEqual({ '/messages/0/text': detail });
  });

  it('fills values, and fallbacks where there is none', () => {
    const messages = text('{{member.attributes.name | fallback: "お客様"}}、{{ member.rank }} {{member.rank}}');
    expect(fill(messages, { 'member.attributes.name': null, 'member.rank': 'gold' })).toEqual({
      messages: text('お客様、gold gold'),
    });
    expect(fill(messages, { 'member.attributes.name': '花子', 'member.rank': 'gold' })).toEqual({
      messages: text('花子、gold gold'),
    });
  });

  it.each([null, '', undefined])('names what is missing rather than leaving a hole for %j', (rank) => {
    expect(fill(text('{{member.rank}}'), { 'member.rank': rank! })).toEqual({ missing: 'member.rank' });
  });

  it('lists what it needs', () => {
    const content = MessageContent.read(
      text('{{member.rank | fallback: "a"}} {{member.attributes.名前}} {{member.rank}}'),
    );
    expect(content.variables).toEqual(['member.attributes.名前', 'member.rank']);
    expect(content.requiredVariables).toEqual(['member.attributes.名前', 'member.rank']);
    expect(MessageContent.read(text('{ } }} plain')).personalised).toBe(false);
  });

  it('takes a value as characters only: no value changes the structure or is read again', () => {
    const messages = [
      ...text('<{{member.rank}}>'),
      ...buttons({ actions: [uri('https://example.com/?r={{member.rank}}')] }),
      { type: 'textV2', text: '[{{member.rank}}]' },
    ];
    const content = MessageContent.read(messages);
    const hostile = fc.oneof(
      fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }),
      fc.constantFrom('","x":"', '{{member.rank}}', '{smile}', '}}', '\\u0022', '&a=b#c?/../', '$&', '__proto__'),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        const filled = content.forPerson({ 'member.rank': value });
        if ('unfit' in filled) return filled.unfit.path.startsWith('/');
        if ('missing' in filled) return false;
        const [plain, template, braces] = JSON.parse(JSON.stringify(filled.messages));
        expect(plain).toEqual({ type: 'text', text: `<${value}>` });
        expect(new URL(template.template.actions[0].uri).searchParams.get('r')).toBe(value);
        expect(Object.keys(braces)).toEqual(['type', 'text']);
        expect(braces.text.slice(1, -1).replaceAll('{{', '{').replaceAll('}}', '}')).toBe(value);
        return true;
      }),
      { seed: 7 },
    );
  });

  it('says which limit the values of a person break', () => {
    const filled = fill(text(`${'a'.repeat(4_990)}{{member.rank}}`), { 'member.rank': 'b'.repeat(11) });
    expect(filled).toEqual({ unfit: { path: '/0/text', detail: 'must be text of 1 to 5000 characters' } });
  });

  it('leaves the literal braces of a textV2 alone', () => {
    const messages = [
      {
        type: 'textV2',
        text: '{{a}} {{member.rank}} {x}',
        substitution: { x: { type: 'emoji', productId: 'p', emojiId: '1' } },
      },
    ];
    expect(fill(messages, { 'member.rank': '{b}' })).toMatchObject({ messages: [{ text: '{{a}} {{b}} {x}' }] });
  });

  it('moves the emojis of a text with the values before them', () => {
    const emoji = { productId: 'p', emojiId: '1' };
    const messages = [
      {
        type: 'text',
        text: '$ {{member.rank}} $',
        emojis: [
          { ...emoji, index: 0 },
          { ...emoji, index: 18 },
        ],
      },
    ];
    expect(fill(messages, { 'member.rank': '$$' })).toEqual({
      messages: [
        {
          type: 'text',
          text: '$ $$ $',
          emojis: [
            { ...emoji, index: 0 },
            { ...emoji, index: 5 },
          ],
        },
      ],
    });
  });
});
