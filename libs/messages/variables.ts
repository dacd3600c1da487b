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

/** Values by a variable's full name; null where the person has none. */
export type VariableValues = Readonly<Record<string, string | null>>;

export function isVariable(name: string): boolean {
  if (name.startsWith(ATTRIBUTE_PREFIX)) return name.length > ATTRIBUTE_PREFIX.length && name.length <= 200;
  return (MEMBER_VARIABLES as readonly string[]).includes(name);
}
