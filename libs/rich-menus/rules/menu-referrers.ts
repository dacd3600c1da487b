import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Segments } from '#segments';
import { MenuChannelsRepository, type MenuChannel } from './menu-channels.repository.js';

/** Tells the floors below which rules still need a segment or a channel, so that neither is deleted under them. */
@Injectable()
export class MenuReferrers {
  constructor(repository: MenuChannelsRepository, segments: Segments, channels: Channels) {
    segments.registerReferrer(async (scope, segmentId) =>
      referrers(await repository.all(scope), ({ rules }) => rules.some(({ when }) => when.segmentId === segmentId)),
    );
    channels.registerReferrer(async (scope, channelId) =>
      referrers(
        await repository.all(scope),
        (one) => one.channelId === channelId && (one.rules.length > 0 || one.defaultMenuId !== null),
      ),
    );
  }
}

function referrers(channels: MenuChannel[], needs: (channel: MenuChannel) => boolean) {
  return channels
    .filter(needs)
    .map(({ channelId }) => ({ kind: 'rich-menu-rules', id: channelId, name: 'rich menu rules' }));
}
