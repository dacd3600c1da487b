import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Config } from '#config';
import type { Attempt } from '../../attempts/attempt.js';
import { Links } from '../../links.service.js';
import { LinkPages } from '../link-pages.service.js';
import type { PageContext } from '../pages.service.js';
import { addFriendUrl, talkUrl } from './line-addresses.js';
import type { LinkPageState } from './link-page.view.js';

/** What the link page of a channel shows to this browser. */
@Injectable()
export class LinkPageStates {
  constructor(
    private readonly channels: Channels,
    private readonly links: Links,
    private readonly pages: LinkPages,
    private readonly config: Config,
  ) {}

  /** @param stillNone whether somebody has pressed on without having become a friend */
  async of(context: PageContext, { stillNone = false, preview = false } = {}): Promise<LinkPageState> {
    const { attempt, channel, page, scope } = context;
    const login = channel.loginChannelId !== null;
    const wasNone = attempt?.state === 'open' && attempt.purpose === 'link' && attempt.friend === false;
    const friendship = wasNone && (await this.pages.friendshipSince(scope, attempt.id));
    // LINE was asked just now for those who press on, which is the newer word.
    const needsFriend = wasNone && (stillNone || friendship !== 'friend');
    const blocked = friendship === 'blocked';
    const basicId = needsFriend || !login ? await this.channels.basicId(scope, channel.id) : undefined;
    const { lineLoginBaseUrl } = this.config;
    const [word] = page.keywords.link;
    return {
      login,
      ...(needsFriend && {
        friend: { stillNone, blocked, ...(basicId !== undefined && { url: addFriendUrl(lineLoginBaseUrl, basicId) }) },
      }),
      ...(!login &&
        basicId !== undefined &&
        word !== undefined && { talkUrl: talkUrl(lineLoginBaseUrl, basicId, word) }),
      expired: attempt?.state === 'expired',
      preview,
    };
  }

  /** Whether the link that this browser's attempt ended with still lives. */
  async isLinked({ scope, attempt }: PageContext): Promise<boolean> {
    if (attempt?.linkId === undefined || !endedWell(attempt) || attempt.lineUserId === undefined) return false;
    const live = await this.links.liveOfLineUser(scope, attempt.lineUserId);
    return live.some(({ id }) => id === attempt.linkId);
  }
}

function endedWell({ state, purpose }: Attempt): boolean {
  return purpose === 'link' && (state === 'linked' || state === 'done');
}
