import { Inject, Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Config } from '#config';
import { JobRunner } from '#jobs';
import type { Scope } from '#kernel';
import { LINE_LIMITS, Pace, PaceBook } from '#line';
import { Workspaces } from '#workspaces';
import { Leaving } from '../hours/leaving.js';
import { LeasesRepository } from '../ledger/leases.repository.js';
import { PagesRepository } from '../ledger/pages.repository.js';
import { ChannelTurn } from './channel-turn.js';

/** Begins turns: everything that one needs to know of its channel and workspace. */
@Injectable()
export class Turns {
  private readonly paces = new PaceBook(() => {
    const { push, multicast } = LINE_LIMITS.perSecond;
    return { push: new Pace(push), multicast: new Pace(multicast) };
  });

  constructor(
    private readonly channels: Channels,
    private readonly workspaces: Workspaces,
    private readonly leases: LeasesRepository,
    private readonly pages: PagesRepository,
    private readonly runner: JobRunner,
    @Inject(Config) private readonly config: Pick<Config, 'lineTimeoutMs'>,
  ) {}

  /** Whether LINE refuses the credentials of the channel. */
  async isRefused(scope: Scope, channelId: string): Promise<boolean> {
    return (await this.channels.get(scope, channelId)).refusedAt !== null;
  }

  /** @param mine whether the channel is still this process's, and the process goes on */
  async begin(scope: Scope, channelId: string, mine: () => boolean): Promise<ChannelTurn> {
    const { quietHours, timeZone } = await this.workspaces.get(scope);
    const leaving = new Leaving({ quietHours, timeZone, clock: scope.clock, marginMs: this.config.lineTimeoutMs });
    const options = {
      scope,
      channelId,
      client: await this.channels.client(scope, channelId),
      paces: this.paces.of(channelId),
      mine,
      leaving,
      othersWait: () => this.runner.isAwaited('delivery'),
    };
    return new ChannelTurn(options, this.leases, this.pages);
  }
}
