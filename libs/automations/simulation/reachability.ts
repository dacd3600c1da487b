import type { SendClass, SkipReason } from '#delivery';

/** That a member is, or was, a LINE user of a channel. */
export interface KnownLink {
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

/**
 * Why a member cannot be sent to at a moment; undefined where they can. A friend counts before a blocker, a blocker before
 * the rest, as when a send is planned.
 */
export function unreachable({ links, optOuts }: KnownPerson, of: SendClass, at: number): SkipReason | undefined {
  const live = links.filter(({ linkedAt, endedAt }) => linkedAt <= at && lasts(endedAt, at));
  if (live.length === 0) return 'not_linked';
  if (optOuts.some((one) => one.purpose === of && one.at <= at && lasts(one.endedAt, at))) return 'opted_out';
  if (live.some(({ friendState }) => friendState === 'friend')) return undefined;
  return live.some(({ friendState }) => friendState === 'blocked') ? 'blocked' : 'not_friend';
}

function lasts(endedAt: number | null, at: number): boolean {
  return endedAt === null || endedAt > at;
}
