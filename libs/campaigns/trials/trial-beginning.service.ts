import { Injectable } from '@nestjs/common';
import { Sends } from '#delivery';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { watchTrial } from '../campaigns.jobs.js';
import type { Campaign } from '../campaigns.repository.js';
import { DecisionsRepository } from './decisions.repository.js';

/** What a person does about a trial: begins it, and lets the rest go where it has stopped. */
@Injectable()
export class TrialBeginning {
  constructor(
    private readonly decisions: DecisionsRepository,
    private readonly sends: Sends,
    private readonly jobs: Jobs,
  ) {}

  /** In the transaction that decides to send. Does nothing where nobody is held back. */
  async begin(scope: Scope, { id: campaignId, options: { test, canary } }: Campaign, sendId: string): Promise<void> {
    if (!test && !canary) return;
    await this.decisions.add(scope, { sendId, campaignId, kind: test ? 'test' : 'canary' });
    await this.jobs.enqueue(scope, watchTrial, { workspaceId: scope.workspaceId, sendId });
  }

  /** Somebody lets a stopped send go on, having seen why it was stopped: the rest goes too. */
  async goOn(scope: Scope, sendId: string): Promise<void> {
    const decision = await this.decisions.hold(scope, sendId);
    const outcome = decision?.outcome;
    if (!decision || !outcome || !('canary' in outcome) || outcome.result !== 'stopped') return;
    await this.sends.release(scope, sendId);
    await this.decisions.decide(scope, sendId, { ...outcome, result: 'released_by_hand' });
    await this.decisions.noteProblem(scope, decision, null);
  }
}
