/** What answers a browser. */
export interface Site {
  inject(request: {
    method: 'GET' | 'POST';
    url: string;
    headers: Record<string, string>;
    payload?: string;
    remoteAddress?: string;
  }): Promise<{ statusCode: number; headers: Record<string, unknown>; body: string }>;
}

export interface Seen {
  status: number;
  body: string;
  /** Where a redirect leads. */
  location: string;
  headers: Record<string, unknown>;
}

export const AGENTS = {
  safari:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  line: 'Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 Line/15.1.0/IAB',
  computer:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
};

/** A browser with its cookies. */
export class Phone {
  readonly cookies = new Map<string, string>();
  /** The attributes of each cookie as it was last set. */
  readonly attributes = new Map<string, string>();

  constructor(
    private readonly site: Site,
    private readonly settings: { agent?: string; host?: string; headers?: Record<string, string>; ip?: string } = {},
  ) {}

  get(url: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.send('GET', url, headers);
  }

  /** Sends fields, or bytes that are no form, as the form of a page would. */
  post(url: string, fields: Record<string, string> | string, headers: Record<string, string> = {}): Promise<Seen> {
    const payload = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    return this.send('POST', url, { 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload);
  }

  /** Opens a page and sends the form on it, filled in. */
  async submit(url: string, fields: Record<string, string>): Promise<Seen> {
    const { body } = await this.get(url);
    return this.post(url, { ...fields, formToken: formTokenOf(body) });
  }

  /** Opens a page and presses the button of its nth form. */
  async press(url: string, nth = 0): Promise<Seen> {
    return this.pressOn(await this.get(url), nth);
  }

  pressOn({ body }: Seen, nth = 0): Promise<Seen> {
    const form = [...body.matchAll(/<form method="post" action="([^"]+)">([^]*?)<\/form>/g)][nth];
    if (!form) throw new Error(`There is no form ${nth} on this page: ${body}`);
    const inputs = form[2]!.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
    return this.post(form[1]!, Object.fromEntries(Array.from(inputs, ([, name, value]) => [name!, value!])));
  }

  private async send(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<Seen> {
    const { agent = AGENTS.safari, host = 'localhost:3000', ip = '127.0.0.1' } = this.settings;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.site.inject({
      method,
      url: url.replace(/^https?:\/\/[^/]+/, ''),
      remoteAddress: ip,
      headers: { host, 'user-agent': agent, cookie, ...this.settings.headers, ...headers },
      ...(payload !== undefined && { payload }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat() as string[]) {
      const [, name, value, attributes] = /^([^=]+)=([^;]*);?(.*)$/.exec(line)!;
      this.cookies.set(name!, value!);
      this.attributes.set(name!, attributes!.trim());
    }
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      body: answer.body,
      location: typeof location === 'string' ? location : '',
      headers: answer.headers,
    };
  }
}

export function formTokenOf(body: string): string {
  return /name="formToken" value="([^"]+)"/.exec(body)?.[1] ?? '';
}
