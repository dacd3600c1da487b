import { describe, expect, it } from '@jest/globals';
import { contrast, LEAST_CONTRAST } from './contrast.js';
import { cookie, cookiesOf } from './cookies.js';
import { isLineBrowser, isPhone } from './device.js';
import { html, paragraphs } from './html.js';
import { preferred } from './language.js';
import { DEFAULT_LINK_PAGE } from './link-page.settings.js';
import { AGENTS } from '#testing';
import { PAGE_TEXTS } from './texts/pages.js';
import { explainedCodes, sorryText } from './texts/sorry.js';

describe('Markup', () => {
  it('escapes every value, in texts and in attributes, but markup of its own making', () => {
    const evil = `"><script>alert('x')</script>&`;
    const inner = html`<b>${evil}</b>`;
    expect(html`<a title="${evil}">${[inner, 1]}${undefined}${null}${false}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;"><b>&quot;&gt;&lt;script&gt;' +
        'alert(&#39;x&#39;)&lt;/script&gt;&amp;</b>1</a>',
    );
  });

  it('refuses what has no text of its own', () => {
    expect(() => html`${{ toString: () => '<b>' }}`).toThrow('cannot be written');
  });

  it('keeps the lines and paragraphs of a text', () => {
    expect(html`${paragraphs('a\nb\n\n<c>')}`.text).toBe('<p>a<br />b</p><p>&lt;c&gt;</p>');
  });
});

describe('Contrast', () => {
  it('is 21 for black on white, 1 for the same, and between for others', () => {
    expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
    expect(contrast('#123456', '#123456')).toBe(1);
    // A pair just on either side of the limit.
    expect(contrast('#767676', '#ffffff')).toBeGreaterThanOrEqual(LEAST_CONTRAST);
    expect(contrast('#777777', '#ffffff')).toBeLessThan(LEAST_CONTRAST);
  });

  it('of the colours that nobody has changed is enough for texts, links and buttons', () => {
    const { accent, background, text } = DEFAULT_LINK_PAGE.colours;
    expect(contrast(text, background)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
    expect(contrast(accent, background)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
  });
});

describe('A phone', () => {
  it.each([
    [AGENTS.safari, true],
    [AGENTS.line, true],
    ['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36', true],
    ['Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari Line/15.1.0', true],
    ['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36', false],
    [AGENTS.computer, false],
    ['Outline/1.0', false],
    [undefined, false],
  ])('is known by %s: %s', (agent, expected) => {
    expect(isPhone({ 'user-agent': agent })).toBe(expected);
  });

  it('is known by the client hint', () => {
    expect(isPhone({ 'user-agent': AGENTS.computer, 'sec-ch-ua-mobile': '?1' })).toBe(true);
    expect(isPhone({ 'user-agent': AGENTS.computer, 'sec-ch-ua-mobile': '?0' })).toBe(false);
  });

  it('shows LINE’s own browser by its name', () => {
    expect([AGENTS.line, AGENTS.safari].map((agent) => isLineBrowser({ 'user-agent': agent }))).toEqual([true, false]);
  });
});

describe('The language that somebody likes', () => {
  it.each([
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['ja-JP', 'ja'],
    ['fr,en;q=0.5,ja;q=0.8', 'ja'],
    ['ja;q=0, en;q=0.1', 'en'],
    ['fr', undefined],
    ['english', undefined],
    ['*', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (header, lang) => {
    expect(preferred(header)).toBe(lang);
  });
});

describe('Cookies', () => {
  it('cannot be read by scripts nor sent along by other sites', () => {
    expect(cookie('a', 'b', { path: '/p', maxAge: 5, secure: true })).toBe(
      'a=b; Path=/p; Max-Age=5; HttpOnly; SameSite=Lax; Secure',
    );
  });

  it('are read leniently, the first of two', () => {
    expect([...cookiesOf('a=1; b=x=y;c; a=2')]).toEqual([
      ['a', '1'],
      ['b', 'x=y'],
    ]);
    expect(cookiesOf(undefined).size).toBe(0);
  });
});

describe('Texts', () => {
  it('are there in both languages, and none is left in the other one', () => {
    const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;
    const { otherLanguage: _ja, ...ja } = PAGE_TEXTS.ja;
    const { otherLanguage: _en, ...en } = PAGE_TEXTS.en;
    expect(Object.values(ja).filter((text) => !japanese.test(text))).toEqual([]);
    expect(Object.values(en).filter((text) => japanese.test(text))).toEqual([]);
    for (const code of explainedCodes()) {
      expect([code, japanese.test(sorryText(code, 'ja').text)]).toEqual([code, true]);
      expect([code, japanese.test(sorryText(code, 'en').text)]).toEqual([code, false]);
    }
  });

  it('say something for any code, never the code itself', () => {
    for (const code of ['linking.surprise', '__proto__', 'constructor', '']) {
      expect(sorryText(code, 'en')).toEqual({ title: 'We could not go on', text: expect.stringContaining('start') });
    }
  });
});
