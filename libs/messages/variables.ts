/**
 * What a message can say about the person it goes to: a closed list, so that a mistyped name is refused when the
 * content is saved. Their values are frozen when a send is planned. Days are `YYYY/MM/DD` in the workspace's time zone,
 * amounts plain decimal numbers in its currency, a list attribute's items are joined by `、`.
 */
export const MEMBER_VARIABLES = [
  'member.externalId',
  'member.rank',
  'member.birthMonth',
  'member.registeredAt',
  'member.visitCount',
  'member.firstVisitAt',
  'member.lastVisitAt',
  'member.purchaseCount',
  'member.purchaseTotal',
  'member.firstPurchaseAt',
  'member.lastPurchaseAt',
] as const;

/** `member.attributes.NAME`, with any name the shop gave. */
export const ATTRIBUTE_PREFIX = 'member.attributes.';

/** `event.NAME`, `event.NAME.NAME`, `event.NAME.N.NAME`, …: fields of the event because of which something is sent. */
export const EVENT_PREFIX = 'event.';
const LONGEST_NAME = 200;
const MOST_SEGMENTS = 6;
const SEGMENT = /^(?:[A-Za-z][A-Za-z0-9]{0,63}|0|[1-9]\d{0,3})$/;

/** Values by a variable's full name; null where the person has none. */
export type VariableValues = Readonly<Record<string, string | null>>;

/** Whether there can be such a variable of a member. */
export function isMemberVariable(name: string): boolean {
  if (name.startsWith(ATTRIBUTE_PREFIX)) return name.length > ATTRIBUTE_PREFIX.length && name.length <= LONGEST_NAME;
  return (MEMBER_VARIABLES as readonly string[]).includes(name);
}

/** Whether there can be such a variable of an event; which fields its events have is for the caller to say. */
export function isEventVariable(name: string): boolean {
  if (!name.startsWith(EVENT_PREFIX) || name.length > LONGEST_NAME) return false;
  const [first = '', ...rest] = name.slice(EVENT_PREFIX.length).split('.');
  const segments = [first, ...rest];
  // What every object has is no field of an event.
  const named = segments.every((segment) => SEGMENT.test(segment) && !(segment in Object.prototype));
  return named && segments.length <= MOST_SEGMENTS && !/^\d/.test(first);
}
