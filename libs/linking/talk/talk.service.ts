import { Injectable } from '@nestjs/common';
import { Channels, ReceivedEvents, type EventRef } from '#channels';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import type { LinkPage } from '../pages/link-page.settings.js';
import { LinkPages } from '../pages/link-pages.service.js';
import { UserCodes } from '../user-codes/user-codes.service.js';
import { intentOf } from './intent.js';
import { answerTalk } from './talk.jobs.js';

/** Listens to what people write and press, and picks out what concerns linking. */
@Injectable()
export class Talk {
  constructor(
    private readonly events: ReceivedEvents,
    private readonly channels: Channels,
    private readonly pages: LinkPages,
    private readonly codes: UserCodes,
    private readonly jobs: Jobs,
  ) {}

  /** Sees to it that what is meant for linking is done and answered; everything else is left alone. */
  async hear(scope: Scope, ref: EventRef): Promise<void> {
    const event = await this.events.find(scope, ref);
    if (!event?.person) return;
    const page = await this.pages.of(scope, ref.channelId);
    const intent = intentOf(event.body, page.keywords);
    if (!intent) return;
    const leaving = intent.kind === 'unlink' || intent.kind === 'unlink-confirmed' || intent.kind === 'keep';
    // Nobody is kept from leaving, also where linking was switched off since.
    if (!leaving && !(await this.canLink(scope, ref.channelId, page))) return;
    if (intent.kind === 'code' && !(await this.codes.anyOpen(scope))) return;
    await this.jobs.enqueue(scope, answerTalk, ref);
  }

  /** Where the link page is not there, an invitation would lead nowhere. */
  private async canLink(scope: Scope, channelId: string, page: LinkPage): Promise<boolean> {
    if (!(await this.channels.exists(scope, channelId))) return false;
    return this.pages.missing(page, await this.channels.get(scope, channelId)).length === 0;
  }
}
