import type { RichMenuRequest } from '#line';
import type { MenuAction, MenuDefinition } from './definition.js';

/** A version of a menu of ours, as its name at LINE tells. */
export interface Tag {
  menuId: string;
  version: number;
}

export interface NamedVersion extends Tag {
  channelId: string;
  name: string;
  definition: MenuDefinition;
}

/**
 * The menu as LINE is asked to make it. Making one cannot be repeated without making two, so its name, which nobody but
 * us sees, says which one it is: the channel as this installation knows it, the menu and the version.
 */
export function lineMenuOf({ channelId, menuId, version, name, definition }: NamedVersion): RichMenuRequest {
  const { size, selected, chatBarText, areas } = definition;
  return {
    size,
    selected,
    name: `${name} #tsunagi:${short(channelId)}.${short(menuId)}.${version}`,
    chatBarText,
    areas: areas.map(({ bounds, action }) => ({ bounds, action: lineAction(action) as never })),
  };
}

/** Which version of ours a menu at LINE is; undefined for those of others. */
export function tagOf(channelId: string, lineName: string): Tag | undefined {
  const found = /#tsunagi:([0-9a-z]{25})\.([0-9a-z]{25})\.(\d{1,9})$/.exec(lineName);
  if (found?.[1] !== short(channelId)) return undefined;
  return { menuId: long(found[2]!), version: Number(found[3]) };
}

/** The alias by which tabs lead to a menu. */
export function aliasOf(menuId: string): string {
  return `ts-${short(menuId)}`;
}

/** The menu of an alias of ours; undefined for those of others. */
export function menuOfAlias(aliasId: string): string | undefined {
  return /^ts-[0-9a-z]{25}$/.test(aliasId) ? long(aliasId.slice(3)) : undefined;
}

function lineAction(action: MenuAction): object {
  if (action.type !== 'richmenuswitch') return action;
  const { menuId, data, ...rest } = action as MenuAction & { menuId: string; data?: string };
  const richMenuAliasId = aliasOf(menuId);
  return { ...rest, richMenuAliasId, data: data ?? `menu=${richMenuAliasId}` };
}

/** A uuid in base 36: 25 characters instead of 36. */
function short(uuid: string): string {
  return BigInt(`0x${uuid.replaceAll('-', '')}`)
    .toString(36)
    .padStart(25, '0');
}

function long(text: string): string {
  let number = 0n;
  for (const digit of text) number = number * 36n + BigInt(Number.parseInt(digit, 36));
  const hex = number.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
