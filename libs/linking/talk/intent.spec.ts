import { describe, expect, it } from '@jest/globals';
import { intentOf, POSTBACK } from './intent.js';

const keywords = { link: ['連携', 'Link'], unlink: ['連携解除'], code: ['コード'] };
const says = (text: string) => intentOf({ type: 'message', message: { type: 'text', text } }, keywords);
const presses = (data: string) => intentOf({ type: 'postback', postback: { data } }, keywords);

describe('What is meant', () => {
  it.each([
    ['連携', { kind: 'link' }],
    [' 連携\n', { kind: 'link' }],
    ['ＬＩＮＫ', { kind: 'link' }],
    ['link', { kind: 'link' }],
    ['連携解除', { kind: 'unlink' }],
    ['コード', { kind: 'ask-for-code' }],
    ['ｺｰﾄﾞ', { kind: 'ask-for-code' }],
    ['Ab3dEfGh2j', { kind: 'code', text: 'Ab3dEfGh2j' }],
    ['　Ａｂ３ｄＥｆＧｈ２ｊ', { kind: 'code', text: '　Ａｂ３ｄＥｆＧｈ２ｊ' }],
    ['連携したいです', undefined],
    ['連携 解除', undefined],
    ['', undefined],
  ])('by the message “%s” is %j', (text, intent) => {
    expect(says(text)).toEqual(intent);
  });

  it.each([
    [POSTBACK.link, { kind: 'link' }],
    [`${POSTBACK.link}:contractor`, { kind: 'link', role: 'contractor' }],
    [`${POSTBACK.link}:boss`, { kind: 'link' }],
    [POSTBACK.code, { kind: 'ask-for-code' }],
    [POSTBACK.unlink, { kind: 'unlink' }],
    [POSTBACK.unlinkAll, { kind: 'unlink', all: true }],
    [POSTBACK.unlinkOne('17'), { kind: 'unlink', linkId: '17' }],
    ['tsunagi:unlink:0', { kind: 'unlink' }],
    [POSTBACK.confirmUnlink('a-_9'), { kind: 'unlink-confirmed', token: 'a-_9' }],
    [POSTBACK.keep, { kind: 'keep' }],
    [POSTBACK.agree('Ab3dEfGh2j', '0f9a'), { kind: 'agreed', code: 'Ab3dEfGh2j', version: '0f9a' }],
    ['tsunagi:agree', { kind: 'agreed', code: '', version: '' }],
    [POSTBACK.disagree, { kind: 'disagreed' }],
    ['tsunagi:fly', undefined],
    ['action=book', undefined],
    ['xtsunagi:link', undefined],
    ['tsunagi:link:a b', undefined],
  ])('by the button with %s is %j', (data, intent) => {
    expect(presses(data)).toEqual(intent);
  });

  it.each([
    {},
    { message: null },
    { message: 'x' },
    { message: { type: 'sticker', text: '連携' } },
    { message: { type: 'text', text: 5 } },
    { postback: {} },
    { postback: { data: 7 } },
    { postback: null },
  ])('by %j is nothing', (body) => {
    expect(intentOf(body as unknown as Record<string, unknown>, keywords)).toBeUndefined();
  });
});
