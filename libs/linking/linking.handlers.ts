import { Injectable } from '@nestjs/common';
import { channelDeleted, friendChanged } from '#channels';
import { HandlesFact, HandlesJob, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { deauthorize, endLinksOfChannel } from './linking.jobs.js';
import { Links } from './links.service.js';
import { TieKeeper } from './tie-keeper.service.js';
import { Deauthorization } from './unlink/deauthorization.service.js';

@Injectable()
export class LinkingHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly links: Links,
    private readonly ties: TieKeeper,
    private readonly deauthorization: Deauthorization,
  ) {}

  @HandlesFact(friendChanged, { name: 'linking.recount_ties', lane: 'webhooks' })
  async friendChanged({ workspaceId, lineUserId }: PayloadOf<typeof friendChanged>): Promise<void> {
    await this.ties.recountOf(await this.scopes.system(workspaceId), [lineUserId]);
  }

  @HandlesFact(channelDeleted, { name: 'linking.end_links', lane: 'bulk' })
  async channelDeleted({ workspaceId, channelId }: PayloadOf<typeof channelDeleted>): Promise<void> {
    await this.links.endOfChannel(await this.scopes.system(workspaceId), channelId);
  }

  @HandlesJob(endLinksOfChannel)
  async endLinks({ workspaceId, channelId }: PayloadOf<typeof endLinksOfChannel>): Promise<void> {
    await this.links.endOfChannel(await this.scopes.system(workspaceId), channelId);
  }

  @HandlesJob(deauthorize)
  async deauthorize({ workspaceId, lineUserId }: PayloadOf<typeof deauthorize>): Promise<void> {
    await this.deauthorization.run(await this.scopes.system(workspaceId), lineUserId);
  }
}
