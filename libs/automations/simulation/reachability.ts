import type { SendClass, SkipReason } from '#delivery';
import type { LinkRole } from '#linking';

/** That a member is, or was, a LINE user of a channel. */
export interface KnownLink {
  /** Null of a LINE user who walks as themselves. */
  role: LinkRole | null;
  /** Milliseconds since 1970. */
  linkedAt: number;
  endedAt: number | null;
  /** As it is now: earlier states are not kept. */
  friendState: 'friend' | 'blocked' | 'none';
}

/** That a member wants to be sent something no more, or wanted so for a time. */
export interface KnownOptOut {
  purpose: SendClass;
  /** Milliseconds since 1970. */
  at: number;
  endedAt: number | null;
}

/** What of a person decides whether they can be sent to. */
export interface KnownPerson {
  links: readonly KnownLink[];
  optOuts: readonly KnownOptOut[];
}

/** What of a send decides to whom it can be sent. */
export interface Addressing {
  class: SendClass;
  /** Absent: whoever is linked in any. */
  role?: LinkRole;
}

/**
 * Why a member cannot be sent to at a moment; undefined where they can. A friend counts before a blocker, a blocker before
 * the rest, as when a send is planned.
 */
export function unreachable({ links, optOuts }: KnownPerson, of: Addressing, at: number): SkipReason | undefined {
  const live = links.filter(({ linkedAt, endedAt }) => linkedAt <= at && lasts(endedAt, at));
  const linked = of.role === undefined ? live : live.filter(({ role }) => role !== null);
  if (linked.length === 0) return 'not_linked';
  const fitting = of.role === undefined ? linked : linked.filter(({ role }) => role === of.role);
  if (fitting.length === 0) return 'not_in_role';
  if (optOuts.some((one) => one.purpose === of.class && one.at <= at && lasts(one.endedAt, at))) return 'opted_out';
  if (fitting.some(({ friendState }) => friendState === 'friend')) return undefined;
  return fitting.some(({ friendState }) => friendState === 'blocked') ? 'blocked' : 'not_friend';
}

function lasts(endedAt: number | null, at: number): boolean {
  return endedAt === null || endedAt > at;
}
