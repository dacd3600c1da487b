import { Injectable } from '@nestjs/common';
import { JourneyReferences } from '#automations';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { MenuChoicesRepository } from '../choices/menu-choices.repository.js';
import { drainMenus } from '../rich-menus.jobs.js';
import { MenuChannelsRepository } from './menu-channels.repository.js';

/** What the rules of a channel mean to its menus. */
@Injectable()
export class MenuChannels {
  constructor(
    private readonly repository: MenuChannelsRepository,
    private readonly choices: MenuChoicesRepository,
    private readonly journeys: JourneyReferences,
    private readonly jobs: Jobs,
  ) {}

  /** From now on there may be menus to be shown, though no rule was ever given. */
  async ensure(scope: Scope, channelId: string): Promise<void> {
    await this.repository.ensure(scope, channelId);
  }

  /** A menu of the channel is another one now: LINE is to follow, if any rule may show it. */
  async menusChanged(scope: Scope, channelId: string): Promise<void> {
    if (await this.repository.menusDue(scope, channelId)) await this.wake(scope, channelId);
  }

  /** Everybody on the channel is judged anew, and given what follows. */
  async judgeAll(scope: Scope, channelId: string): Promise<void> {
    await this.repository.judgementDue(scope, channelId);
    await this.wake(scope, channelId);
  }

  /** A menu is deleted: for whom it was chosen, the rules decide again. */
  async menuGone(scope: Scope, channelId: string, menuId: string): Promise<void> {
    if ((await this.choices.forgetMenu(scope, channelId, menuId)) > 0) await this.judgeAll(scope, channelId);
    await this.menusChanged(scope, channelId);
  }

  async wake(scope: Scope, channelId: string): Promise<void> {
    const { workspaceId } = scope;
    await this.jobs.enqueue(scope, drainMenus, { workspaceId, channelId });
  }

  /** What of the channel's rules names this menu, and which journeys choose it. */
  async referrersOf(scope: Scope, channelId: string, menuId: string) {
    const found = await this.repository.find(scope, channelId);
    const places = (found?.rules ?? []).flatMap((rule, i) => (rule.menuId === menuId ? [`rule ${i + 1}`] : []));
    if (found?.defaultMenuId === menuId) places.push('default');
    return [
      ...places.map((name) => ({ kind: 'rich-menu-rules', id: channelId, name })),
      ...(await this.journeys.showing(scope, menuId)),
    ];
  }
}
