import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Below this, people look at pages; what goes wrong there is not told in JSON. */
const PAGES = '/p/';

/** Needs no look of anybody's: it is shown where it is not known whose page this would have been. */
const STYLE =
  'body{margin:0;padding:3rem 1.5rem;font-family:sans-serif;line-height:1.7;color:#1a1a1a;background:#fff}' +
  'main{max-width:28rem;margin:0 auto}h1{font-size:1.25rem}';

const SAID = {
  ja: {
    missing: ['ページが見つかりません', 'お探しのページは見つかりませんでした。アドレスをお確かめください。'],
    other: ['ページを表示できません', '時間をおいて、もう一度お試しください。'],
  },
  en: {
    missing: ['Page not found', 'There is no page at this address. Please check the address.'],
    other: ['This page cannot be shown', 'Please wait a moment and try again.'],
  },
} as const;

export const PLAIN_PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

/** Whether a request is for a page that people look at. */
export function isPage(request: FastifyRequest): boolean {
  return request.url.startsWith(PAGES);
}

/** For people: that there is nothing, or nothing now. @param acceptLanguage as the browser sent it */
export function plainPage(status: number, acceptLanguage: string | undefined): string {
  const lang = /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'ja';
  const [title, text] = status === 404 || status === 405 ? SAID[lang].missing : SAID[lang].other;
  return (
    `<!doctype html><html lang="${lang}"><head><meta charset="utf-8">` +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">' +
    `<title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`
  );
}
