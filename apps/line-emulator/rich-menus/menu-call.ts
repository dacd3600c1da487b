import type { Call } from '../messaging-api/call.js';
import { refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { userIdPattern } from '../ids.js';
import type { JsonObject } from '../validation/problems.js';
import type { KeptMenu, RichMenuBook } from './rich-menu-book.js';

/** The channel's rich menus as they are by now. */
export function menusOf(platform: Platform, { channel }: Call): RichMenuBook {
  platform.settleRichMenus(channel);
  return channel.richMenus;
}

/** The menu that the path names; 404 for one that is not there. */
export function menuOf(platform: Platform, call: Call): KeptMenu {
  const kept = menusOf(platform, call).menu(call.params['richMenuId'] ?? '');
  if (!kept) throw refusals.notFound();
  return kept;
}

/** The person whom the path names; an id of another form is 400. */
export function userIdOf({ params }: Call): string {
  const userId = params['userId'] ?? '';
  if (!userIdPattern.test(userId)) throw refusals.parameter('userId');
  return userId;
}

export function bodyOf({ body }: Call): JsonObject {
  if (!body) throw refusals.notJson();
  return body;
}
