/** Somebody who walks: a member, or a friend who is not linked to one. */
export type Person = { externalId: string; userId?: undefined } | { externalId?: undefined; userId: string };

export function nameOf({ externalId, userId }: Person): string {
  return externalId ?? userId;
}
