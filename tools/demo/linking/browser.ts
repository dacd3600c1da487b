/** What somebody looks at: a page of the site, or the address elsewhere that the site has sent them to. */
export interface Page {
  status: number;
  url: string;
  text: string;
}

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1';
/** More redirects than any way has. */
const MOST_REDIRECTS = 10;

/** A person's browser without scripts: it keeps cookies, and follows redirects for as long as they stay at one site. */
export class Browser {
  private readonly cookies = new Map<string, string>();
  page: Page = { status: 0, url: '', text: '' };

  /**
   * @param site scheme and host
   * @param settings how it calls itself, default an iPhone's; and the address from which a trusted proxy says it comes
   */
  constructor(
    private readonly site: string,
    private readonly settings: { agent?: string; address?: string } = {},
  ) {}

  open(url: string): Promise<Page> {
    return this.go(url);
  }

  /**
   * Sends a form of the page before it: the first one whose address ends with `action`, and whose own values are not
   * others than the given ones. Boxes that are ticked stay ticked.
   * @throws Error when the page has no such form
   */
  send(action: string, fields: Record<string, string> = {}): Promise<Page> {
    for (const [, target, body] of this.page.text.matchAll(/<form method="post" action="([^"]+)">([^]*?)<\/form>/g)) {
      const own = valuesOf(body!);
      const fits = Object.entries(fields).every(([name, value]) => (own[name] ?? value) === value);
      if (target!.endsWith(action) && fits) return this.go(unescape(target!), { ...own, ...fields });
    }
    throw new Error(`No form ${action} on the page ${this.describe()}`);
  }

  /** Where the person is, for an error's text. */
  describe(): string {
    const { status, url, text } = this.page;
    const plain = text.replace(/<style>[^]*?<\/style>|<[^>]+>/g, ' ').replace(/\s+/g, ' ');
    return `${url} (${status}): ${plain.slice(0, 300)}`;
  }

  private async go(address: string, form?: Record<string, string>): Promise<Page> {
    let url = new URL(address, this.site).toString();
    let body = form && new URLSearchParams(form);
    for (let hops = 0; hops < MOST_REDIRECTS; hops++) {
      const answer = await this.request(url, body);
      const location = answer.headers.get('location');
      const text = await answer.text();
      if (location === null) return (this.page = { status: answer.status, url, text });
      url = new URL(location, url).toString();
      body = undefined;
      if (new URL(url).origin !== this.site) return (this.page = { status: answer.status, url, text: '' });
    }
    throw new Error(`Sent around in a circle: ${url}`);
  }

  private async request(url: string, body?: URLSearchParams): Promise<Response> {
    const { agent = IPHONE, address } = this.settings;
    const answer = await fetch(url, {
      method: body ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        'user-agent': agent,
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(address && { 'x-forwarded-for': address }),
      },
      ...(body && { body }),
    });
    for (const line of answer.headers.getSetCookie()) this.keep(line);
    return answer;
  }

  private keep(line: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (name === undefined || value === undefined) return;
    if (/max-age=0\b/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** What a form sends by itself. */
function valuesOf(form: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    const read = (name: string) => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
    const isSent = read('type') === 'hidden' || (read('type') === 'checkbox' && /\bchecked\b/.test(tag));
    if (isSent) values[read('name')] = read('value');
  }
  return values;
}

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
