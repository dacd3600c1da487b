import { switchesOf } from '../menus/definition.js';
import type { ChannelState } from './channel-state.repository.js';
import type { Version } from './versions.repository.js';

/** What should be at LINE for a channel. */
export interface Wanted {
  /** Menus that rules, choices or tabs lead to. */
  menuIds: ReadonlySet<string>;
  /** Of these, those that tabs lead to: they need an alias. */
  targets: ReadonlySet<string>;
}

/** Follows rules and choices, and tabs from there. */
export function wantedOf({ rules, chosenMenuIds, defaultMenuId }: ChannelState, versions: readonly Version[]): Wanted {
  const roots = [...chosenMenuIds, ...rules.map(({ menuId }) => menuId)];
  if (defaultMenuId !== null) roots.push(defaultMenuId);
  const targets = new Set<string>();
  const menuIds = reach(roots, versions, (menuId) => targets.add(menuId));
  return { menuIds, targets };
}

/** The menus that a person who is given `menuId` may come to by tapping, itself included. */
export function tabsOf(menuId: string, versions: readonly Version[]): Set<string> {
  return reach([menuId], versions, () => undefined);
}

function reach(roots: string[], versions: readonly Version[], seen: (menuId: string) => void): Set<string> {
  const known = new Set(versions.map(({ menuId }) => menuId));
  const reached = new Set<string>();
  const next = [...roots];
  for (let menuId = next.pop(); menuId !== undefined; menuId = next.pop()) {
    if (reached.has(menuId) || !known.has(menuId)) continue;
    reached.add(menuId);
    const shown = versions.filter((one) => one.menuId === menuId && (one.newest || one.state === 'live'));
    for (const other of shown.flatMap(({ definition }) => switchesOf(definition))) {
      if (known.has(other.menuId)) seen(other.menuId);
      next.push(other.menuId);
    }
  }
  return reached;
}
