import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { PASSWORD } from '../../tools/demo/linking/site.js';
import { insideLine, newPhonePage } from './browser.js';
import { faultsOf } from './page-faults.js';
import type { BrowserStage } from './stage.js';

export interface PhoneOptions {
  /** Whose phone it is, at LINE; without, LINE asks who they are. */
  userId?: string;
  /** In LINE's own browser. */
  inLine?: boolean;
  javaScriptEnabled?: boolean;
}

let phones = 0;
const kept = new Set<string>();

/** Somebody who walks over the pages with a thumb. Each page that they look at is checked, and kept as a picture. */
export class Shopper {
  private pictures = 0;

  private constructor(
    private readonly stage: BrowserStage,
    readonly page: Page,
    private readonly walk: string,
    private readonly phone: Required<Pick<PhoneOptions, 'javaScriptEnabled'>> & PhoneOptions,
  ) {}

  /** @param walk names the pictures: `.artifacts/linking-<walk>-<n>-<page>.png` */
  static async arrive(
    { browser, stage }: { browser: Browser; stage: BrowserStage },
    walk: string,
    { userId, inLine = false, javaScriptEnabled = true }: PhoneOptions = {},
  ): Promise<Shopper> {
    const page = await newPhonePage(browser, { javaScriptEnabled, ...(inLine && { userAgent: insideLine }) });
    const n = ++phones;
    await page.setExtraHTTPHeaders({ 'x-forwarded-for': `10.1.${n >> 8}.${n & 255}` });
    return new Shopper(stage, page, walk, { userId, javaScriptEnabled });
  }

  /** @param path below the link page's. @returns the status */
  async open(path = '', address = this.stage.address(path)): Promise<number | undefined> {
    return (await this.page.goto(address))?.status();
  }

  /** The same from a link inside LINE, which knows whose phone it is. */
  async openInLine(path = ''): Promise<void> {
    const { line } = this.stage;
    const { channelId } = line.channel;
    const query = new URLSearchParams({ channelId, userId: this.phone.userId!, url: this.stage.address(path) });
    await this.page.goto(`${line.url}/_emulator/browse?${query.toString()}`);
  }

  /** The talk with the account, on their phone. */
  async openTalk(): Promise<void> {
    await this.page.goto(this.stage.phoneOf(this.phone.userId!));
  }

  /** Looks at a page with that title. @param says words that stand on it, by which it differs from others of that title */
  async see(title: string, picture: string, says: (string | RegExp)[] = []): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    for (const words of says) await this.page.getByText(words).first().waitFor();
    await this.keep(picture);
    if (this.page.url().startsWith(this.stage.origin)) expect(await faultsOf(this.page)).toEqual([]);
  }

  /** Waits for a message of the account. */
  async hear(words: string, picture?: string): Promise<void> {
    if (this.phone.javaScriptEnabled) await this.message(words).waitFor();
    else await this.lookAgainFor(words);
    if (picture !== undefined) await this.keep(picture);
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'メッセージ' }).fill(text);
    await this.tap('送信');
  }

  /** The last button or link of that name. */
  async tap(name: string | RegExp): Promise<void> {
    const { page } = this;
    const found = page.getByRole('button', { name, exact: true }).or(page.getByRole('link', { name, exact: true }));
    // Without scripts every tap leads to a page, and going elsewhere before that would take the tap back.
    const arrival = this.phone.javaScriptEnabled ? undefined : page.waitForEvent('load');
    await Promise.all([arrival, found.last().tap()]);
  }

  async fill(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  async signIn(loginId: string, password = PASSWORD): Promise<void> {
    await this.fill('ログインID', loginId);
    await this.fill('パスワード', password);
    await this.tap('ログインする');
  }

  /** At LINE Login, in a browser that LINE does not know. */
  async sayWhoAtLine(): Promise<void> {
    await this.page.getByRole('heading', { name: 'LINEにログイン' }).waitFor();
    await this.keepOnce('line-login');
    await this.fill('ユーザーID', this.phone.userId!);
    await this.tap('このIDでログイン');
  }

  /** Allows at LINE Login, where it is asked for the first time. */
  async allow(): Promise<void> {
    await this.page.getByRole('button', { name: '許可する' }).waitFor();
    await this.keepOnce('line-consent');
    await this.tap('許可する');
  }

  /** From our sign-in over the consent. */
  async signInAndAgree(loginId: string): Promise<void> {
    await this.see('ログイン', 'sign-in');
    await this.signIn(loginId);
    await this.agree();
  }

  async agree(): Promise<void> {
    await this.see('連携内容の確認', 'consent');
    await this.tap('同意して連携する');
  }

  /** Without scripts the talk is as new as its last look. */
  private async lookAgainFor(words: string): Promise<void> {
    await this.stage.until(words, async () => {
      await this.openTalk();
      return this.message(words).isVisible();
    });
  }

  message(words: string): Locator {
    return this.page.locator('.line.account', { hasText: words }).last();
  }

  /** LINE's own pages look the same on every way. */
  private async keepOnce(picture: string): Promise<void> {
    if (kept.has(picture)) return;
    kept.add(picture);
    await this.keep(picture);
  }

  /** Keeps the whole page, also what is below the screen's end. */
  async keep(picture: string): Promise<void> {
    mkdirSync('.artifacts', { recursive: true });
    const nth = String(++this.pictures).padStart(2, '0');
    const path = join('.artifacts', `linking-${this.walk}-${nth}-${picture}.png`);
    // A picture of the whole page takes several times as long, because the browser lays it out anew.
    const fullPage = await this.page.evaluate<boolean>('document.documentElement.scrollHeight > innerHeight');
    await this.page.screenshot({ path, fullPage });
  }
}
