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

export interface Shown {
  status: number;
  body: string;
  /** Where a redirect leads. */
  location: string;
  headers: Record<string, unknown>;
}

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

/** A phone's browser with its cookies, at one site. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly site: Site,
    private readonly remoteAddress = '127.0.0.1',
    private readonly lang = 'ja',
  ) {}

  setCookie(name: string, value: string): void {
    this.cookies.set(name, value);
  }

  get(url: string): Promise<Shown> {
    return this.send('GET', url);
  }

  /** Sends fields, as the form of a page that was shown before would. */
  post(url: string, fields: Record<string, string>): Promise<Shown> {
    return this.send('POST', url, new URLSearchParams(fields).toString());
  }

  /** Opens a page and sends the form on it. */
  async submit(url: string, fields: Record<string, string>): Promise<Shown> {
    const page = await this.get(url);
    return this.post(url, { ...fields, formToken: formTokenOf(page.body) });
  }

  private async send(method: 'GET' | 'POST', url: string, payload?: string): Promise<Shown> {
    const answer = await this.site.inject({
      method,
      url: url.replace(/^http:\/\/localhost:3000/, ''),
      remoteAddress: this.remoteAddress,
      headers: {
        host: 'localhost:3000',
        'user-agent': PHONE,
        'accept-language': this.lang,
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(payload !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(payload !== undefined && { payload }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat() as string[]) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.cookies.set(name!, value!);
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
