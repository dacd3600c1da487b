import { html, Html } from './html.js';
import { styleOf, styleSource } from './look.js';
import type { PageContext } from './page-context.js';
import { PAGE_TEXTS } from './texts/pages.js';

export interface ShownPage {
  title: string;
  /** What stands below the title. */
  body: Html;
  status?: number;
  /** Loads itself again after so many seconds. */
  refreshSeconds?: number;
}

/** A whole page: no scripts, no fonts, one style, all in one answer. */
export function document(context: PageContext, { title, body, refreshSeconds }: ShownPage): string {
  const { lang, look, path, channelName } = context;
  const other = lang === 'ja' ? 'en' : 'ja';
  const refresh = refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}" />`;
  const href = `${path}${path.includes('?') ? '&' : '?'}lang=${other}`;
  // To the letter what its hash in the policy was made of.
  const style = new Html(`<style>${styleOf(look)}</style>`);
  const head = html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    ${refresh}
    <title>${title} | ${channelName}</title>
    ${style}`;
  const page = html`<html lang="${lang}">
    <head>
      ${head}
    </head>
    <body>
      <main>
        <p class="shop">${channelName}</p>
        <h1>${title}</h1>
        ${body}
        <footer><a href="${href}" lang="${other}" hreflang="${other}">${PAGE_TEXTS[lang].otherLanguage}</a></footer>
      </main>
    </body>
  </html>`;
  return `<!doctype html>${page.text.replace(/>\s+</g, '> <')}`;
}

/** What a browser may do with it: show it, and send its forms to where our own pages lead. */
export function headersOf({ look, page }: PageContext, lineLoginBaseUrl: string): Record<string, string> {
  const logo = look.logoUrl?.startsWith('http:') ? [new URL(look.logoUrl).origin] : [];
  const company = page.signIn.kind === 'company' ? [new URL(page.signIn.url).origin] : [];
  const formTargets = new Set(["'self'", new URL(lineLoginBaseUrl).origin, ...company, ...page.returnUrls]);
  const policy = {
    'default-src': ["'none'"],
    'style-src': [styleSource(styleOf(look))],
    'img-src': ['https:', 'data:', ...logo],
    'form-action': [...formTargets],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': Object.entries(policy)
      .map(([name, sources]) => `${name} ${sources.join(' ')}`)
      .join('; '),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
}
