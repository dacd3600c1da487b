import type { Site } from './site.js';

interface MemberMenus {
  items: { lineUserId: string; menu: { id: string } | null }[];
}

/** Somebody's menu as it should be and as it is, by LINE's ids. */
export interface ComparedMenu {
  userId: string;
  desired: string | null;
  seen: string | null;
}

/**
 * Holds what people see at LINE against what they should see: what `GET /v1/members/{id}/rich-menu` says of those who are
 * linked, and the default of the rules for everybody else.
 * @param people LINE user ids, each with the member they are linked to now, if any
 */
export async function compareMenus(site: Site, people: Map<string, string | undefined>): Promise<ComparedMenu[]> {
  const compared: ComparedMenu[] = [];
  for (const [userId, memberId] of people) {
    const menuId = memberId === undefined ? await defaultMenu(site) : await menuOf(site, userId, memberId);
    const desired = menuId === null ? null : await atLine(site, menuId);
    compared.push({ userId, desired, seen: (await site.line.menuOf(userId)).shown });
  }
  return compared;
}

export function isAsDesired({ desired, seen }: ComparedMenu): boolean {
  return desired !== null && desired === seen;
}

async function menuOf(site: Site, userId: string, memberId: string): Promise<string | null> {
  const { items } = await site.api.get<MemberMenus>(`/v1/members/${memberId}/rich-menu?channelId=${site.channelId}`);
  return items.find(({ lineUserId }) => lineUserId === userId)?.menu?.id ?? null;
}

async function defaultMenu(site: Site): Promise<string | null> {
  const path = `/v1/channels/${site.channelId}/rich-menu-rules`;
  return (await site.api.get<{ defaultMenuId: string | null }>(path)).defaultMenuId;
}

async function atLine(site: Site, menuId: string): Promise<string | null> {
  return (await site.api.get<{ line: { richMenuId: string | null } }>(`/v1/rich-menus/${menuId}`)).line.richMenuId;
}
