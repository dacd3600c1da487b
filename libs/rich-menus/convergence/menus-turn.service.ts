import { Injectable } from '@nestjs/common';
import { ChannelStateRepository, type ChannelState } from './channel-state.repository.js';
import { Comparing } from './comparing.service.js';
import { Publishing } from './publishing.service.js';
import { Retiring } from './retiring.service.js';
import { assertDone, LineFailed, NotYet, type MenuTurn } from './turn.js';
import { VersionsRepository, type Version } from './versions.repository.js';
import { wantedOf, type Wanted } from './wanted.js';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10 * 60_000;

/** Brings the menus themselves, their aliases and the default to what they should be. */
@Injectable()
export class MenusTurn {
  constructor(
    private readonly state: ChannelStateRepository,
    private readonly versions: VersionsRepository,
    private readonly comparing: Comparing,
    private readonly publishing: Publishing,
    private readonly retiring: Retiring,
  ) {}

  /** Does what is due; what cannot be done now is due again later, and keeps nothing else from being done. */
  async run(turn: MenuTurn): Promise<void> {
    const { scope, channelId } = turn;
    const state = await this.state.read(scope, channelId);
    if (!state?.menusDueAt || state.menusDueAt > scope.clock.now() || !turn.mine()) return;
    const troubles = new Troubles(turn, state.attempts);
    await troubles.meet(() => this.work(turn, state, troubles));
    const { next, error, attempts } = troubles.outcome(await this.compareAt(turn));
    await this.state.done(scope, channelId, { revision: state.revision, next, error, attempts });
  }

  private async work(turn: MenuTurn, state: ChannelState, troubles: Troubles): Promise<void> {
    const { scope, channelId } = turn;
    let versions = await this.versions.list(scope, channelId);
    const unsure = versions.some((version) => version.state === 'creating');
    if (unsure || (state.compareAt && state.compareAt <= scope.clock.now())) {
      await troubles.meet(() => this.comparing.compare(turn));
      versions = await this.versions.list(scope, channelId);
    }
    const wanted = wantedOf(state, versions);
    versions = await this.retiring.sort(turn, versions, wanted);
    await this.bringUp(turn, versions, wanted, troubles);
    versions = await this.versions.list(scope, channelId);
    await troubles.meet(() => this.aliases(turn, versions, wanted, troubles));
    await troubles.meet(() => this.setDefault(turn, state.defaultMenuId, versions));
    await this.remove(turn, versions, wanted, troubles);
  }

  private async bringUp(turn: MenuTurn, versions: Version[], wanted: Wanted, troubles: Troubles): Promise<void> {
    const isAtLine = ({ lineMenuId }: Version) => lineMenuId !== null;
    let atLine = versions.filter(isAtLine).length;
    for (const version of versions) {
      if (!version.newest || !wanted.menuIds.has(version.menuId)) continue;
      if (version.state === 'stored') atLine += 1;
      await troubles.meet(() => this.publishing.bringUp(turn, version, wanted, atLine - 1));
    }
  }

  private async aliases(turn: MenuTurn, versions: Version[], wanted: Wanted, troubles: Troubles): Promise<void> {
    const recorded = await this.state.aliases(turn.scope, turn.channelId);
    for (const { menuId, state, lineMenuId } of versions) {
      if (state !== 'live' || !wanted.targets.has(menuId)) continue;
      const known = recorded.find((alias) => alias.menuId === menuId);
      if (known?.lineMenuId !== lineMenuId)
        await troubles.meet(() => this.publishing.pointAlias(turn, menuId, lineMenuId!));
    }
    for (const { menuId } of recorded)
      if (!wanted.targets.has(menuId)) await troubles.meet(() => this.retiring.removeAlias(turn, menuId));
  }

  /** Who is to see the default needs no request of their own, people unknown to us included. */
  private async setDefault(turn: MenuTurn, defaultMenuId: string | null, versions: Version[]): Promise<void> {
    const { scope, channelId, client } = turn;
    const { lineDefaultId } = (await this.state.read(scope, channelId))!;
    if (defaultMenuId === null) {
      if (lineDefaultId === null) return;
      assertDone('clear default', await client.clearDefault(), { goneIsDone: true });
      return this.state.setLineDefault(scope, channelId, null);
    }
    const live = versions.find(({ menuId, state }) => menuId === defaultMenuId && state === 'live');
    if (!live || live.lineMenuId === lineDefaultId) return;
    const outcome = await client.setDefault(live.lineMenuId!);
    if (outcome.kind === 'refused' && outcome.status === 404) await this.versions.lost(scope, live);
    assertDone('set default', outcome);
    await this.state.setLineDefault(scope, channelId, live.lineMenuId);
  }

  private async remove(turn: MenuTurn, versions: Version[], wanted: Wanted, troubles: Troubles): Promise<void> {
    const { lineDefaultId } = (await this.state.read(turn.scope, turn.channelId))!;
    for (const version of versions) {
      if (version.state !== 'retiring' && version.state !== 'deleting') continue;
      await troubles.meet(async () => {
        await this.retiring.remove(turn, version, versions, lineDefaultId);
        if (version.newest && wanted.menuIds.has(version.menuId))
          throw new NotYet(turn.scope.clock.now(), 'a menu that was being deleted is wanted again');
      });
    }
  }

  private async compareAt({ scope, channelId }: MenuTurn): Promise<Date | null> {
    return (await this.state.read(scope, channelId))?.compareAt ?? null;
  }
}

/** What could not be done in a turn, and when it is tried again. */
class Troubles {
  private until: Date[] = [];
  private why: string | null = null;
  private failed = false;

  constructor(
    private readonly turn: MenuTurn,
    private readonly attempts: number,
  ) {}

  /** Does one thing; the next can be done even if this one cannot. */
  async meet(work: () => Promise<void>): Promise<void> {
    if (!this.turn.mine()) return;
    try {
      await work();
    } catch (error) {
      if (error instanceof NotYet) {
        this.until.push(error.until);
        this.why ??= error.message;
        return;
      }
      if (!(error instanceof LineFailed)) throw error;
      this.failed = true;
      this.why ??= error.message;
      if (error.failure.kind === 'unauthorized') await this.turn.stop();
    }
  }

  outcome(compareAt: Date | null): { next: Date | null; error: string | null; attempts: number } {
    const attempts = this.failed ? this.attempts + 1 : 0;
    const now = this.turn.scope.clock.now();
    const until = [...this.until, ...(compareAt && compareAt > now ? [compareAt] : [])].map((at) => at.getTime());
    const retry = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_RETRY_MS);
    if (this.failed || !this.turn.mine()) until.push(now.getTime() + Math.max(retry, FIRST_RETRY_MS));
    return { next: until.length > 0 ? new Date(Math.min(...until)) : null, error: this.why, attempts };
  }
}
