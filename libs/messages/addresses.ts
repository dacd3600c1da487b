import { LINE_LIMITS } from '#line';

/** What an address is for: a tap opens it, or LINE shows what is there. */
export type AddressKind = 'tap' | 'media';

const limits: Record<AddressKind, { schemes: readonly string[]; max: number }> = {
  tap: { schemes: ['https:', 'http:'], max: LINE_LIMITS.actions.uri },
  media: { schemes: ['https:'], max: LINE_LIMITS.messages.urlLength },
};

/** Fields that hold an address, in any message object. */
export const ADDRESSES: ReadonlyMap<string, AddressKind> = new Map<string, AddressKind>([
  ['uri', 'tap'],
  ['linkUri', 'tap'],
  ['desktop', 'tap'],
  ['url', 'media'],
  ['originalContentUrl', 'media'],
  ['previewImageUrl', 'media'],
  ['previewUrl', 'media'],
  ['thumbnailImageUrl', 'media'],
  ['imageUrl', 'media'],
  ['iconUrl', 'media'],
  ['baseUrl', 'media'],
]);

/** A made-up value that is an address; of a domain that nobody can have. */
export const SAMPLE_ADDRESS = 'https://a.example/';

/** A person's value as the whole of an address, with what an address cannot hold percent-encoded; undefined if it is none. */
export function usableAddress(value: string, kind: AddressKind): string | undefined {
  const { schemes, max } = limits[kind];
  if (value.length > max || !URL.canParse(value)) return undefined;
  const { protocol, href } = new URL(value);
  return schemes.includes(protocol) && href.length <= max ? href : undefined;
}
