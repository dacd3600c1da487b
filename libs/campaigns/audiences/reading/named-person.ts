import { isId } from '#kernel';
import { LINE_USER_ID } from '#line';
import type { Layout } from './layout.js';

/** Whom a row names, as it says it; nobody where it cannot be an id. */
export type NamedPerson = { value: string } & (
  { kind: 'member' | 'lineUser' } | { kind: 'nobody'; reason: 'malformed' }
);

/** Enough to find the row again by. */
const LONGEST_SHOWN = 128;

/** @param fields of one row */
export function namedPerson(fields: readonly string[], layout: Layout): NamedPerson {
  const member = layout.member === null ? '' : idOf(fields[layout.member]);
  if (layout.member === layout.lineUser) return LINE_USER_ID.test(member) ? lineUser(member) : memberOf(member);
  if (member !== '') return memberOf(member);
  return lineUser(layout.lineUser === null ? '' : idOf(fields[layout.lineUser]));
}

/** Spreadsheets write `="0012"` where the zeros of 0012 are to stay. */
function idOf(field = ''): string {
  const text = field.trim();
  return /^="(.*)"$/.exec(text)?.[1] ?? text;
}

function memberOf(value: string): NamedPerson {
  // What stands for a character that the file's encoding does not have is in nobody's id.
  return isId(value) && !value.includes('\ufffd') ? { kind: 'member', value } : nobody(value);
}

function lineUser(value: string): NamedPerson {
  return LINE_USER_ID.test(value) ? { kind: 'lineUser', value } : nobody(value);
}

export function nobody(value: string): NamedPerson {
  const shown = value.slice(0, LONGEST_SHOWN).toWellFormed().replaceAll('\0', '\ufffd');
  return { kind: 'nobody', reason: 'malformed', value: shown };
}
