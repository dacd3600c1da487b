import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Sends } from '#delivery';
import { RetryAfter } from '#jobs';
import type { Scope } from '#kernel';
import { CampaignsRepository, type Campaign } from '../campaigns.repository.js';
import { DecisionsRepository, type Decision } from './decisions.repository.js';
import { TrialNumbers } from './trial-numbers.service.js';
import { isTooMuch, winnerOf, type CanaryNumbers, type TrialOutcome } from './trial-outcome.js';

/** How often somebody looks how the first part takes it. */
const LOOK_MS = 60_000;
const MINUTE_MS = 60_000;

/** Decides what becomes of the rest of a send, once how the first part has taken it is known. */
@Injectable()
export class Trials {
  constructor(
    private readonly db: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly sends: Sends,
    private readonly decisions: DecisionsRepository,
    private readonly numbers: TrialNumbers,
    private readonly audit: Audit,
  ) {}

  /** Looks, and decides when the time has come. Safe to run twice and at once. @throws RetryAfter until it is decided */
  async look(scope: Scope, sendId: string): Promise<void> {
    const decision = await this.decisions.find(scope, sendId);
    const campaign = decision && (await this.campaigns.find(scope, decision.campaignId));
    if (!campaign || decision.decidedAt) return;
    const { state, endedAt, plannedAt } = await this.sends.get(scope, sendId);
    if (endedAt || state === 'cancelled' || state === 'failed')
      return this.decide(scope, sendId, async () => ({ result: 'overtaken' }));
    if (decision.kind === 'canary' && (await this.stopIfTooMuch(scope, campaign, decision))) return;
    if (!plannedAt || state !== 'sending' || (await this.numbers.open(scope, sendId)) > 0) throw lookAgain();
    const sentAt = await this.decisions.noteFirstSent(scope, sendId);
    const left = sentAt.getTime() + minutesOf(campaign) * MINUTE_MS - scope.clock.now().getTime();
    if (left > 0) throw lookAgain(left);
    await this.release(scope, campaign, decision);
  }

  private async stopIfTooMuch(scope: Scope, { options }: Campaign, decision: Decision): Promise<boolean> {
    const canary = await this.numbers.canary(scope, decision.sendId);
    if (!options.canary || !isTooMuch(options.canary, canary)) return false;
    await this.decide(scope, decision.sendId, async () => {
      await this.sends.pause(scope, decision.sendId);
      await this.decisions.noteProblem(scope, decision, {
        code: 'campaigns.canary_stopped',
        detail: wordsOf(canary),
        canary,
      });
      await this.audit.record(scope, 'campaigns.canary_stopped', `campaigns/${decision.campaignId}`, { ...canary });
      return { result: 'stopped', canary };
    });
    return true;
  }

  private async release(scope: Scope, campaign: Campaign, { sendId, kind }: Decision): Promise<void> {
    const { test } = campaign.options;
    if (kind === 'canary' || !test) {
      return this.decide(scope, sendId, async () => {
        await this.sends.release(scope, sendId);
        return { result: 'released', canary: await this.numbers.canary(scope, sendId) };
      });
    }
    if (test.by === 'clicks') await this.numbers.ask(scope, campaign);
    const variants = await this.numbers.variants(scope, campaign, sendId);
    await this.decide(scope, sendId, async () => {
      const winner = winnerOf(test.by, variants);
      await this.sends.release(scope, sendId, winner.variant);
      await this.audit.record(scope, 'campaigns.winner_chosen', `campaigns/${campaign.id}`, { sendId, ...winner });
      return { result: 'released', winner, variants };
    });
  }

  /** Once: who comes second finds it decided. */
  private async decide(scope: Scope, sendId: string, work: () => Promise<TrialOutcome>): Promise<void> {
    await this.db.transaction(scope, async () => {
      const held = await this.decisions.hold(scope, sendId);
      if (!held || held.decidedAt) return;
      await this.decisions.decide(scope, sendId, await work());
    });
  }
}

function minutesOf({ options: { test, canary } }: Campaign): number {
  return test?.decideAfterMinutes ?? canary?.holdMinutes ?? 0;
}

function lookAgain(left = LOOK_MS): RetryAfter {
  return new RetryAfter(Math.min(left, LOOK_MS), 'the first part has not shown yet how people take it');
}

function wordsOf({ accepted, rejected, blockedSince }: CanaryNumbers): string {
  return `Of the first part ${accepted} accepted, ${blockedSince} of them have blocked the account since, and ${rejected} were rejected.`;
}
