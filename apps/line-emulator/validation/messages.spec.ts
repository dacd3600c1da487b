import { describe, expect, it } from '@jest/globals';
import { LineRefusal } from '../messaging-api/line-refusal.js';
import { checkMessages } from './messages.js';
import { Problems } from './problems.js';

/** What is wrong with one message, as `property: message`, or LINE's text for a wrong type. */
function problemsOf(message: Record<string, unknown>): string[] {
  const problems = new Problems();
  try {
    checkMessages({ messages: [message] }, problems);
  } catch (error) {
    if (!(error instanceof LineRefusal)) throw error;
    return [error.message];
  }
  return problems.details.map(({ property, message: words }) => `${property.replace('messages[0].', '')}: ${words}`);
}

const family = '👨‍👩‍👧‍👦';
const action = { type: 'message', label: 'a', text: 'a' };
const buttons = (own: object) => ({
  type: 'template',
  altText: 'a',
  template: { type: 'buttons', text: 'a', actions: [action], ...own },
});
const flex = (contents: object) => ({ type: 'flex', altText: 'a', contents });
const bubble = (words: string) => ({
  type: 'bubble',
  body: { type: 'box', layout: 'vertical', contents: [{ type: 'text', text: words }] },
});

describe('Limits of messages', () => {
  it('count a text in UTF-16 units up to 5,000', () => {
    expect(problemsOf({ type: 'text', text: '😀'.repeat(2500) })).toEqual([]);
    expect(problemsOf({ type: 'text', text: '😀'.repeat(2500) + 'a' })).toEqual([
      'text: Length must be between 0 and 5000',
    ]);
    expect(problemsOf({ type: 'text', text: '' })).toEqual(['text: May not be empty']);
  });

  it('count labels and texts of templates in graphemes', () => {
    expect(problemsOf(buttons({ actions: [{ ...action, label: family.repeat(20) }] }))).toEqual([]);
    expect(problemsOf(buttons({ actions: [{ ...action, label: family.repeat(21) }] }))).toEqual([
      'template.actions[0].label: Length must be between 0 and 20',
    ]);
    expect(problemsOf(buttons({ text: family.repeat(160) }))).toEqual([]);
  });

  it('leave a buttons text 60 characters beside a title', () => {
    expect(problemsOf(buttons({ text: 'a'.repeat(160) }))).toEqual([]);
    expect(problemsOf(buttons({ title: 'a', text: 'a'.repeat(61) }))).toEqual([
      'template.text: Length must be between 0 and 60',
    ]);
  });

  it('allow 4 buttons, exactly 2 answers, 10 columns of one shape, 13 quick replies', () => {
    const size = (least: number, most: number) => `Size must be between ${least} and ${most}`;
    expect(problemsOf(buttons({ actions: Array(5).fill(action) }))).toEqual([`template.actions: ${size(1, 4)}`]);
    const confirm = { type: 'confirm', text: 'a', actions: [action] };
    expect(problemsOf({ type: 'template', altText: 'a', template: confirm })).toEqual([
      `template.actions: ${size(2, 2)}`,
    ]);
    const columns = (count: number) => Array(count).fill({ text: 'a', actions: [action] });
    const carousel = (all: unknown[]) => ({
      type: 'template',
      altText: 'a',
      template: { type: 'carousel', columns: all },
    });
    expect(problemsOf(carousel(columns(11)))).toEqual([`template.columns: ${size(1, 10)}`]);
    expect(problemsOf(carousel([...columns(1), { text: 'a', title: 'b', actions: [action] }]))).toHaveLength(1);
    const items = Array(14).fill({ type: 'action', action });
    expect(problemsOf({ type: 'text', text: 'a', quickReply: { items } })).toEqual([
      `quickReply.items: ${size(1, 13)}`,
    ]);
  });

  it('hold a flex bubble to 30 KB, a carousel to 50 KB and 12 bubbles of one size', () => {
    expect(problemsOf(flex(bubble('a'.repeat(30_000))))).toEqual([]);
    expect(problemsOf(flex(bubble('a'.repeat(31_000))))).toEqual([
      'contents: Size must be less than or equal to 30 KB',
    ]);
    const carousel = (contents: object[]) => flex({ type: 'carousel', contents });
    expect(problemsOf(carousel([bubble('a'.repeat(29_000)), bubble('a'.repeat(29_000))]))).toHaveLength(1);
    expect(problemsOf(carousel(Array(13).fill(bubble('a'))))).toEqual([
      'contents.contents: Size must be between 1 and 12',
    ]);
    expect(problemsOf(carousel([bubble('a'), { ...bubble('a'), size: 'kilo' }]))).toHaveLength(1);
  });

  it('take HTTPS for media, and http, https, line and tel for taps', () => {
    const image = (url: string) =>
      problemsOf({ type: 'image', originalContentUrl: url, previewImageUrl: 'https://a.jp/b' });
    expect(image('https://a.jp/%E8%8A%B1.png')).toEqual([]);
    for (const url of ['http://a.jp/b', 'https://a.jp/花', 'javascript:1']) expect(image(url)).toHaveLength(1);
    const tap = (uri: string) => problemsOf(buttons({ actions: [{ type: 'uri', label: 'a', uri }] }));
    for (const uri of ['http://a.jp', 'https://a.jp', 'line://nv/chat', 'tel:0312345678']) expect(tap(uri)).toEqual([]);
    for (const uri of ['javascript:alert(1)', 'a.jp', `https://a.jp/${'a'.repeat(1000)}`])
      expect(tap(uri)).toHaveLength(1);
  });

  it('name the property of a wrong type, and the kinds there are', () => {
    expect(problemsOf({ type: 'text', text: 5 })).toEqual([
      'The property, messages[0].text, in the request body is invalid (line: -, column: -)',
    ]);
    expect(problemsOf({ type: 'telegram' })[0]).toMatch(/^type: Must be one of the following values: \[text, textV2, /);
  });

  it('want a $ where an emoji goes, and a substitution for every placeholder', () => {
    const emoji = { index: 1, productId: 'p', emojiId: 'e' };
    expect(problemsOf({ type: 'text', text: 'a$', emojis: [emoji] })).toEqual([]);
    expect(problemsOf({ type: 'text', text: '$a', emojis: [emoji] })).toEqual(['emojis[0].index: Invalid index']);
    expect(problemsOf({ type: 'textV2', text: 'a {{b}}' })).toEqual([]);
    expect(problemsOf({ type: 'textV2', text: 'a {b}' })).toEqual(['text: Invalid placeholder']);
  });
});
