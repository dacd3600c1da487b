import { describe, expect, it } from '@jest/globals';
import { MessageContent } from '#messages';
import { markedAsTest } from './test-mark.js';

const text = (words: string, more: object = {}) => ({ type: 'text', text: words, ...more });
const image = {
  type: 'image',
  originalContentUrl: 'https://x.example/a.png',
  previewImageUrl: 'https://x.example/a.png',
};
const flex = (altText: string) => ({ type: 'flex', altText, contents: { type: 'bubble', body: BOX } });
const BOX = { type: 'box', layout: 'vertical', contents: [{ type: 'text', text: 'x' }] };
const emojis = [{ index: 0, productId: '5ac1bfd5040ab15980c9b435', emojiId: '001' }];

describe('a test', () => {
  it.each<[string, object[], object[]]>([
    ['a bubble of its own, first', [text('hello'), image], [text('【テスト配信】'), text('hello'), image]],
    [
      'the first text, where there is no room for a bubble',
      [image, image, text('hello {{member.rank}}'), text('b'), image],
      [image, image, text('【テスト配信】hello {{member.rank}}'), text('b'), image],
    ],
    [
      'not a text whose emojis stand at places in it, but the next',
      [text('$', { emojis }), text('b'), image, image, image],
      [text('$', { emojis }), text('【テスト配信】b'), image, image, image],
    ],
    [
      'the notification, where no text can',
      [image, flex('news'), image, image, text('x'.repeat(5_000))],
      [image, flex('【テスト配信】news'), image, image, text('x'.repeat(5_000))],
    ],
    [
      'the sender, where nothing else can',
      [image, image, image, image, image],
      [{ ...image, sender: { name: 'テスト配信' } }, image, image, image, image],
    ],
  ])('says so by %s', (_how, messages, expected) => {
    const marked = markedAsTest(messages);
    expect(marked).toEqual(expected);
    expect(() => MessageContent.read(marked)).not.toThrow();
  });
});
