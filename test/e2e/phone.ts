import { Database, sql } from '#database';
import type { TestApp } from '#testing';
import type { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';

export interface Opened {
  status: number;
  location?: string;
  text: string;
}

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari Line/15.1.0';

/** A browser of its own, signed in to LINE as somebody. It follows no redirect by itself. */
export class Phone {
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly app: TestApp,
    private readonly line: EmulatorUnderTest,
    readonly userId: string,
    private readonly channelId: string,
  ) {}

  get base(): string {
    return `/p/line/connect/${this.channelId}`;
  }

  /** @param url of ours, whole, or below the base */
  async open(url: string, form?: Record<string, string>): Promise<Opened> {
    const answer = await this.app.nest.inject({
      method: form ? 'POST' : 'GET',
      url: this.pathOf(url),
      headers: {
        host: new URL(this.app.config.publicUrl).host,
        'user-agent': IPHONE,
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form && { payload: new URLSearchParams(form).toString() }),
    });
    for (const { name, value } of answer.cookies) this.cookies.set(name, value);
    return { status: answer.statusCode, location: answer.headers.location, text: answer.body };
  }

  /** Sends the form of a page, with what it carries by itself. */
  send(page: Opened, fields: Record<string, string>): Promise<Opened> {
    const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const hidden = [...page.text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)];
    return this.open(action, { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])), ...fields });
  }

  /** Has shown who the member is; how is another story. */
  async signsInAs(memberId: string): Promise<void> {
    await this.app.get(Database).execute(
      this.app.scope,
      sql`update link_attempts set proof = 'hosted',
                   member_id = (select id from members where external_id = ${memberId}) where id = ${this.attemptId}`,
    );
  }

  /** Consents on the page that asks for it. */
  async consents(): Promise<Opened> {
    return this.send(await this.open('/consent'), {});
  }

  /** Opens LINE's account-link dialog. */
  async opensDialog(url: string): Promise<{ page: string; result?: string }> {
    return await this.line.control('POST /account-link', { userId: this.userId, url });
  }

  /** Logs in with LINE, and comes back to us. */
  async logsIn(url: string): Promise<Opened> {
    const { channelId } = this.line.channel;
    const body = { channelId, userId: this.userId, url, consent: true };
    const { location } = (await this.line.control('POST /login', body)) as { location: string };
    return this.open(location);
  }

  /** From the button in the talk to LINE's dialog, as this member. @returns the dialog's address */
  async goesAs(memberId: string, url: string): Promise<string> {
    await this.open(url);
    await this.signsInAs(memberId);
    await this.consents();
    return (await this.open('/hand-over')).location!;
  }

  private get attemptId(): string {
    return this.cookies.get('tsunagi_attempt')!.split('.')[0]!;
  }

  private pathOf(url: string): string {
    if (!url.startsWith('http')) return url.startsWith('/p/') ? url : this.base + url;
    const { pathname, search } = new URL(url);
    return pathname + search;
  }
}
