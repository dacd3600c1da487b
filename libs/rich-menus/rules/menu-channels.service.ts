import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { drainMenus } from '../rich-menus.jobs.js';
import { MenuChannelsRepository } from './menu-channels.repository.js';

/** What the rules of a channel mean to its menus. */
@Injectable()
export class MenuChannels {
  constructor(
    private readonly repository: MenuChannelsRepository,
    private readonly jobs: Jobs,
  ) {}

  /** A menu of the channel is another one now: LINE is to follow, if any rule may show it. */
  async menusChanged(scope: Scope, channelId: string): Promise<void> {
    if (await this.repository.menusDue(scope, channelId)) await this.wake(scope, channelId);
  }

  async wake(scope: Scope, channelId: string): Promise<void> {
    const { workspaceId } = scope;
    await this.jobs.enqueue(scope, drainMenus, { workspaceId, channelId });
  }

  /** What of the channel's rules names this menu. */
  async referrersOf(scope: Scope, channelId: string, menuId: string) {
    const found = await this.repository.find(scope, channelId);
    if (!found) return [];
    const places = found.rules.flatMap((rule, i) => (rule.menuId === menuId ? [`rule ${i + 1}`] : []));
    if (found.defaultMenuId === menuId) places.push('default');
    return places.map((name) => ({ kind: 'rich-menu-rules', id: channelId, name }));
  }
}
