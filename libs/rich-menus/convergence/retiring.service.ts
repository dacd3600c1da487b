import { Injectable } from '@nestjs/common';
import { BULK_SETTLES_MS } from '../assignments/menu-decisions.service.js';
import { aliasOf } from '../menus/line-menu.js';
import { ChannelStateRepository } from './channel-state.repository.js';
import { assertDone, NotYet, type MenuTurn } from './turn.js';
import { VersionsRepository, type Version } from './versions.repository.js';
import type { Wanted } from './wanted.js';

/** People are being moved: looked at again after so long. */
const LOOK_AGAIN_MS = 5_000;
/** Who taps a tab comes to the menu that the alias led to a moment ago: LINE keeps aliases in caches. */
const ALIAS_LAG_MS = 30_000;

/** Takes menus away from LINE when nobody sees them any more. */
@Injectable()
export class Retiring {
  constructor(
    private readonly versions: VersionsRepository,
    private readonly state: ChannelStateRepository,
  ) {}

  /** Says of each version at LINE whether it stays; one that is wanted again comes back. @returns as they are now */
  async sort({ scope }: MenuTurn, versions: Version[], wanted: Wanted): Promise<Version[]> {
    const sorted: Version[] = [];
    for (const version of versions) {
      const { menuId, lineMenuId } = version;
      const others = versions.some((other) => other.menuId === menuId && other.state === 'live' && other !== version);
      const state = stateOf(version, wanted.menuIds.has(menuId), others);
      if (state !== version.state) await this.versions.set(scope, version, { state, lineMenuId });
      sorted.push({ ...version, state, ...(state !== version.state && { updatedAt: scope.clock.now() }) });
    }
    return sorted;
  }

  /**
   * Deletes a version at LINE once nobody is on it and it is not the channel's default.
   * @throws NotYet, LineFailed
   */
  async remove(turn: MenuTurn, version: Version, versions: Version[], lineDefaultId: string | null): Promise<void> {
    const { scope, channelId, client } = turn;
    const now = scope.clock.now().getTime();
    if (version.state === 'retiring') {
      const replaced = versions.some(({ menuId, state }) => menuId === version.menuId && state === 'live');
      const carriedOut = new Date(now - BULK_SETTLES_MS);
      const used = version.lineMenuId === lineDefaultId || now - version.updatedAt.getTime() < ALIAS_LAG_MS;
      if (used || (await this.versions.hasPeople(scope, version, { replaced, carriedOut })))
        throw new NotYet(new Date(now + LOOK_AGAIN_MS), 'people are being moved to another menu');
      await this.versions.set(scope, version, { state: 'deleting', lineMenuId: version.lineMenuId });
    }
    const until = await this.state.takeCall(scope, channelId, 'delete');
    if (until) throw new NotYet(until, 'the menus that LINE lets us delete in an hour are used up');
    assertDone('delete', await client.delete(version.lineMenuId!), { goneIsDone: true });
    await this.versions.remove(scope, version);
  }

  /** @throws NotYet, LineFailed */
  async removeAlias({ scope, channelId, client }: MenuTurn, menuId: string): Promise<void> {
    const until = await this.state.takeCall(scope, channelId, 'delete_alias');
    if (until) throw new NotYet(until, 'the aliases that LINE lets us delete in an hour are used up');
    assertDone('delete alias', await client.deleteAlias(aliasOf(menuId)), { goneIsDone: true });
    await this.state.removeAlias(scope, channelId, menuId);
  }
}

function stateOf({ state, newest }: Version, wanted: boolean, replaced: boolean): Version['state'] {
  switch (state) {
    case 'live':
      return wanted ? 'live' : 'retiring';
    case 'created':
    case 'uploaded':
      return wanted && newest ? state : 'retiring';
    case 'retiring':
      return wanted && newest && !replaced ? 'uploaded' : 'retiring';
    default:
      return state;
  }
}
