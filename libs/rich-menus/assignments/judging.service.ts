import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Segments } from '#segments';
import { MenuChannelsRepository, type MenuChannel } from '../rules/menu-channels.repository.js';
import { MenuChannels } from '../rules/menu-channels.service.js';
import { activeRules, nextChange } from '../rules/rule-times.js';
import { JudgingRepository } from './judging.repository.js';
import type { MenuQuestion } from './judged-people.repository.js';

/** People judged in one transaction: a fifth of a second, in which nobody who has just linked is kept waiting. */
const SLICE = 20_000;

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
      const changed = await this.repository.judge(scope, question, { ids: lineUserIds }, { anew, priority: 0 });
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

  /** Judges everybody on a channel, a slice at a time; the first are given their menu while the last are judged. */
  async judgeAll(scope: Scope, channelId: string): Promise<void> {
    const judgedFrom = scope.clock.now();
    for (let after: string | undefined = '0'; after !== undefined;)
      after = await this.judgeSlice(scope, channelId, after);
    const channel = await this.channels.find(scope, channelId);
    if (!channel) return;
    await this.channels.setJudged(scope, channelId, nextChange(channel.rules, judgedFrom, scope.timeZone));
  }

  /** The rules of a channel that hold by the clock, as SQL for the ambient transaction. */
  async question(scope: Scope, { channelId, rules }: MenuChannel): Promise<MenuQuestion> {
    const now = scope.clock.now();
    const asked: MenuQuestion['rules'] = [];
    for (const place of activeRules(rules, now, scope.timeZone)) {
      const { when, menuId } = rules[place]!;
      const segment = when.segmentId === undefined ? undefined : { kind: 'segment', id: when.segmentId };
      const inSegment = segment && (await this.segments.condition(scope, segment, now));
      asked.push({ place, menuId, when, inSegment });
    }
    return { workspaceId: scope.workspaceId, channelId, rules: asked };
  }

  private judgeSlice(scope: Scope, channelId: string, after: string): Promise<string | undefined> {
    return this.db.transaction(scope, async () => {
      await this.repository.claim(scope, channelId);
      const channel = await this.channels.find(scope, channelId);
      const upTo = channel && (await this.repository.sliceEnd(scope, channelId, after, SLICE));
      if (upTo === undefined) return undefined;
      const question = await this.question(scope, channel!);
      const changed = await this.repository.judge(scope, question, { after, upTo }, { anew: false, priority: 1 });
      if (changed > 0) await this.menuChannels.wake(scope, channelId);
      return upTo;
    });
  }
}
