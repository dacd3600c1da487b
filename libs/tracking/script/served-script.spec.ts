import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { compact, MOST_SCRIPT_BYTES, servedScript } from './served-script.js';

interface Sent {
  by: 'beacon' | 'fetch';
  method: string;
  address: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON
  body: any;
}

interface Settings {
  cookie?: string;
  navigator?: object;
  /** Said before the script came. */
  queue?: [string, unknown][];
  href?: string;
  /** Whether the browser takes cookies. */
  cookies?: boolean;
  /** Of the script's tag. */
  domain?: string;
}

/** As much of a browser as the script touches. */
class Browser {
  readonly sent: Sent[] = [];
  readonly written: string[] = [];
  readonly jar = new Map<string, string>();
  readonly window: Record<string, unknown>;

  constructor({ cookie, navigator = {}, queue, domain, ...more }: Settings = {}) {
    const { href = 'https://shop.example/tea#top', cookies = true } = more;
    if (cookie) this.jar.set('tsunagi_visitor', cookie);
    this.jar.set('other', 'x');
    const post = (by: Sent['by'], method: string, [address, body]: [string, string]) =>
      this.sent.push({ by, method, address, body: JSON.parse(body) });
    const { jar, written } = this;
    this.window = {
      document: {
        currentScript: { src: 'https://api.example/t/KEY.js?v=1', dataset: { domain } },
        get cookie() {
          return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        },
        set cookie(text: string) {
          written.push(text);
          const [, name = '', value = '', age] = /^(\w+)=([^;]*);.*max-age=(\d+)/.exec(text) ?? [];
          if (age === '0' || !cookies) jar.delete(name);
          else jar.set(name, value);
        },
      },
      navigator: {
        sendBeacon: (address: string, body: string) => post('beacon', 'POST', [address, body]) > 0,
        ...navigator,
      },
      location: { href, protocol: new URL(href).protocol },
      crypto: globalThis.crypto,
      btoa,
      console,
      fetch: async (address: string, { method, body }: { method: string; body: string }) =>
        post('fetch', method, [address, body]),
      ...(queue && { tsunagi: Object.assign(() => undefined, { q: queue }) }),
    };
    runInContext(servedScript.text, createContext({ window: this.window, RegExp, JSON, String, Uint8Array }));
  }

  say(command: string, value?: unknown): void {
    (this.window.tsunagi as (...call: unknown[]) => void)(command, value);
  }

  get visitor(): string | undefined {
    return this.jar.get('tsunagi_visitor');
  }
}

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';

