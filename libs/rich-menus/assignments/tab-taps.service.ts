import { Injectable } from '@nestjs/common';
import { ReceivedEvents, type EventRef } from '#channels';
import type { Scope } from '#kernel';
import { menuOfAlias } from '../menus/line-menu.js';
import { JudgingRepository } from './judging.repository.js';

/** What taps on tabs leave behind: LINE has given the person another menu of their own, by itself. */
@Injectable()
export class TabTaps {
  constructor(
    private readonly events: ReceivedEvents,
    private readonly repository: JudgingRepository,
  ) {}

  /** Takes note of the menu that a person switched to; of other postbacks, nothing. */
  async note(scope: Scope, event: Omit<EventRef, 'workspaceId'>): Promise<void> {
    const received = await this.events.find(scope, event);
    const menuId = received && menuOfAlias(aliasIn(received.body));
    if (!menuId || !received.person) return;
    await this.repository.tapped(scope, event.channelId, received.person.lineUserId, menuId);
  }
}

/** https://developers.line.biz/en/reference/messaging-api/#postback-params-object-for-richmenu-switch-action */
function aliasIn(body: Readonly<Record<string, unknown>>): string {
  const { params } = Object(body.postback) as { params?: unknown };
  const { newRichMenuAliasId: alias } = Object(params) as { newRichMenuAliasId?: unknown };
  return typeof alias === 'string' ? alias : '';
}
