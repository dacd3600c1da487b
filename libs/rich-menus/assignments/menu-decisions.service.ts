import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { MenusRepository, type Menu } from '../menus/menus.repository.js';
import type { MenuChannel } from '../rules/menu-channels.repository.js';
import type { MemberMenuDto, MenuLineStateDto } from '../rules/rules.dto.js';
import type { MenuQuestion } from './judged-people.repository.js';
import { JudgingRepository, type MenuDecision } from './judging.repository.js';
import type { LinkedPerson } from './member-menus.repository.js';

/** By then LINE has carried out what it accepted for many at a time; it speaks of seconds. */
export const BULK_SETTLES_MS = 15_000;

interface Decision extends MenuDecision {
  person: LinkedPerson;
  channel: MenuChannel;
  segmentIds: string[];
}

/** Decisions about people, as they are shown. */
@Injectable()
export class MenuDecisions {
  constructor(
    private readonly repository: JudgingRepository,
    private readonly menus: MenusRepository,
  ) {}

  async of(scope: Scope, question: MenuQuestion, lineUserId: string): Promise<MenuDecision> {
    return (await this.repository.decision(scope, question, lineUserId)) ?? { chosenId: null, place: null };
  }

  async shown(scope: Scope, { person, channel, chosenId, place, segmentIds }: Decision): Promise<MemberMenuDto> {
    const rule = place === null || chosenId !== null ? undefined : channel.rules[place];
    const own = chosenId ?? rule?.menuId ?? null;
    const menuId = own ?? channel.defaultMenuId;
    const menu = menuId === null ? undefined : await this.menus.find(scope, menuId);
    const { roles, ranks, channelId, userId } = person;
    const at = scope.clock.now();
    return {
      channelId,
      lineUserId: userId,
      menu: menu ? { id: menu.id, name: menu.name, version: menu.version } : null,
      why: {
        chosen: chosenId !== null,
        rule: rule ? place! + 1 : null,
        when: rule?.when ?? null,
        linked: true,
        roles,
        ranks,
        segmentIds,
        at,
      },
      line: (await this.isThere(scope, menu, own === null ? channel.lineDefaultId : undefined))
        ? lineState(person, own, at)
        : PENDING,
    };
  }

  /** Whether LINE has the menu's newest version. @param asDefault LINE's id of the default, for a menu that should be it */
  private async isThere(scope: Scope, menu: Menu | undefined, asDefault?: string | null): Promise<boolean> {
    if (!menu) return true;
    const atLine = (await this.menus.atLine(scope, [menu.id])).get(menu.id);
    if (atLine?.state !== 'live' || atLine.version !== menu.version) return false;
    return asDefault === undefined || asDefault === atLine.lineMenuId;
  }
}

const PENDING = { state: 'pending', since: null, error: null };

/** @param wanted the menu of their own that they should have now; null: none */
function lineState(person: LinkedPerson, wanted: string | null, now: Date): MenuLineStateDto {
  const { friendState, due, menuId, appliedAt, bulkAt, error } = person;
  if (friendState === 'blocked') return { state: 'blocked', since: null, error: null };
  if (error !== null && !due) return { state: 'refused', since: null, error };
  if (due || menuId !== wanted) return { ...PENDING, error };
  const carriedOut = !bulkAt || now.getTime() - bulkAt.getTime() >= BULK_SETTLES_MS;
  return { state: carriedOut ? 'has_it' : 'accepted', since: appliedAt, error: null };
}
