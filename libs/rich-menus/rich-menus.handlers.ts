import { Injectable } from '@nestjs/common';
import { menuChosen } from '#automations';
import { friendChanged, postbackReceived } from '#channels';
import { HandlesFact, HandlesJob, HandlesSchedule, type PayloadOf } from '#jobs';
import { linked, unlinked } from '#linking';
import { rankChanged } from '#members';
import { Scopes } from '#workspaces';
import { Judging } from './assignments/judging.service.js';
import { TabTaps } from './assignments/tab-taps.service.js';
import { MenuChoices } from './choices/menu-choices.service.js';
import { MenusDrain } from './convergence/drain.service.js';
import { MenusWaking } from './convergence/waking.service.js';
import { checkDrift, drainMenus, lookAtClock, lookForDrift, sweepMenus } from './rich-menus.jobs.js';

@Injectable()
export class RichMenusHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly judging: Judging,
    private readonly choices: MenuChoices,
    private readonly taps: TabTaps,
    private readonly drain: MenusDrain,
    private readonly waking: MenusWaking,
  ) {}

  @HandlesFact(linked, { name: 'rich-menus.judge_linked', lane: 'webhooks' })
  async linked({ workspaceId, channelId, links }: PayloadOf<typeof linked>): Promise<void> {
    await this.judging.judge(await this.scopes.system(workspaceId), channelId, peopleOf(links));
  }

  @HandlesFact(unlinked, { name: 'rich-menus.judge_unlinked', lane: 'webhooks' })
  async unlinked({ workspaceId, channelId, links }: PayloadOf<typeof unlinked>): Promise<void> {
    await this.judging.judge(await this.scopes.system(workspaceId), channelId, peopleOf(links));
  }

  /** LINE forgets a person's own menu when they block the account, so whoever comes back is given it again. */
  @HandlesFact(friendChanged, { name: 'rich-menus.judge_friend', lane: 'webhooks' })
  async friendChanged({ workspaceId, channelId, lineUserId }: PayloadOf<typeof friendChanged>): Promise<void> {
    await this.judging.judge(await this.scopes.system(workspaceId), channelId, [lineUserId], true);
  }

  @HandlesFact(rankChanged, { name: 'rich-menus.judge_ranked', lane: 'webhooks' })
  async rankChanged({ workspaceId, memberIds }: PayloadOf<typeof rankChanged>): Promise<void> {
    await this.judging.judgeMembers(await this.scopes.system(workspaceId), memberIds);
  }

  @HandlesFact(menuChosen, { name: 'rich-menus.choose', lane: 'journeys' })
  async menuChosen({ workspaceId, menuId, ...chooser }: PayloadOf<typeof menuChosen>): Promise<void> {
    await this.choices.choose(await this.scopes.system(workspaceId), chooser, menuId);
  }

  @HandlesFact(postbackReceived, { name: 'rich-menus.note_tab', lane: 'webhooks' })
  async postback({ workspaceId, ...event }: PayloadOf<typeof postbackReceived>): Promise<void> {
    await this.taps.note(await this.scopes.system(workspaceId), event);
  }

  @HandlesJob(drainMenus)
  async drainMenus({ workspaceId, channelId }: PayloadOf<typeof drainMenus>): Promise<void> {
    const scope = await this.scopes.system(workspaceId);
    if (await this.drain.run(scope, channelId)) await this.waking.wakeAgain(scope, channelId);
  }

  @HandlesJob(checkDrift)
  async checkDrift({ workspaceId, channelId }: PayloadOf<typeof checkDrift>): Promise<void> {
    await this.waking.checkDrift(await this.scopes.system(workspaceId), channelId);
  }

  @HandlesSchedule(sweepMenus)
  async sweep(): Promise<void> {
    await this.waking.sweep();
  }

  @HandlesSchedule(lookAtClock)
  async lookAtClock(): Promise<void> {
    await this.waking.lookAtClock();
  }

  @HandlesSchedule(lookForDrift)
  async lookForDrift(): Promise<void> {
    await this.waking.lookForDrift();
  }
}

function peopleOf(links: { lineUserId: string }[]): string[] {
  return [...new Set(links.map(({ lineUserId }) => lineUserId))];
}
