import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { MenuChannelsRepository, type MenuChannel } from '../rules/menu-channels.repository.js';
import type { MemberMenuDto, MemberMenusAnswer } from '../rules/rules.dto.js';
import { Judging } from './judging.service.js';
import { MemberMenusRepository } from './member-menus.repository.js';
import { MenuDecisions } from './menu-decisions.service.js';

/** Which menu a member's LINE users see, and why. */
@Injectable()
export class MemberMenus {
  constructor(
    private readonly db: Database,
    private readonly repository: MemberMenusRepository,
    private readonly members: Members,
    private readonly channels: MenuChannelsRepository,
    private readonly judging: Judging,
    private readonly decisions: MenuDecisions,
  ) {}

  /** Decided at this moment, not looked up. @throws AppError 404 for an unknown member */
  async ofMember(scope: Scope, externalId: string, channelId?: string): Promise<MemberMenusAnswer> {
    return this.db.transaction(scope, async () => {
      const memberId = (await this.members.find(scope, [externalId])).get(externalId);
      if (memberId === undefined) throw notFound('member');
      const items: MemberMenuDto[] = [];
      for (const person of await this.repository.peopleOf(scope, memberId, channelId)) {
        const channel = (await this.channels.find(scope, person.channelId)) ?? bare(person.channelId);
        const question = await this.judging.question(scope, channel);
        const segmentIds: string[] = [];
        for (const { when, inSegment } of question.rules) {
          if (!inSegment || segmentIds.includes(when.segmentId!)) continue;
          if (await this.repository.holdsForLinked(scope, person.lineUserId, inSegment))
            segmentIds.push(when.segmentId!);
        }
        const decision = await this.decisions.of(scope, question, person.lineUserId);
        items.push(await this.decisions.shown(scope, { person, channel, ...decision, segmentIds }));
      }
      return { items };
    });
  }
}

function bare(channelId: string): MenuChannel {
  return { channelId, rules: [], defaultMenuId: null, menusError: null, lineDefaultId: null, hasChoices: false };
}
