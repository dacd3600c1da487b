import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { MenusRepository } from '../menus/menus.repository.js';
import { MenuChannelsRepository } from './menu-channels.repository.js';
import { MenuChannels } from './menu-channels.service.js';
import { MenuRuleReferences } from './rule-references.service.js';
import type { MenuRulesAnswer, MenuRulesDto } from './rules.dto.js';

/** Who should see which menu of a channel. */
@Injectable()
export class MenuRules {
  constructor(
    private readonly db: Database,
    private readonly repository: MenuChannelsRepository,
    private readonly menus: MenusRepository,
    private readonly references: MenuRuleReferences,
    private readonly menuChannels: MenuChannels,
  ) {}

  /** @throws AppError 404 */
  async get(scope: Scope, channelId: string): Promise<MenuRulesAnswer> {
    await this.references.assertChannel(scope, channelId);
    const found = await this.repository.find(scope, channelId);
    if (!found) return { channelId, rules: [], defaultMenuId: null, peopleDue: 0, problem: null };
    const { rules, defaultMenuId, menusError } = found;
    return {
      channelId,
      rules,
      defaultMenuId,
      peopleDue: await this.repository.peopleDue(scope, channelId),
      problem: menusError,
    };
  }

  /** @throws AppError 400 naming every place, 404 */
  async put(scope: Scope, channelId: string, { rules, defaultMenuId = null }: MenuRulesDto): Promise<MenuRulesAnswer> {
    await this.references.assertChannel(scope, channelId);
    await this.db.transaction(scope, async () => {
      await this.menus.claimChannel(scope, channelId);
      await this.references.check(scope, channelId, rules, defaultMenuId);
      const asksSegments = rules.some(({ when }) => when.segmentId !== undefined);
      await this.repository.put(scope, { channelId, rules, defaultMenuId, asksSegments });
      await this.repository.menusDue(scope, channelId);
      await this.menuChannels.judgeAll(scope, channelId);
      await this.references.record(scope, channelId, rules.length);
    });
    return this.get(scope, channelId);
  }
}
