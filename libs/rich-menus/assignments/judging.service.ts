import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Segments } from '#segments';
import { MenuChannelsRepository, type MenuChannel } from '../rules/menu-channels.repository.js';
import { MenuChannels } from '../rules/menu-channels.service.js';
import { activeRules } from '../rules/rule-times.js';
import { JudgingRepository } from './judging.repository.js';
import type { MenuQuestion } from './judged-people.repository.js';

/** Decides who should see which menu; no person travels through here. */
@Injectable()
export class Judging {
  constructor(
    private readonly db: Database,
    private readonly repository: JudgingRepository,
    private readonly channels: MenuChannelsRepository,
    private readonly menuChannels: MenuChannels,
    private readonly segments: Segments,
  ) {}

  /**
   * Judges some people of a channel after something about them has changed.
   * @param lineUserIds line_users.id
   * @param anew whether LINE has forgotten what it was told about them, as it does with those who block
   */
  async judge(scope: Scope, channelId: string, lineUserIds: string[], anew = false): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.repository.claim(scope, channelId);
      const channel = await this.channels.find(scope, channelId);
      if (!channel) return;
      const question = await this.question(scope, channel);
      const changed = await this.repository.judge(scope, question, lineUserIds, anew);
      if (changed > 0) await this.menuChannels.wake(scope, channelId);
    });
  }

  /** Judges the LINE users of some members (inside ids), on all channels. */
  async judgeMembers(scope: Scope, memberIds: string[]): Promise<void> {
    await this.db.transaction(scope, async () => {
      const byChannel = await this.repository.lineUsersOf(scope, memberIds);
      for (const [channelId, ids] of [...byChannel].sort()) await this.judge(scope, channelId, ids);
    });
  }

  /** The rules of a channel that hold by the clock, as SQL for the ambient transaction. */
  async question(scope: Scope, { channelId, rules, hasChoices }: MenuChannel): Promise<MenuQuestion> {
    const now = scope.clock.now();
    const asked: MenuQuestion['rules'] = [];
    for (const place of activeRules(rules, now, scope.timeZone)) {
      const { when, menuId } = rules[place]!;
      const segment = when.segmentId === undefined ? undefined : { kind: 'segment', id: when.segmentId };
      const inSegment = segment && (await this.segments.condition(scope, segment, now));
      asked.push({ place, menuId, when, inSegment });
    }
    return { workspaceId: scope.workspaceId, channelId, rules: asked, hasChoices };
  }
}
