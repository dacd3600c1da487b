import type { FriendState } from './line-user.entity.js';

/** What LINE said about one person, by its own clock. */
export interface FriendWord {
  /** line_users.id */
  lineUserId: string;
  friendState: Extract<FriendState, 'friend' | 'blocked'>;
  at: Date;
}

/** The state that an event type stands for; undefined for types that say nothing about it. */
export function friendStateOf(type: string): FriendWord['friendState'] | undefined {
  if (type === 'follow') return 'friend';
  return type === 'unfollow' ? 'blocked' : undefined;
}

/**
 * The newest word about each person, whatever order they came in. Of two at the same instant `blocked` holds: the order
 * is then nobody's to know, and writing to somebody who has just left is the worse mistake.
 */
export function newestWords(words: FriendWord[]): FriendWord[] {
  const newest = new Map<string, FriendWord>();
  for (const word of words) {
    const known = newest.get(word.lineUserId);
    if (!known || isNewer(word, known)) newest.set(word.lineUserId, word);
  }
  return [...newest.values()];
}

/** The same comparison as in `LineUsersRepository.apply`. */
function isNewer(word: FriendWord, known: FriendWord): boolean {
  const later = word.at.getTime() - known.at.getTime();
  return later > 0 || (later === 0 && word.friendState === 'blocked');
}
