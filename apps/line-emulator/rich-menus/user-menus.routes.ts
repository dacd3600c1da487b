import { userIdPattern } from '../ids.js';
import { richMenuEndpoints } from '../limits/endpoints.js';
import { accepted, ok } from '../messaging-api/call.js';
import type { Answer, Call } from '../messaging-api/call.js';
import type { Gate } from '../messaging-api/gate.js';
import { refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { field } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';
import { bodyOf, menuOf, menusOf, userIdOf } from './menu-call.js';
import { menuRefusals } from './rich-menu-refusals.js';
import { richMenuIdPattern } from './rich-menu.js';

/**
 * Registers the menus of single people, one by one and by the hundred. Links of people who are no friends are answered
 * like all others and change nothing.
 */
export function serveUserMenus(gate: Gate, platform: Platform): void {
  gate.serve(richMenuEndpoints.link, (call) => {
    const userId = userIdOf(call);
    const { richMenuId, image } = menuOf(platform, call);
    if (!image) throw menuRefusals.noImage();
    platform.changeRichMenus(call.channel, { type: 'link', richMenuId, userIds: [userId] });
    return ok();
  });
  gate.serve(richMenuEndpoints.ofUser, (call) => {
    const user = call.channel.users.find(userIdOf(call));
    const menus = menusOf(platform, call);
    const kept = user === undefined ? undefined : menus.ofUser(user);
    if (!kept) throw menuRefusals.noUserMenu();
    return ok({ richMenuId: kept.richMenuId });
  });
  gate.serve(richMenuEndpoints.unlink, (call) => {
    const userId = userIdOf(call);
    platform.settleRichMenus(call.channel);
    platform.changeRichMenus(call.channel, { type: 'link', richMenuId: null, userIds: [userId] });
    return ok();
  });
  gate.serve(richMenuEndpoints.bulkLink, (call) => bulkLink(platform, call));
  gate.serve(richMenuEndpoints.bulkUnlink, (call) => later(platform, call, null, userIdsOf(bodyOf(call))));
}

function bulkLink(platform: Platform, call: Call): Answer {
  const body = bodyOf(call);
  const richMenuId = field(body, 'richMenuId');
  if (typeof richMenuId !== 'string' || !richMenuIdPattern.test(richMenuId)) {
    throw refusals.errors([{ message: 'invalid richMenuId', property: 'richMenuId' }]);
  }
  const userIds = userIdsOf(body);
  const kept = menusOf(platform, call).menu(richMenuId);
  if (!kept) throw menuRefusals.menuNotFound(404);
  if (!kept.image) throw menuRefusals.noImage();
  return later(platform, call, richMenuId, userIds);
}

function later(platform: Platform, call: Call, richMenuId: string | null, userIds: string[]): Answer {
  const dueAt = call.at + platform.settings.bulkLagMs;
  platform.settleRichMenus(call.channel);
  platform.changeRichMenus(call.channel, { type: 'bulk', richMenuId, userIds, dueAt });
  return accepted();
}

function userIdsOf(body: JsonObject): string[] {
  const userIds = field(body, 'userIds');
  if (!Array.isArray(userIds)) throw refusals.property(`'userIds'`);
  if (userIds.length < 1 || userIds.length > 500) {
    throw refusals.errors([{ message: 'Size must be between 1 and 500', property: 'userIds' }]);
  }
  const malformed = userIds.findIndex((id: unknown) => typeof id !== 'string' || !userIdPattern.test(id));
  if (malformed !== -1) throw refusals.property(`'userIds[${malformed}]'`);
  return userIds as string[];
}
