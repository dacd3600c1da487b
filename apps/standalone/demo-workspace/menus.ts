import type { ApiClient } from '../api-client.js';

interface Menu {
  id: string;
  name: string;
}

/** Where the areas of the menus lead. */
export interface MenuTargets {
  linkPage: string;
  memberPage: string;
}

/** The menus by which linking is seen. */
export interface LinkMenus {
  before: string;
  after: string;
}

const BEFORE = '連携前';
const AFTER = '連携後';

/**
 * Makes a menu for before and one for after linking, unless they are there, and gives the second one to everybody who is
 * linked.
 * @returns their ids
 */
export async function openMenus(api: ApiClient, channelId: string, targets: MenuTargets): Promise<LinkMenus> {
  const there = await menusOf(api, channelId);
  const idOf = async (name: string, write: object): Promise<string> =>
    there.get(name) ?? (await api.post<Menu>(`/v1/channels/${channelId}/rich-menus`, write)).id;
  const before = await idOf(BEFORE, beforeLinking(targets));
  const after = await idOf(AFTER, afterLinking(targets));
  const rules = [{ when: { linked: true }, menuId: after }];
  await api.put(`/v1/channels/${channelId}/rich-menu-rules`, { rules, defaultMenuId: before });
  return { before, after };
}

/** Lets the menus that are still there lead to another address of the same pages. */
export async function moveMenus(api: ApiClient, channelId: string, targets: MenuTargets): Promise<void> {
  const there = await menusOf(api, channelId);
  for (const menu of [beforeLinking(targets), afterLinking(targets)]) {
    const id = there.get(menu.name);
    if (id !== undefined) await api.put(`/v1/rich-menus/${id}`, menu);
  }
}

async function menusOf(api: ApiClient, channelId: string): Promise<Map<string, string>> {
  const { items } = await api.get<{ items: Menu[] }>(`/v1/channels/${channelId}/rich-menus?limit=100`);
  return new Map(items.map(({ name, id }) => [name, id]));
}

function beforeLinking({ linkPage }: MenuTargets) {
  const cells = [
    { label: '会員連携', action: { type: 'uri', uri: linkPage } },
    { label: 'トークで連携', action: { type: 'message', text: '連携' } },
    { label: 'ユーザーコード', action: { type: 'postback', data: 'tsunagi:code', displayText: 'コード' } },
  ];
  return { name: BEFORE, chatBarText: 'メニュー', selected: true, design: { template: '3x1', cells } };
}

function afterLinking({ linkPage, memberPage }: MenuTargets) {
  const cells = [
    { label: 'マイページ', action: { type: 'uri', uri: memberPage } },
    { label: '引き継ぎ', action: { type: 'uri', uri: `${linkPage}/takeover` } },
    { label: '連携解除', action: { type: 'message', text: '連携解除' } },
  ];
  return {
    name: AFTER,
    chatBarText: 'メニュー',
    selected: true,
    design: { template: '3x1', colour: '#1F3A5F', cells },
  };
}
