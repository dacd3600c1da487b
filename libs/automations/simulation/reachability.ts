import type { SkipReason } from '#delivery';

/** That a member is, or was, a LINE user of a channel. */
export interface KnownLink {
  /** Milliseconds since 1970. */
  linkedAt: number;
  endedAt: number | null;
  /** As it is now: earlier states are not kept. */
  friendState: 'friend' | 'blocked' | 'none';
}

/**
 * Why a member cannot be sent to at a moment; undefined where they can. A friend counts before a blocker, a blocker before
 * the rest, as when a send is planned.
 */
export function unreachable(links: readonly KnownLink[], at: number): SkipReason | undefined {
  const live = links.filter(({ linkedAt, endedAt }) => linkedAt <= at && (endedAt === null || endedAt > at));
  if (live.length === 0) return 'not_linked';
  if (live.some(({ friendState }) => friendState === 'friend')) return undefined;
  return live.some(({ friendState }) => friendState === 'blocked') ? 'blocked' : 'not_friend';
}
