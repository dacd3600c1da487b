export interface Asked {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  /** Of a form. */
  payload?: string;
  /** The network address that it comes from. */
  ip?: string;
}

export interface Answered {
  status: number;
  headers: Record<string, unknown>;
  setCookies: string[];
  body: string;
}

/** How a browser reaches a site. */
export type Network = (asked: Asked) => Promise<Answered>;

/** What a browser has got. */
export interface Seen {
  url: string;
  status: number;
  headers: Record<string, unknown>;
  /** Where a redirect leads, as it was written; else empty. */
  location: string;
  body: string;
}

export interface BrowserSettings {
  /** How it calls itself; default an iPhone's Safari. */
  agent?: string;
  /** What it takes the site's name to be; default the address's. */
  host?: string;
  headers?: Record<string, string>;
  /** The network address that it comes from. */
  ip?: string;
}

export const AGENTS = {
  safari:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  line: 'Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 Line/15.1.0/IAB',
  computer:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
};

/** More redirects than any way has. */
const MOST_REDIRECTS = 10;

/**
 * A person's browser without scripts: it keeps cookies, and fills in forms. `get`, `post` and `press` follow no redirect;
 * `open` and `send` follow them for as long as they stay at the site.
 */
export class Browser {
  readonly cookies = new Map<string, string>();
  /** The attributes of each cookie as it was last set. */
  readonly attributes = new Map<string, string>();
  /** Where `open` and `send` have led; what is elsewhere has an address and no body. */
  page: Seen = { url: '', status: 0, headers: {}, location: '', body: '' };

  /** @param origin of the site: scheme and host */
  constructor(
    private readonly network: Network,
    private readonly origin: string,
    private readonly settings: BrowserSettings = {},
  ) {}

  get(url: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.request('GET', url, headers);
  }

  /** Sends fields, or a text that is no form, as the form of a page would. */
  post(url: string, fields: Record<string, string> | string, headers: Record<string, string> = {}): Promise<Seen> {
    const payload = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    return this.request('POST', url, { 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload);
  }

  /** Opens a page and presses the button of its nth form, filled in. */
  async press(url: string, nth = 0, fields: Record<string, string> = {}): Promise<Seen> {
    return this.pressOn(await this.get(url), nth, fields);
  }

  /** @throws Error when the page has no such form */
  async pressOn(page: Seen, nth = 0, fields: Record<string, string> = {}): Promise<Seen> {
    const form = formsOf(page.body)[nth];
    if (!form) throw new Error(`There is no form ${nth} at ${describe(page)}`);
    return this.post(form.action, { ...form.values, ...fields });
  }

  async open(url: string): Promise<Seen> {
    return this.follow(await this.get(url));
  }

  /**
   * Sends a form of the page before it: the first one whose address ends with `action`, and whose own values are not
   * others than the given ones.
   * @throws Error when the page has no such form
   */
  async send(action: string, fields: Record<string, string> = {}): Promise<Seen> {
    const fits = (own: Record<string, string>) =>
      Object.entries(fields).every(([name, value]) => (own[name] ?? value) === value);
    const form = formsOf(this.page.body).find((one) => one.action.endsWith(action) && fits(one.values));
    if (!form) throw new Error(`No form ${action} at ${this.describe()}`);
    return this.follow(await this.post(form.action, { ...form.values, ...fields }));
  }

  /** Where the person is, for an error's text. */
  describe(): string {
    return describe(this.page);
  }

  private async follow(first: Seen): Promise<Seen> {
    let seen = first;
    for (let hops = 0; hops < MOST_REDIRECTS; hops++) {
      if (seen.location === '') return (this.page = seen);
      const url = new URL(seen.location, seen.url).toString();
      if (new URL(url).origin !== this.origin) return (this.page = { ...seen, url, body: '' });
      seen = await this.get(url);
    }
    throw new Error(`Sent around in a circle: ${seen.url}`);
  }

  private async request(
    method: Asked['method'],
    address: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<Seen> {
    const url = new URL(address, this.origin);
    const { agent = AGENTS.safari, host = url.host, ip } = this.settings;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { setCookies, ...answer } = await this.network({
      ...{ method, url, payload, ip },
      headers: { host, 'user-agent': agent, cookie, ...this.settings.headers, ...headers },
    });
    for (const line of setCookies) this.keep(line);
    const { location } = answer.headers;
    return { url: url.toString(), ...answer, location: typeof location === 'string' ? location : '' };
  }

  private keep(line: string): void {
    const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*);?(.*)$/.exec(line) ?? [];
    this.attributes.set(name, attributes.trim());
    if (/max-age=0\b/i.test(attributes)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** By HTTP. A trusted proxy says which network address it comes from. */
export const overHttp: Network = async ({ method, url, headers, payload, ip }) => {
  const answer = await fetch(url, {
    ...{ method, redirect: 'manual', body: payload },
    headers: { ...headers, ...(ip !== undefined && { 'x-forwarded-for': ip }) },
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    setCookies: answer.headers.getSetCookie(),
    body: await answer.text(),
  };
};

/** A program that answers without a network. */
export interface Site {
  inject(request: {
    method: Asked['method'];
    url: string;
    headers: Record<string, string>;
    payload?: string;
    remoteAddress?: string;
  }): Promise<{ statusCode: number; headers: Record<string, unknown>; body: string }>;
}

/** Into a program of the same process. */
export function into(site: Site): Network {
  return async ({ method, url, headers, payload, ip = '127.0.0.1' }) => {
    const answer = await site.inject({
      ...{ method, headers, url: url.pathname + url.search, remoteAddress: ip },
      ...(payload !== undefined && { payload }),
    });
    const setCookies = [answer.headers['set-cookie'] ?? []].flat() as string[];
    return { status: answer.statusCode, headers: answer.headers, setCookies, body: answer.body };
  };
}

/** What a page of ours gives its forms along, for those who send something else than its forms. */
export function formTokenOf(page: Pick<Seen, 'body'>): string {
  return formsOf(page.body)[0]?.values.formToken ?? '';
}

/** The forms of a page, with what each sends by itself: boxes that are ticked stay ticked. */
function formsOf(body: string): { action: string; values: Record<string, string> }[] {
  const forms = body.matchAll(/<form method="post" action="([^"]+)">([^]*?)<\/form>/g);
  return Array.from(forms, ([, action = '', form = '']) => ({ action: unescape(action), values: valuesOf(form) }));
}

function valuesOf(form: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    const read = (name: string) => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
    const isSent = read('type') === 'hidden' || (read('type') === 'checkbox' && /\bchecked\b/.test(tag));
    if (isSent) values[read('name')] = read('value');
  }
  return values;
}

function describe({ url, status, body }: Seen): string {
  const plain = body.replace(/<style>[^]*?<\/style>|<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  return `${url} (${status}): ${plain.slice(0, 300)}`;
}

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
