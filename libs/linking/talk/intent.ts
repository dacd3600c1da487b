import type { LinkRole } from '../link.entity.js';
import { LINK_ROLES } from '../link.entity.js';
import { looksLikeCode } from '../user-codes/code.js';

/** Words that start something when they are all that a message says. */
export interface Keywords {
  link: string[];
  unlink: string[];
  code: string[];
}

/** What somebody wants of the linking part. */
export type Intent =
  /** @param role of the link; default: what the link page is for */
  | { kind: 'link'; role?: LinkRole }
  | { kind: 'ask-for-code' }
  | { kind: 'code'; text: string }
  /** To a wording, with a code that was typed before. */
  | { kind: 'agreed'; code: string; version: string }
  | { kind: 'disagreed' }
  /** Of all live links, or of one (links.id); it is asked again. */
  | { kind: 'unlink'; linkId?: string; all?: true }
  | { kind: 'unlink-confirmed'; token: string }
  | { kind: 'keep' };

/** What rich menus and buttons carry; anybody may put the first three on a button of their own. */
export const POSTBACK = {
  link: 'tsunagi:link',
  code: 'tsunagi:code',
  unlink: 'tsunagi:unlink',
  keep: 'tsunagi:keep',
  agree: (code: string, version: string) => `tsunagi:agree:${code}-${version}`,
  disagree: 'tsunagi:disagree',
  unlinkAll: 'tsunagi:unlink:all',
  unlinkOne: (linkId: string) => `tsunagi:unlink:${linkId}`,
  confirmUnlink: (token: string) => `tsunagi:unlink-confirmed:${token}`,
} as const;

/** Undefined for what is nobody's business here. @param body of a message or postback event, as LINE sent it */
export function intentOf(body: Readonly<Record<string, unknown>>, keywords: Keywords): Intent | undefined {
  const { message, postback } = body as { message?: { type?: unknown; text?: unknown }; postback?: { data?: unknown } };
  if (typeof postback?.data === 'string') return intentOfData(postback.data);
  return message?.type === 'text' && typeof message.text === 'string'
    ? intentOfText(message.text, keywords)
    : undefined;
}

function intentOfText(text: string, keywords: Keywords): Intent | undefined {
  const said = folded(text);
  const among = (words: string[]) => words.some((word) => folded(word) === said);
  // The longer word first: to somebody who wants to get out, nothing else must happen.
  if (among(keywords.unlink)) return { kind: 'unlink' };
  if (among(keywords.link)) return { kind: 'link' };
  if (among(keywords.code)) return { kind: 'ask-for-code' };
  return looksLikeCode(text) ? { kind: 'code', text } : undefined;
}

function intentOfData(data: string): Intent | undefined {
  const [, verb, what = ''] = /^tsunagi:([a-z-]+)(?::([\w-]+))?$/.exec(data) ?? [];
  switch (verb) {
    case 'link':
      return { kind: 'link', ...(isRole(what) && { role: what }) };
    case 'code':
      return { kind: 'ask-for-code' };
    case 'agree': {
      const [code = '', version = ''] = what.split('-');
      return { kind: 'agreed', code, version };
    }
    case 'disagree':
      return { kind: 'disagreed' };
    case 'unlink':
      return { kind: 'unlink', ...(what === 'all' ? { all: true } : isRowId(what) && { linkId: what }) };
    case 'unlink-confirmed':
      return { kind: 'unlink-confirmed', token: what };
    case 'keep':
      return { kind: 'keep' };
    default:
      return undefined;
  }
}

function isRole(text: string): text is LinkRole {
  return (LINK_ROLES as readonly string[]).includes(text);
}

function isRowId(text: string): boolean {
  return /^[1-9]\d{0,17}$/.test(text);
}

/** Width, case and space around are the keyboard's doing. */
function folded(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