describe('the script', () => {
  it('is at most 2,048 bytes and says nothing about itself', () => {
    expect(Buffer.byteLength(servedScript.text)).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
    expect(servedScript.text).not.toMatch(/\/\*|\/\/ /);
  });

  it('loses comments and indentation only', () => {
    const source =
      "function f(a) {\n  // why\n  /** what\n   * more */\n  if (a) {\n    return 'x';\n  }\n  return b\n}";
    expect(compact(source)).toBe("function f(a) {if (a) {return 'x';}return b}");
  });

  it('writes and sends nothing before consent', () => {
    const browser = new Browser({ queue: [['browse', { productId: 'tea' }]] });
    browser.say('cart', { items: [] });
    expect([browser.sent, browser.written, browser.visitor]).toEqual([[], [], undefined]);
  });

  it('sends what happened on the page once consent is given, under a new id', () => {
    const browser = new Browser({ queue: [['browse', { productId: 'tea' }]] });
    browser.say('consent', true);
    expect(browser.visitor).toMatch(/^[\w-]{22}$/);
    expect(browser.written).toEqual([`tsunagi_visitor=${browser.visitor};path=/;max-age=31536000;SameSite=Lax;Secure`]);
    const event = { type: 'browse', url: 'https://shop.example/tea', productId: 'tea' };
    expect(browser.sent).toEqual([
      {
        ...{ by: 'beacon', method: 'POST', address: 'https://api.example/t/KEY' },
        body: { visitor: browser.visitor, consent: true, events: [event] },
      },
    ]);
  });

  it('knows who consented before, and keeps the id', () => {
    const browser = new Browser({ cookie: ID });
    browser.say('cart', { cartId: 'c', items: [{ productId: 'tea', quantity: 1, unitPrice: 500 }] });
    browser.say('consent', true);
    expect(browser.visitor).toBe(ID);
    expect(browser.sent).toHaveLength(1);
    expect(browser.sent[0]!.body).toMatchObject({ visitor: ID, events: [{ type: 'cart', cartId: 'c' }] });
  });

  it('makes another id for every browser', () => {
    const ids = Array.from({ length: 200 }, () => {
      const browser = new Browser({ queue: [['consent', true]] });
      return browser.visitor!;
    });
    expect(new Set(ids).size).toBe(200);
    expect(ids.every((id) => /^[\w-]{22}$/.test(id))).toBe(true);
  });

  it('forgets everything when consent is withdrawn', () => {
    const browser = new Browser({ cookie: ID });
    browser.say('consent', false);
    expect(browser.visitor).toBeUndefined();
    expect(browser.sent).toEqual([
      { by: 'fetch', method: 'DELETE', address: 'https://api.example/t/KEY/visitor', body: { visitor: ID } },
    ]);
    browser.say('browse');
    expect(browser.sent).toHaveLength(1);
  });

  it('shares the id with all hosts of a domain where its tag says so, and leaves none behind for one host', () => {
    const browser = new Browser({ cookie: ID, domain: 'shop.example' });
    browser.say('consent', true);
    const own = 'tsunagi_visitor=;path=/;max-age=0;SameSite=Lax;Secure';
    expect(browser.written).toEqual([
      own,
      `tsunagi_visitor=${ID};path=/;max-age=31536000;SameSite=Lax;Secure;domain=shop.example`,
    ]);
    browser.say('consent', false);
    expect(browser.written.slice(2)).toEqual([own, `${own};domain=shop.example`]);
    expect(browser.visitor).toBeUndefined();
  });

  it('does not send what was done before consent was refused', () => {
    const browser = new Browser();
    browser.say('browse');
    browser.say('consent', false);
    browser.say('consent', true);
    expect(browser.sent).toEqual([]);
  });

  it.each([{ globalPrivacyControl: true }, { doNotTrack: '1' }])('respects %j, whatever the page says', (navigator) => {
    const browser = new Browser({ navigator, queue: [['browse', {}]] });
    browser.say('consent', true);
    browser.say('browse');
    expect([browser.sent, browser.visitor]).toEqual([[], undefined]);
    const before = new Browser({ navigator, cookie: ID });
    before.say('browse');
    expect(before.sent).toEqual([]);
    before.say('consent', true);
    expect([before.sent.map(({ method }) => method), before.visitor]).toEqual([['DELETE'], undefined]);
  });

  it('falls back on fetch where there is no beacon or it is full', () => {
    for (const sendBeacon of [undefined, () => false]) {
      const browser = new Browser({ cookie: ID, navigator: { sendBeacon } });
      browser.say('browse');
      expect(browser.sent).toMatchObject([{ by: 'fetch', method: 'POST', address: 'https://api.example/t/KEY' }]);
    }
  });

  it('tells the page the id, and works where a browser takes no cookies', () => {
    let told: unknown = 'nothing';
    new Browser({ cookie: ID }).say('visitor', (id: unknown) => void (told = id));
    expect(told).toBe(ID);
    const browser = new Browser({ cookies: false });
    for (let at = 0; at < 30; at += 1) browser.say('browse');
    browser.say('consent', true);
    browser.say('visitor', (id: unknown) => void (told = id));
    expect([browser.sent, told]).toEqual([[], undefined]);
  });

  it('does not know other commands, and leaves other cookies alone', () => {
    const browser = new Browser({ href: 'http://localhost:3000/' });
    browser.say('dance', 1);
    browser.say('consent', true);
    expect(browser.jar.get('other')).toBe('x');
    expect(browser.written[0]).not.toContain('Secure');
  });
});
