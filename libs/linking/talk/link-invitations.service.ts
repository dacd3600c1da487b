import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { LINE_LIMITS, type LineMessage } from '#line';
import { Attempts } from '../attempts/attempts.service.js';
import type { LinkRole } from '../link.entity.js';
import { Links } from '../links.service.js';
import { LinkPages } from '../pages/link-pages.service.js';
import { TieKeeper } from '../tie-keeper.service.js';
import type { TalkTurn } from './talk-turn.js';

/** LINE's word about a link token that was used in its last second has to get here, too. */
const LATE_WORD_MS = 2 * 60_000;

/** Invites people to link: a button that leads to their own attempt, with LINE's token for them in it. */
@Injectable()
export class LinkInvitations {
  constructor(
    private readonly channels: Channels,
    private readonly links: Links,
    private readonly attempts: Attempts,
    private readonly pages: LinkPages,
    private readonly ties: TieKeeper,
  ) {}

  /**
   * What to answer to somebody who wants to link. A run that dies, and begins another attempt, leaves one that nobody
   * has the address of and that ends by itself.
   * @returns nothing where LINE refuses the channel's credentials
   * @throws Error when LINE gave no answer, or has no time: run again
   */
  async invite({ scope, channelId, person, page, messages }: TalkTurn, role: LinkRole): Promise<LineMessage[]> {
    const live = await this.links.liveOfLineUser(scope, person.lineUserId);
    if (live.some((link) => link.role === role)) return messages.linkedAlready();
    const client = await this.channels.client(scope, channelId);
    const [issued, profile] = await Promise.all([client.issueLinkToken(person.userId), client.profile(person.userId)]);
    switch (issued.kind) {
      case 'answered':
        break;
      case 'refused':
        return messages.friendsOnly();
      case 'unauthorized':
        await this.channels.markRefused(scope, channelId);
        return [];
      case 'unknown':
      case 'rate-limited':
      case 'quota':
        throw new Error(`LINE issued no link token: ${issued.kind}.`);
    }
    // LINE issues link tokens to friends only, also to one who was a friend before our webhook was there.
    await this.ties.believe(scope, person.lineUserId, true);
    const { ticket } = await this.attempts.begin(scope, {
      channelId,
      purpose: 'link',
      route: 'account_link',
      role,
      lineUserId: person.lineUserId,
      linkToken: issued.value.linkToken,
      lifeMs: LINE_LIMITS.linkTokenMs + LATE_WORD_MS,
      // Whom the page says one is about to link with: it makes somebody else's invitation look like what it is.
      ...(profile.kind === 'answered' && { displayName: profile.value.displayName }),
    });
    return messages.invite(`${this.pages.addressOf(page, channelId)}/link/${ticket}`);
  }
}
