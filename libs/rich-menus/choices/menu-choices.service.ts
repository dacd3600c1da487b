import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Judging } from '../assignments/judging.service.js';
import { MenusRepository } from '../menus/menus.repository.js';
import { MenuChannels } from '../rules/menu-channels.service.js';
import { MenuChoicesRepository, type Chooser } from './menu-choices.repository.js';

/** Menus chosen for single people, as by a journey. They come before all rules. */
@Injectable()
export class MenuChoices {
  constructor(
    private readonly db: Database,
    private readonly repository: MenuChoicesRepository,
    private readonly menus: MenusRepository,
    private readonly channels: MenuChannels,
    private readonly judging: Judging,
    private readonly audit: Audit,
  ) {}

  /**
   * All LINE users that the member is linked to on the channel, now or later, see it, until something else is chosen. What
   * was chosen for a LINE user without a member holds as long as they are linked to none.
   * @param menuId null, or a menu that is not there any more: the rules decide again
   */
  async choose(scope: Scope, chooser: Chooser, menuId: string | null): Promise<void> {
    const { channelId, memberId } = chooser;
    await this.db.transaction(scope, async () => {
      await this.menus.claimChannel(scope, channelId);
      const shown = menuId !== null && (await this.canBeShown(scope, channelId, menuId));
      const before = shown
        ? await this.repository.put(scope, chooser, menuId)
        : await this.repository.remove(scope, chooser);
      await this.bringAndTakeAway(scope, channelId, shown ? menuId : undefined, before);
      if (memberId.startsWith('-')) await this.judging.judge(scope, channelId, [memberId.slice(1)]);
      else await this.judging.judgeMembers(scope, [memberId]);
      if (menuId !== null && !shown) await this.audit.record(scope, 'rich-menus.choice_gone', `rich-menus/${menuId}`);
    });
  }

  /** LINE is to have menus that somebody sees, and no others: the first and the last to choose one make a difference. */
  private async bringAndTakeAway(scope: Scope, channelId: string, chosen?: string, before?: string): Promise<void> {
    if (chosen === before) return;
    const isFirst = chosen !== undefined && (await this.repository.count(scope, channelId, chosen)) === 1;
    const wasLast = before !== undefined && (await this.repository.count(scope, channelId, before)) === 0;
    if (!isFirst && !wasLast) return;
    await this.channels.ensure(scope, channelId);
    await this.channels.menusChanged(scope, channelId);
  }

  private async canBeShown(scope: Scope, channelId: string, menuId: string): Promise<boolean> {
    const menu = await this.menus.find(scope, menuId);
    return menu?.channelId === channelId && menu.version > 0;
  }
}
