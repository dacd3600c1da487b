import { plainName, type MenusAtLine } from './menus-at-line.js';
import { lineUser, type MenusStage } from './menus-stage.js';

export interface MenusShop {
  guest: string;
  member: string;
  tab: string;
}

/** Linked people on a menu with a tab, everybody else on the default. @returns ids of the menus */
export async function openShop(stage: MenusStage, people: number): Promise<MenusShop> {
  const guest = await stage.menu('guest');
  const tab = await stage.menu('tab');
  const member = await stage.menu('member', [tab]);
  await stage.rules([{ when: { linked: true }, menuId: member }], guest);
  await stage.linkedFriends(people);
  return { guest, member, tab };
}

/** Everything LINE has, by the names of menus. */
export async function whatIsThere(line: MenusAtLine) {
  const { menus, aliases } = await line.overview();
  const nameOf = (id: string) => plainName(menus.find(({ richMenuId }) => richMenuId === id)?.name ?? 'nothing');
  return {
    ...(await line.names()),
    withoutPicture: menus.filter(({ hasImage }) => !hasImage).length,
    aliases: aliases.map(({ richMenuId }) => nameOf(richMenuId)),
    owned: await line.owned(),
  };
}

/** Exactly the menus of the shop, each whole, the alias and the default leading to the right ones. */
export function whatShouldBe(people: number, member = 'member', guest = 'guest') {
  return {
    menus: [guest, member, 'tab'].sort(),
    default: guest,
    withoutPicture: 0,
    aliases: ['tab'],
    owned: new Map(Array.from({ length: people }, (_, n) => [lineUser(n), member])),
  };
}
