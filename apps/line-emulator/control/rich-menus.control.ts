import type { Channel } from '../channels/channel.js';
import { userIdPattern } from '../ids.js';
import type { Platform } from '../platform.js';
import { tap } from '../rich-menus/tap.js';
import type { Declare } from './declare.js';
import { Given, mistake } from './given.js';

/** Rich menus: what there is, what people really see, taps, and changes that nobody asked us for. */
export function controlRichMenus(declare: Declare, platform: Platform): void {
  const settled = (given: Given): Channel => {
    const channel = given.channel(platform);
    platform.settleRichMenus(channel);
    return channel;
  };
  declare('GET /rich-menus', ({ query }) => overview(settled(new Given(query))));
  declare('GET /rich-menus/of', ({ query }) => {
    const given = new Given(query);
    const channel = settled(given);
    const { kept, by } = channel.richMenus.shownTo(given.user(channel));
    return { shown: kept?.richMenuId ?? null, by };
  });
  declare('GET /rich-menus/links', ({ query }) => links(settled(new Given(query))));
  declare('POST /users/tap', ({ body }) => {
    const given = new Given(body);
    const channel = settled(given);
    const { kept } = channel.richMenus.shownTo(given.user(channel));
    if (!kept) throw mistake('this person sees no rich menu');
    const area = kept.menu.areas[given.optionalWhole('area') ?? 0];
    if (!area) throw mistake(`the rich menu has ${kept.menu.areas.length} areas, counted from 0`);
    return tap(platform, { channel, userId: given.text('userId'), params: given.raw('params') }, area.action);
  });
  declare('POST /rich-menus/unlink-user', ({ body }) => relink(platform, settled, new Given(body), null));
  declare('POST /rich-menus/relink-user', ({ body }) => {
    const given = new Given(body);
    const richMenuId = given.text('richMenuId');
    if (!settled(given).richMenus.menu(richMenuId)) throw mistake('no such rich menu');
    return relink(platform, settled, given, richMenuId);
  });
  declare('POST /rich-menus/foreign-default', ({ body }) => {
    const given = new Given(body);
    const on = given.optionalBoolean('on') ?? true;
    platform.changeRichMenus(settled(given), { type: 'foreign-default', on });
    return {};
  });
}

function overview({ richMenus }: Channel): object {
  const menus = richMenus.menus().map(({ richMenuId, menu: { name, size }, image, linked }) => {
    return { richMenuId, name, size, hasImage: image !== undefined, users: linked };
  });
  const aliases = [...richMenus.aliases].map(([richMenuAliasId, richMenuId]) => ({ richMenuAliasId, richMenuId }));
  return { menus, default: richMenus.defaultMenu?.richMenuId ?? null, aliases };
}

/** Two lists of equal length: a hundred thousand people fit into one answer. */
function links({ richMenus, users }: Channel): object {
  const userIds: string[] = [];
  const richMenuIds: string[] = [];
  richMenus.eachLinked((user, { richMenuId }) => {
    userIds.push(users.userId(user));
    richMenuIds.push(richMenuId);
  });
  return { userIds, richMenuIds };
}

/** As somebody with LINE's manager, or another system with the same token, would. */
function relink(
  platform: Platform,
  settled: (given: Given) => Channel,
  given: Given,
  richMenuId: string | null,
): { changed: number } {
  const channel = settled(given);
  const userIds = given.has('userIds') ? given.texts('userIds') : [given.text('userId')];
  if (!userIds.every((userId) => userIdPattern.test(userId))) throw mistake('userIds holds a malformed id');
  platform.changeRichMenus(channel, { type: 'link', richMenuId, userIds });
  return { changed: userIds.length };
}
