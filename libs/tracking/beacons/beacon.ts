import { ArrayMaxSize, ArrayNotEmpty, Equals, IsArray, Matches } from 'class-validator';
import { eventKinds } from '#events';
import { CheckedLater, check, invalid, localDate, parse, type FieldError, type Scope } from '#kernel';
import { VISITOR_ID } from '#linking';
import { visitorHash } from '../visitors/visitor-id.js';

const MOST_EVENTS = 10;
const TYPES: readonly unknown[] = ['browse', 'cart'];

/** What a page says of its visitor. */
export class BeaconDto {
  @Matches(VISITOR_ID, { message: 'must be 22 characters of base64url' }) visitor: string;
  /** That the visitor has agreed; nothing is taken without. */
  @Equals(true, { message: 'must be true' }) consent: true;
  @IsArray() @ArrayNotEmpty() @ArrayMaxSize(MOST_EVENTS) @CheckedLater() events: unknown[];
}

/** What a page says when its visitor does not agree any more. */
export class WithdrawalDto {
  @Matches(VISITOR_ID, { message: 'must be 22 characters of base64url' }) visitor: string;
}

export interface Beacon {
  visitor: string;
  /** Events as they would be posted, without id, member and time, which are not for a browser to say. */
  bodies: Record<string, unknown>[];
}

/**
 * @param origins of the workspace's pages, to which all addresses of pages have to lead
 * @throws AppError 400 naming every offending place
 */
export function readBeacon(scope: Scope, json: unknown, origins: readonly string[]): Beacon {
  const { visitor, events } = parse(BeaconDto, json);
  const errors: FieldError[] = [];
  const bodies = events.flatMap((event, at) => {
    const path = `/events/${at}`;
    const wrong = wrongWith(event, path, { origins, now: scope.clock.now().toISOString() });
    errors.push(...wrong);
    return wrong.length > 0 ? [] : [withCartId(scope, event as Record<string, unknown>, visitor)];
  });
  if (errors.length > 0) throw invalid(errors);
  return { visitor, bodies };
}

/** A visitor has one cart a day where the shop does not tell them apart. */
function withCartId(scope: Scope, event: Record<string, unknown>, visitor: string): Record<string, unknown> {
  if (event.type !== 'cart' || event.cartId !== undefined) return event;
  const day = localDate(scope.clock.now(), scope.timeZone).toString();
  return { ...event, cartId: `web-${visitorHash(visitor).toString('hex').slice(0, 16)}-${day}` };
}

function wrongWith(event: unknown, path: string, { origins, now }: { origins: readonly string[]; now: string }) {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return [{ path, detail: 'must be an object' }];
  const given = event as Record<string, unknown>;
  const ours = ['id', 'memberId', 'occurredAt'].filter((name) => name in given);
  if (ours.length > 0) return ours.map((name) => ({ path: `${path}/${name}`, detail: 'is not for a page to say' }));
  if (!TYPES.includes(given.type)) return [{ path: `${path}/type`, detail: 'must be browse or cart' }];
  const whole = { cartId: given.type === 'cart' ? 'cart' : undefined, ...given, ...{ id: 'i', memberId: 'm' } };
  const { errors } = check(eventKinds, defined({ ...whole, occurredAt: now }), path);
  return errors ?? foreignAddresses(given, path, origins);
}

function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

interface Addressed {
  url?: string;
  imageUrl?: string;
  items?: Addressed[];
}

/** What is posted here comes back in messages: it must lead nowhere but to the company's own pages. */
function foreignAddresses(
  { url, imageUrl, items = [] }: Addressed,
  path: string,
  origins: readonly string[],
): FieldError[] {
  const errors = items.flatMap((item, at) => foreignAddresses(item, `${path}/items/${at}`, origins));
  if (url !== undefined && !leadsTo(origins, url))
    errors.push({ path: `${path}/url`, detail: 'must be on an origin of the workspace' });
  if (imageUrl !== undefined && !/^https:\/\/\S+$/i.test(imageUrl))
    errors.push({ path: `${path}/imageUrl`, detail: 'must be an https:// address' });
  return errors;
}

function leadsTo(origins: readonly string[], url: string): boolean {
  return URL.canParse(url) && origins.includes(new URL(url).origin);
}
