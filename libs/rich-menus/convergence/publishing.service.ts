import { Injectable } from '@nestjs/common';
import { LINE_LIMITS } from '#line';
import { aliasOf, lineMenuOf } from '../menus/line-menu.js';
import { ChannelStateRepository } from './channel-state.repository.js';
import { assertDone, isGone, LineFailed, NotYet, type MenuTurn } from './turn.js';
import { VersionsRepository, type Version } from './versions.repository.js';
import type { Wanted } from './wanted.js';

/** After LINE said "too fast" to what it allows a hundred of an hour: somebody else uses the channel too. */
const HOUR_IS_USED_UP_MS = 5 * 60_000;
/** How long a request may take to arrive after we gave it up. */
const LATE_ARRIVAL_MS = 60_000;

/** Brings menus to LINE: create, picture, alias, live; each step is written down, so that anybody can go on from it. */
@Injectable()
export class Publishing {
  constructor(
    private readonly versions: VersionsRepository,
    private readonly state: ChannelStateRepository,
  ) {}

  /**
   * Goes on with a version from wherever it stands until it is live or refused.
   * @throws NotYet, LineFailed
   */
  async bringUp(turn: MenuTurn, version: Version, wanted: Wanted, atLine: number): Promise<void> {
    let at = version;
    if (at.state === 'stored') at = await this.create(turn, at, atLine);
    if (at.state === 'created') at = await this.upload(turn, at);
    if (at.state !== 'uploaded') return;
    if (wanted.targets.has(at.menuId)) await this.pointAlias(turn, at.menuId, at.lineMenuId!);
    await this.versions.goLive(turn.scope, at);
  }

  /** Leads the alias of a menu to one of its versions, wherever it led before. */
  async pointAlias({ scope, channelId, client }: MenuTurn, menuId: string, lineMenuId: string): Promise<void> {
    const alias = { richMenuAliasId: aliasOf(menuId), richMenuId: lineMenuId };
    const updated = await client.updateAlias(alias);
    // It is not there yet, or the menu is not: making it tells which.
    const missing = updated.kind === 'refused';
    assertDone('point alias', missing ? await client.createAlias(alias) : updated);
    await this.state.putAlias(scope, channelId, { menuId, lineMenuId });
  }

  private async create({ scope, channelId, client }: MenuTurn, version: Version, atLine: number): Promise<Version> {
    if (atLine >= LINE_LIMITS.richMenus.most)
      throw new NotYet(later(scope.clock.now(), LATE_ARRIVAL_MS), `LINE has ${atLine} menus of this channel already`);
    const until = await this.state.takeCall(scope, channelId, 'create');
    if (until) throw new NotYet(until, 'the menus that LINE lets us make in an hour are used up');
    // From here on it may be at LINE, whatever becomes of us or of the answer; its name tells.
    await this.versions.set(scope, version, { state: 'creating', lineMenuId: null });
    const outcome = await client.create(lineMenuOf(version));
    if (outcome.kind === 'answered') {
      const created = { state: 'created', lineMenuId: outcome.value.richMenuId } as const;
      await this.versions.set(scope, version, created);
      return { ...version, ...created };
    }
    if (outcome.kind === 'refused') return this.refuse({ scope }, version, null, outcome.error);
    if (outcome.kind !== 'unknown') await this.versions.set(scope, version, { state: 'stored', lineMenuId: null });
    else await this.state.setCompareAt(scope, channelId, later(scope.clock.now(), LATE_ARRIVAL_MS));
    if (outcome.kind === 'rate-limited')
      throw new NotYet(later(scope.clock.now(), HOUR_IS_USED_UP_MS), 'LINE makes no more menus this hour');
    throw new LineFailed('create', outcome);
  }

  private async upload({ scope, client }: MenuTurn, version: Version): Promise<Version> {
    const { bytes, type } = await this.versions.image(scope, version);
    const lineMenuId = version.lineMenuId!;
    const outcome = await client.uploadImage(lineMenuId, bytes, type);
    if (isGone(outcome)) {
      await this.versions.lost(scope, version);
      throw new LineFailed('upload', { kind: 'unknown', error: 'the menu is gone' });
    }
    // A picture can be given once: a second time says that the first has come.
    const there = outcome.kind === 'refused' && /already been uploaded/i.test(outcome.error);
    if (outcome.kind === 'refused' && !there) return this.refuse({ scope }, version, lineMenuId, outcome.error);
    if (!there) assertDone('upload', outcome);
    await this.versions.set(scope, version, { state: 'uploaded', lineMenuId });
    return { ...version, state: 'uploaded' };
  }

  private async refuse(
    { scope }: Pick<MenuTurn, 'scope'>,
    version: Version,
    lineMenuId: string | null,
    error: string,
  ): Promise<Version> {
    await this.versions.set(scope, version, { state: 'refused', lineMenuId, error });
    // Without a picture it is of no use there.
    if (lineMenuId) await this.state.setCompareAt(scope, version.channelId, later(scope.clock.now(), LATE_ARRIVAL_MS));
    return { ...version, state: 'refused' };
  }
}

function later(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}
