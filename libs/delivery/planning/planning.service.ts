import { Injectable } from '@nestjs/common';
import { JobRunner, RetryAfter } from '#jobs';
import { AppError, type Scope } from '#kernel';
import { Segments } from '#segments';
import { LaneTurn } from '../lane-turn.js';
import { SendsRepository, type Send } from '../ledger/sends.repository.js';
import { storedContents } from '../ledger/stored-content.js';
import { ContentCheck } from './content-check.service.js';
import { PlanningRepository } from './planning.repository.js';
import { Slices } from './slices.service.js';

/**
 * Turns a send into pages. Each step commits on its own and is found done by whoever comes after a death: the content's
 * check, the audience, each slice of it. Pages of a slice are sent while the next is planned.
 */
@Injectable()
export class Planning {
  constructor(
    private readonly sends: SendsRepository,
    private readonly repository: PlanningRepository,
    private readonly segments: Segments,
    private readonly check: ContentCheck,
    private readonly slices: Slices,
    private readonly runner: JobRunner,
  ) {}

  /** @throws RetryAfter where there is more to do later */
  async plan(scope: Scope, sendId: string): Promise<void> {
    const send = await this.sends.find(scope, sendId);
    if (!send || send.plannedAt) return;
    const contents = storedContents(send);
    if (!(await this.check.pass(scope, send, contents))) return;
    await this.repository.ensureStatistics(scope);
    if (!(await this.nameAudience(scope, send))) return;
    const turn = new LaneTurn(() => this.runner.isAwaited('delivery'));
    while (await this.slices.planNext(scope, send, contents)) {
      if (await turn.isOver()) throw new RetryAfter(0, 'planning goes on');
    }
  }

  /** Asks the rule, once. @returns false where that ended the send */
  private async nameAudience(scope: Scope, send: Send): Promise<boolean> {
    try {
      const { id, rule, asOf } = send;
      if (rule !== null) await this.slices.name(scope, id, () => this.segments.condition(scope, rule, asOf));
      return true;
    } catch (error) {
      // What the rule refers to is gone: trying again would not bring it back.
      if (!(error instanceof AppError)) throw error;
      await this.sends.stop(scope, send.id, 'failed', { code: 'delivery.rule_refused', detail: error.message });
      return false;
    }
  }
}
