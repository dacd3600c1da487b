import { Database, sql } from '#database';
import { Browser, into, type Seen, type TestApp } from '#testing';
import type { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';

/** Somebody's phone: LINE, and LINE's own browser on our pages, which follows no redirect by itself. */
export class Phone {
  private readonly browser: Browser;

  constructor(
    private readonly app: TestApp,
    private readonly line: EmulatorUnderTest,
    readonly userId: string,
    private readonly channelId: string,
  ) {
    this.browser = new Browser(into(app.nest), app.config.publicUrl, { agent: IPHONE });
  }

  get base(): string {
    return `/p/line/connect/${this.channelId}`;
  }

  /** @param url of ours, whole, or below the base */
  open(url: string): Promise<Seen> {
    return this.browser.get(/^(http|\/p\/)/.test(url) ? url : this.base + url);
  }

  /** Sends fields that no page has asked for. */
  post(path: string, fields: Record<string, string>): Promise<Seen> {
    return this.browser.post(this.base + path, fields);
  }

  /** Sends the nth form of a page, with what it carries by itself. */
  send(page: Seen, fields: Record<string, string> = {}, nth = 0): Promise<Seen> {
    return this.browser.pressOn(page, nth, fields);
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
  async consents(): Promise<Seen> {
    return this.send(await this.open('/consent'));
  }

  /** Opens LINE's account-link dialog. */
  async opensDialog(url: string): Promise<{ page: string; result?: string }> {
    return await this.line.control('POST /account-link', { userId: this.userId, url });
  }

  /** Logs in with LINE, and comes back to us. */
  async logsIn(url: string): Promise<Seen> {
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
    return (await this.open('/hand-over')).location;
  }

  private get attemptId(): string {
    return this.browser.cookies.get('tsunagi_attempt')!.split('.')[0]!;
  }
}

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari Line/15.1.0';
