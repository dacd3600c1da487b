import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { newId, type Scope } from '#kernel';
import { LinkPages, type EndReason, type TakeoverRef, type UnlinkedRefs } from '#linking';
import { Sends } from '../sends.service.js';
import { NOTICE_TEXTS, type NoticeTexts } from './notice-texts.js';

/** In the talk they are answered there, with a channel goes the way to tell them, and of takeovers they are told more. */
const TOLD: ReadonlySet<EndReason> = new Set<EndReason>(['unlinked', 'unlinked_on_page', 'erased']);

/**
 * Tells LINE users what became of their link: friends only, once, ahead of all that is promoted. Only where linking is
 * switched on: whose links another system makes and ends, that system speaks to them, and the quota is theirs.
 */
@Injectable()
export class Notices {
  constructor(
    private readonly sends: Sends,
    private readonly channels: Channels,
    private readonly pages: LinkPages,
  ) {}

  async unlinked(scope: Scope, { channelId, links, reason }: UnlinkedRefs): Promise<void> {
    if (!TOLD.has(reason)) return;
    const lineUserIds = [...new Set(links.map(({ lineUserId }) => lineUserId))];
    await this.tell(scope, { channelId, id: newId() }, lineUserIds, ({ unlinked }) => unlinked);
  }

  async takenOver(
    scope: Scope,
    { channelId, takeoverId: id, fromLineUserId, toLineUserId }: TakeoverRef,
  ): Promise<void> {
    const about = { channelId, id };
    await this.tell(scope, about, [fromLineUserId], ({ takenFrom }, page) => takenFrom(`${page}/takeover`));
    await this.tell(scope, about, [toLineUserId], ({ takenTo }) => takenTo);
  }

  async takeoverUndone(scope: Scope, ref: TakeoverRef): Promise<void> {
    const about = { channelId: ref.channelId, id: ref.takeoverId };
    await this.tell(scope, about, [ref.fromLineUserId], ({ givenBack }) => givenBack);
    await this.tell(scope, about, [ref.toLineUserId], ({ takenBack }) => takenBack);
  }

  /**
   * @param about the channel, and the id of what they are told of
   * @param lineUserIds line_users.id
   * @param text from the texts, and the address of the link page if there is one
   */
  private async tell(
    scope: Scope,
    { channelId, id }: { channelId: string; id: string },
    lineUserIds: string[],
    text: (texts: NoticeTexts, page: string) => string,
  ): Promise<void> {
    if (!(await this.channels.exists(scope, channelId))) return;
    const page = await this.pages.of(scope, channelId);
    if (!page.enabled) return;
    const address = this.pages.addressOf(page, channelId);
    await this.sends.start(scope, {
      channelId,
      origin: { kind: 'notice', id },
      class: 'transactional',
      messages: [{ type: 'text', text: text(NOTICE_TEXTS[page.language], address) }],
      unit: null,
      // As LINE users: they need not be linked with anybody any more.
      audience: { people: lineUserIds.map((lineUserId) => `-${lineUserId}`) },
    });
  }
}
