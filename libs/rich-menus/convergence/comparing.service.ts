import { Injectable } from '@nestjs/common';
import { menuOfAlias, tagOf } from '../menus/line-menu.js';
import { ChannelStateRepository } from './channel-state.repository.js';
import { answerOf, assertDone, isGone, LineFailed, NotYet, type MenuTurn } from './turn.js';
import { VersionsRepository, type Version } from './versions.repository.js';

/** Learns from LINE's own lists which menus, aliases and default there are, after a death and now and then. */
@Injectable()
export class Comparing {
  constructor(
    private readonly versions: VersionsRepository,
    private readonly state: ChannelStateRepository,
  ) {}

  /**
   * Adopts menus whose making was not answered, forgets those that are gone, and deletes those of ours that nobody knows.
   * Menus of others are left alone. @throws NotYet, LineFailed
   */
  async compare(turn: MenuTurn): Promise<void> {
    const { scope, channelId } = turn;
    const strays = await this.compareMenus(turn);
    await this.compareAliases(turn);
    await this.compareDefault(turn);
    await this.state.setCompareAt(scope, channelId, null);
    for (const richMenuId of strays) await this.deleteStray(turn, richMenuId);
  }

  /** @returns menus of ours that nobody knows */
  private async compareMenus(turn: MenuTurn): Promise<string[]> {
    const { scope, channelId, client } = turn;
    const listed = answerOf('list', await client.list());
    const versions = await this.versions.list(scope, channelId);
    const there = new Set(listed.map(({ richMenuId }) => richMenuId));
    for (const version of versions) await this.forget(turn, version, there);
    const strays: string[] = [];
    for (const { richMenuId, name } of listed) {
      const tag = tagOf(channelId, name);
      if (!tag) continue;
      const version = versions.find((one) => one.menuId === tag.menuId && one.version === tag.version);
      if (!(await this.isKnown(turn, richMenuId, version))) strays.push(richMenuId);
    }
    for (const version of versions) if (version.state === 'creating') await this.versions.remove(scope, version);
    return strays;
  }

  /** Whether a menu at LINE is this version; one whose making was not answered becomes it. */
  private async isKnown({ scope }: MenuTurn, richMenuId: string, version: Version | undefined): Promise<boolean> {
    if (version?.state !== 'creating') return version?.lineMenuId === richMenuId && version.state !== 'refused';
    const created = { state: 'created', lineMenuId: richMenuId } as const;
    await this.versions.set(scope, version, created);
    Object.assign(version, created);
    return true;
  }

  private async forget({ scope }: MenuTurn, version: Version, there: ReadonlySet<string>): Promise<void> {
    if (version.lineMenuId === null || there.has(version.lineMenuId)) return;
    if (version.state === 'refused') return;
    await this.versions.lost(scope, version);
    Object.assign(version, { state: 'stored', lineMenuId: null });
  }

  private async deleteStray({ scope, channelId, client }: MenuTurn, richMenuId: string): Promise<void> {
    const until = await this.state.takeCall(scope, channelId, 'delete');
    if (until) {
      await this.state.setCompareAt(scope, channelId, until);
      throw new NotYet(until, 'the menus that LINE lets us delete in an hour are used up');
    }
    assertDone('delete', await client.delete(richMenuId), { goneIsDone: true });
  }

  /** What is recorded here is what LINE says; what should be is brought about afterwards. */
  private async compareAliases({ scope, channelId, client }: MenuTurn): Promise<void> {
    const listed = answerOf('list aliases', await client.listAliases());
    const atLine = new Map<string, string>();
    for (const { richMenuAliasId, richMenuId } of listed) {
      const menuId = menuOfAlias(richMenuAliasId);
      if (menuId) atLine.set(menuId, richMenuId);
    }
    const recorded = await this.state.aliases(scope, channelId);
    for (const { menuId } of recorded) if (!atLine.has(menuId)) await this.state.removeAlias(scope, channelId, menuId);
    for (const [menuId, lineMenuId] of atLine) await this.state.putAlias(scope, channelId, { menuId, lineMenuId });
  }

  private async compareDefault({ scope, channelId, client }: MenuTurn): Promise<void> {
    const outcome = await client.getDefault();
    // 403: it was set by another tool. That is none of ours, and not a question of our credentials.
    const foreign = outcome.kind === 'unauthorized' && outcome.status === 403;
    if (!foreign && !isGone(outcome) && outcome.kind !== 'answered') throw new LineFailed('get default', outcome);
    const lineMenuId = outcome.kind === 'answered' ? outcome.value.richMenuId : null;
    await this.state.setLineDefault(scope, channelId, await this.ours({ scope, channelId }, lineMenuId));
  }

  private async ours({ scope, channelId }: Pick<MenuTurn, 'scope' | 'channelId'>, lineMenuId: string | null) {
    const versions = await this.versions.list(scope, channelId);
    return versions.some((version) => version.lineMenuId === lineMenuId) ? lineMenuId : null;
  }
}
