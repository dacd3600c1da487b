/**
 * The program that pages load. It is served as the text of this function, without comments and indentation, so it must
 * not refer to anything outside of it, nor hold two slashes in a string.
 *
 * A page says `tsunagi(command, value)`:
 * - `consent`, true or false: nothing is written, kept or sent before true; false forgets all;
 * - `browse`, `{ productId?, category? }`: this page was looked at;
 * - `cart`, `{ items, cartId?, url? }`: the whole cart, each time it changes; no items when it is emptied;
 * - `visitor`, a function: is told the visitor's id, for the page's own server to tie it to who has signed in.
 * The cookie `tsunagi_visitor` holds that id and is itself the consent. It stays with the page's host, or, with
 * `data-domain` on the script's tag, goes to all hosts below that domain: our pages on the company's own host see it.
 */
// eslint-disable-next-line max-lines-per-function -- its text is the script, so it cannot be taken apart
export function browserScript(window: Page): void {
  const { document, navigator, location } = window;
  const { src, dataset } = document.currentScript;
  const address = src.replace(/\.js([?#].*)?$/, '');
  const YEAR = 31536000;
  // What happened on this page before consent.
  const held: object[] = [];

  const refused = () => navigator.globalPrivacyControl === true || navigator.doNotTrack === '1';
  const visitor = () => /(?:^|; )tsunagi_visitor=([\w-]{22})/.exec(document.cookie)?.[1];
  const write = (id: string, seconds: number, domain: string) => {
    const secure = location.protocol === 'https:' ? ';Secure' : '';
    document.cookie = `tsunagi_visitor=${id};path=/;max-age=${seconds};SameSite=Lax${secure}${domain}`;
  };
  const remember = (id: string, seconds: number) => {
    const { domain } = dataset;
    // What was the host's alone before the tag named a domain would outlive the consent.
    if (domain) write('', 0, '');
    write(id, seconds, domain ? `;domain=${domain}` : '');
  };
  // 128 random bits in base64url.
  const newId = () => {
    const bits = String.fromCharCode(...window.crypto.getRandomValues(new Uint8Array(16)));
    return window.btoa(bits).replace(/\+/g, '-').replace(/\x2f/g, '_').slice(0, 22);
  };
  const request = (method: string, path: string, content: object) => {
    const body = JSON.stringify(content);
    if (method === 'POST' && navigator.sendBeacon?.(path, body)) return;
    // Nobody waits for the answer; whoever builds the page may want to see it.
    window
      .fetch(path, { method, body, keepalive: true, credentials: 'omit' })
      .catch((error: unknown) => window.console.debug(error));
  };
  const send = (event: object) => {
    const id = visitor();
    if (refused()) return;
    if (id) request('POST', address, { visitor: id, consent: true, events: [event] });
    else if (held.length < 10) held.push(event);
  };
  const withdraw = () => {
    const id = visitor();
    held.length = 0;
    remember('', 0);
    if (id) request('DELETE', `${address}/visitor`, { visitor: id });
  };

  const commands: Record<string, (value: never) => void> = {
    consent(given: boolean) {
      if (!given || refused()) return withdraw();
      remember(visitor() ?? newId(), YEAR);
      held.splice(0).forEach(send);
    },
    browse(what?: object) {
      send({ type: 'browse', url: location.href.split('#')[0]!.slice(0, 2000), ...what });
    },
    cart(cart: object) {
      send({ type: 'cart', ...cart });
    },
    visitor(tell: (id?: string) => void) {
      tell(visitor());
    },
  };
  const run = ([name, value]: ArrayLike<unknown> & [string, unknown]) => commands[name]?.(value as never);
  const waiting = window.tsunagi?.q ?? [];
  window.tsunagi = (...call) => run(call);
  for (const call of waiting) run(call);
}

/** What it needs of a browser. */
export interface Page {
  document: { cookie: string; currentScript: { src: string; dataset: { domain?: string } } };
  navigator: {
    doNotTrack?: string | null;
    globalPrivacyControl?: boolean;
    sendBeacon?(address: string, body: string): boolean;
  };
  location: { href: string; protocol: string };
  crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  btoa(text: string): string;
  console: { debug(what: unknown): void };
  fetch(address: string, request: object): Promise<unknown>;
  /** Before this script came: a function that puts its arguments into `q`. */
  tsunagi?: ((...call: [string, unknown]) => void) & { q?: [string, unknown][] };
}
