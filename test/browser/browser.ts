import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, jest } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { browserPath } from './chromium.js';

/*
 * A phone for browser tests:
 *
 *   await describeOnPhone('The link page', (browser) => {
 *     it('opens', async () => {
 *       const page = await newPhonePage(browser); // or { userAgent: insideLine }, { javaScriptEnabled: false }
 *       await page.goto(url);
 *       await keepScreenshot(page, 'link-page'); // .artifacts/link-page.png
 *       await page.context().close();
 *     });
 *   });
 */

/** An iPhone's own browser. */
export const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
/** The browser inside LINE on that iPhone. */
export const insideLine = iPhone.replace(/Version.*/, 'Mobile/15E148 Safari Line/15.11.0');

const artifacts = '.artifacts';
/** What a page must not rely on, and what steals the processes that a crash could be told by. */
const unwanted = ['--disable-web-security', '--allow-running-insecure-content', '--single-process'];

/** Starts a browser that comes from an npm package and shows Japanese. @throws when this machine cannot run it */
export async function launchPhone(): Promise<Browser> {
  return playwright.launch({
    args: chromium.args.filter((argument) => !unwanted.includes(argument)),
    executablePath: await browserPath(),
    headless: true,
    env: { ...definedOnly(process.env), FONTCONFIG_FILE: fontConfiguration() },
  });
}

/** A fresh phone of 390 × 844 pixels without cookies; close the page's context when done. */
export async function newPhonePage(
  browser: Browser,
  { userAgent = iPhone, javaScriptEnabled = true }: { userAgent?: string; javaScriptEnabled?: boolean } = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    userAgent,
    javaScriptEnabled,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

/** Keeps what the phone shows as `.artifacts/<name>.png`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  await page.screenshot({ path: join(artifacts, `${name}.png`) });
}

/**
 * A describe block whose specs get a browser; to be awaited at the top of a spec file. It is skipped, and says why, only
 * where the browser cannot start at all.
 */
export async function describeOnPhone(name: string, block: (browser: Browser) => void): Promise<void> {
  const browser = await launchPhone().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    // Not console: what skipped files say there is not shown.
    process.stderr.write(`Skipped "${name}": the browser does not start: ${reason}\n`);
    return undefined;
  });
  if (!browser) {
    describe.skip(`${name} (skipped: the browser does not start)`, () => block(undefined as never));
    return;
  }
  // A page takes its time on a busy machine.
  jest.setTimeout(60_000);
  describe(name, () => {
    afterAll(() => browser.close());
    block(browser);
  });
}

/** The file that tells the browser about the Japanese font of the repository, beside the machine's own fonts. */
function fontConfiguration(): string {
  const font = createRequire(import.meta.url).resolve(
    '@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf',
  );
  const directory = join(tmpdir(), 'browser-fonts');
  mkdirSync(directory, { recursive: true });
  const family = (name: string) =>
    `<alias binding="same"><family>${name}</family><prefer><family>BIZ UDPGothic</family></prefer></alias>`;
  const file = join(directory, 'fonts.conf');
  // Written aside and moved: another process may be reading it.
  const aside = `${file}.${process.pid}`;
  writeFileSync(
    aside,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
  <dir>${dirname(font)}</dir><dir>/usr/share/fonts</dir>
  <cachedir>${join(directory, 'cache')}</cachedir>
  ${['sans-serif', 'serif', 'system-ui'].map(family).join('\n  ')}
</fontconfig>
`,
  );
  renameSync(aside, file);
  return file;
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
