import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Database, GroupCommit } from '#database';
import type { Scope } from '#kernel';
import type { LeasedPage } from '../ledger/leased-page.js';
import { PagesRepository } from '../ledger/pages.repository.js';
import { FrozenContent } from './frozen-content.js';
import { sendMulticast, type PageResult } from './multicast.js';
import { sendPushes } from './push.js';
import { SpentQuota } from './spent-quota.service.js';
import type { Turn } from './turn.js';
import { Unsent, type Outcome } from './unsent.service.js';

/** A page with at most so many people shares the commit of its outcome. */
const FEW = 20;
const MOST_IN_A_COMMIT = 50;

interface Settled {
  scope: Scope;
  channelId: string;
  page: LeasedPage;
  result: PageResult;
}

/** Takes a leased page to LINE and writes down what became of it. */
@Injectable()
export class Courier {
  /** By workspace and channel. */
  private readonly together = new GroupCommit<Settled, boolean>((_channel, settled) => this.writeTogether(settled), {
    atOnce: 8,
    weight: () => 1,
    most: MOST_IN_A_COMMIT,
  });
  /** A commit for several belongs to the turn of none of them. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly db: Database,
    private readonly pages: PagesRepository,
    private readonly frozen: FrozenContent,
    private readonly channels: Channels,
    private readonly quota: SpentQuota,
    private readonly unsent: Unsent,
  ) {}

  async deliver(turn: Turn, page: LeasedPage): Promise<void> {
    const frozen = await this.frozen.of(turn.scope, page);
    const result = await (frozen.content.personalised ? sendPushes : sendMulticast)(turn, page, frozen);
    if (result.halt?.of === 'channel') await this.stopChannel(turn);
    if (result.halt?.of === 'send') await turn.once(page.sendId, () => this.quota.heed(turn, page, frozen));
    await this.settle(turn, page, result);
  }

  /** Pages of a few people come by the hundred, and share commits. */
  private async settle({ scope, channelId }: Turn, page: LeasedPage, result: PageResult): Promise<void> {
    const settled: Settled = { scope, channelId, page, result };
    if (page.size > FEW) await this.write([settled]);
    else await this.together.add(`${scope.workspaceId} ${channelId}`, settled);
  }

  private async writeTogether(settled: Settled[]): Promise<boolean[]> {
    await this.outside(() => this.write(settled));
    return settled.map(() => true);
  }

  /** All of a page at once, unless somebody else has leased it since: then they write what becomes of it. */
  private async write(settled: readonly Settled[]): Promise<void> {
    const { scope, channelId } = settled[0]!;
    await this.db.transaction(scope, async () => {
      const held: Outcome[] = [];
      for (const { page, result } of settled) {
        const { own, moved, shared } = result;
        if (moved.length > 0 && !(await this.pages.hold(scope, page))) continue;
        for (const group of moved) await this.pages.moveToNewPage(scope, page, group);
        held.push({ page, own, shared, moved });
      }
      const written = await this.pages.settle(scope, held);
      for (const one of written) await this.unsent.giveBack(scope, channelId, one);
    });
  }

  private async stopChannel(turn: Turn): Promise<void> {
    turn.stopChannel();
    await this.channels.markRefused(turn.scope, turn.channelId);
  }
}
