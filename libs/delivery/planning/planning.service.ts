import { Injectable } from '@nestjs/common';
import { JobRunner, Jobs, RetryAfter } from '#jobs';
import type { Scope } from '#kernel';
import { planRest } from '../delivery.jobs.js';
import { LaneTurn } from '../lane-turn.js';
import { SendsRepository } from '../ledger/sends.repository.js';
import { storedContents } from '../ledger/stored-content.js';
import { ContentCheck } from './content-check.service.js';
import { Naming } from './naming.service.js';
import { Slices } from './slices.service.js';

/**
 * Turns a send into pages. Each step commits on its own and is found done by whoever comes after a death: the content's
 * check, the audience, each slice of it. Pages of a slice are sent while the next is planned.
 *
 * The first slice is planned with the check, the others in a lane of their own: what most sends are is done before the
 * rest of a large one has its turn.
 */
@Injectable()
export class Planning {
  /** Of this process. */
  private readonly beginnings = new Set<Promise<void>>();

  constructor(
    private readonly sends: SendsRepository,
    private readonly check: ContentCheck,
    private readonly naming: Naming,
    private readonly slices: Slices,
    private readonly runner: JobRunner,
    private readonly jobs: Jobs,
  ) {}

  /** @throws RetryAfter where LINE could not be asked about the content */
  async begin(scope: Scope, sendId: string): Promise<void> {
    const beginning = this.beginAlone(scope, sendId);
    this.beginnings.add(beginning);
    try {
      await beginning;
    } finally {
      this.beginnings.delete(beginning);
    }
  }

  private async beginAlone(scope: Scope, sendId: string): Promise<void> {
    const send = await this.sends.find(scope, sendId);
    if (!send || send.plannedAt) return;
    const contents = storedContents(send);
    if (!(await this.check.pass(scope, send, contents))) return;
    if (!(await this.naming.nameAudience(scope, send))) return;
    const { workspaceId } = scope;
    if (await this.slices.planNext(scope, send, contents))
      await this.jobs.enqueue(scope, planRest, { workspaceId, sendId });
  }

  /** A turn: as long as nobody else waits for the lane, and a slice in any case. @throws RetryAfter where there is more */
  async goOn(scope: Scope, sendId: string): Promise<void> {
    const send = await this.sends.find(scope, sendId);
    if (!send) return;
    const contents = storedContents(send);
    // Sends that begin at the same time are to have the same share.
    await Promise.allSettled(this.beginnings);
    const turn = new LaneTurn({ othersWait: () => this.runner.isAwaited('planning'), whileOthersWait: 0 });
    while (await this.slices.planNext(scope, send, contents)) {
      if (await turn.isOver()) throw new RetryAfter(0, 'planning goes on');
    }
  }
}
