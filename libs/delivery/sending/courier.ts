import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Database, GroupCommit } from '#database';
import { Audit } from '#audit';
import type { Scope } from '#kernel';
import type { LeasedPage } from '../ledger/leased-page.js';
import { PagesRepository, type SettledPage } from '../ledger/pages.repository.js';
import { SendsRepository } from '../ledger/sends.repository.js';
import { FrozenContent, type FrozenSend } from './frozen-content.js';
import { sendMulticast, type PageResult } from './multicast.js';
import { sendPushes } from './push.js';
import { AFTER_QUOTA_MS } from './outcome.js';
import { quotaLeft } from './quota.js';
import type { Turn } from './turn.js';

/** A page with at most so many people shares the commit of its outcome. */
const FEW = 20;
const MOST_IN_A_COMMIT = 50;

interface Settled {
  scope: Scope;
  page: LeasedPage;
  result: PageResult;
}

/** Takes a leased page to LINE and writes down what became of it. */
@Injectable()
export class Courier {
  /** By workspace. */
  private readonly together = new GroupCommit<Settled, boolean>((_workspace, settled) => this.writeTogether(settled), {
    atOnce: 8,
    weight: () => 1,
    most: MOST_IN_A_COMMIT,
  });
  /** A commit for several belongs to the turn of none of them. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly db: Database,
    private readonly pages: PagesRepository,
    private readonly sends: SendsRepository,
    private readonly frozen: FrozenContent,
    private readonly channels: Channels,
    private readonly audit: Audit,
  ) {}

  async deliver(turn: Turn, page: LeasedPage): Promise<void> {
    const frozen = await this.frozen.of(turn.scope, page);
    const result = await (frozen.content.personalised ? sendPushes : sendMulticast)(turn, page, frozen);
    if (result.halt?.of === 'channel') await this.stopChannel(turn);
    if (result.halt?.of === 'send') await turn.once(page.sendId, () => this.heedQuota(turn, page, frozen));
    await this.settle(turn, page, result);
  }

  /** Pages of a few people come by the hundred, and share commits. */
  private async settle({ scope }: Turn, page: LeasedPage, result: PageResult): Promise<void> {
    const settled: Settled = { scope, page, result };
    if (page.size > FEW) await this.write([settled]);
    else await this.together.add(scope.workspaceId, settled);
  }

  private async writeTogether(settled: Settled[]): Promise<boolean[]> {
    await this.outside(() => this.write(settled));
    return settled.map(() => true);
  }

  /** All of a page at once, unless somebody else has leased it since: then they write what becomes of it. */
  private async write(settled: readonly Settled[]): Promise<void> {
    const { scope } = settled[0]!;
    await this.db.transaction(scope, async () => {
      const held: SettledPage[] = [];
      for (const { page, result } of settled) {
        const { own, moved, shared } = result;
        if (moved.length > 0 && !(await this.pages.hold(scope, page))) continue;
        for (const group of moved) await this.pages.moveToNewPage(scope, page, group);
        held.push({ page, own, shared });
      }
      await this.pages.settle(scope, held);
    });
  }

  private async stopChannel(turn: Turn): Promise<void> {
    turn.stopChannel();
    await this.channels.markRefused(turn.scope, turn.channelId);
  }

  /** The month's messages are spent, or LINE only keeps them for another delivery: then later is soon enough. */
  private async heedQuota(turn: Turn, page: LeasedPage, { send, content }: FrozenSend): Promise<void> {
    const { scope, client } = turn;
    turn.stopSend(send.id, AFTER_QUOTA_MS);
    const left = await quotaLeft(client);
    const needed = content.personalised ? 1 : page.size;
    if (left === undefined || left >= needed) {
      await this.pages.postpone(scope, send.id, turn.dueAgainAt(send.id));
      return;
    }
    const detail = `LINE allows ${left} more messages this month.`;
    await this.db.transaction(scope, async () => {
      const problem = { code: 'delivery.quota_spent', detail, quotaLeft: left };
      if (!(await this.sends.stop(scope, send.id, 'paused', problem))) return;
      await this.audit.record(scope, 'delivery.paused_by_quota', `sends/${send.id}`, { quotaLeft: left });
    });
  }
}
