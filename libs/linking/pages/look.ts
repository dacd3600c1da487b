import { createHash } from 'node:crypto';
import type { LinkPage } from './link-page.settings.js';

/** What a page looks like. */
export interface Look {
  logoUrl?: string;
  /** `#rrggbb` each; texts and accents on the background are readable (WCAG AA). */
  colours: { accent: string; background: string; text: string };
}

export function lookOf({ logoUrl, colours }: Pick<LinkPage, 'logoUrl' | 'colours'>): Look {
  return { ...(logoUrl !== null && { logoUrl }), colours };
}

/** One style for all pages. Texts of buttons have the page's background as their colour, so one contrast serves both. */
export function styleOf({ colours: { accent, background, text } }: Look): string {
  return [
    `:root{--a:${accent};--b:${background};--t:${text}}`,
    '*{box-sizing:border-box}',
    'body{margin:0;background:var(--b);color:var(--t);font:1rem/1.7 -apple-system,"Hiragino Sans","Noto Sans JP",sans-serif;' +
      'overflow-wrap:anywhere}',
    'main{max-width:28rem;margin:0 auto;padding:2rem 1.25rem}',
    '.shop{font-size:.875rem;margin:0 0 .25rem}',
    'h1{font-size:1.375rem;line-height:1.4;margin:0 0 1rem}',
    // Where the browser can, titles break between words, and no line is left with a sign or two.
    'h1,h2,.button{word-break:auto-phrase}',
    'h2{font-size:1.0625rem;margin:1.75rem 0 .5rem}',
    'p{margin:0 0 1rem;text-wrap:pretty}',
    'ul{margin:0 0 1rem;padding-left:1.5rem}',
    'a{color:var(--a)}',
    'img.logo{display:block;max-width:60%;max-height:5rem;margin:0 auto 1.5rem}',
    'label{display:block;font-weight:600;margin:0 0 .25rem}',
    'input:not([type=checkbox]):not([type=hidden]){width:100%;min-height:3rem;padding:.5rem .75rem;margin:0 0 1rem;' +
      'font:inherit;color:var(--t);background:var(--b);border:1px solid var(--t);border-radius:.5rem}',
    'input[type=checkbox]{width:1.25rem;height:1.25rem;margin:0 .25rem 0 0;vertical-align:-.2em;accent-color:var(--a)}',
    '.button{display:block;width:100%;min-height:3rem;padding:.75rem 1rem;margin:0 0 1rem;border:2px solid var(--a);' +
      'border-radius:.5rem;background:var(--a);color:var(--b);font:inherit;font-weight:700;text-align:center;' +
      'text-decoration:none;cursor:pointer}',
    '.button.quiet{background:var(--b);color:var(--a)}',
    ':focus-visible{outline:3px solid var(--t);outline-offset:2px}',
    '.note{border-left:4px solid var(--a);padding:.25rem 0 .25rem .75rem;margin:0 0 1.25rem}',
    '.wording{border:1px solid var(--t);border-radius:.5rem;padding:.75rem;margin:0 0 1rem}',
    '.note>:last-child,.wording>:last-child{margin-bottom:0}',
    'footer{margin-top:2rem;font-size:.875rem}',
  ].join('');
}

/** The source of a style for a Content-Security-Policy. */
export function styleSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style, 'utf8').digest('base64')}'`;
}
