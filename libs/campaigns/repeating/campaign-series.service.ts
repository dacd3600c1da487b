import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { CampaignSending } from '../campaign-sending.service.js';
import { startCampaign } from '../campaigns.jobs.js';
import { CampaignsRepository, type Campaign } from '../campaigns.repository.js';
import { CampaignRunsRepository } from './campaign-runs.repository.js';
import { nextOccurrence } from './occurrences.js';

/** Later than this nobody wants it any more. */
const MOST_LATE_MS = 3_600_000;
/** Occurrences looked at in one transaction: about three weeks of an hourly campaign. */
const MOST_AT_ONCE = 500;

/** A campaign that comes back, held. */
export type Series = Campaign & { repeat: NonNullable<Campaign['repeat']> };

/**
 * Campaigns that come back. `starts_at` is the next occurrence; each becomes a row of `campaign_runs` in the transaction
 * that moves on to the one after it, so that it has one run, whoever dies.
 */
@Injectable()
export class CampaignSeries {
  constructor(
    private readonly campaigns: CampaignsRepository,
    private readonly runs: CampaignRunsRepository,
    private readonly sending: CampaignSending,
    private readonly jobs: Jobs,
  ) {}

  /** Its time has come, or came while nobody was there: what is too late is missed, and of several the last one goes. */
  async occur(scope: Scope, campaign: Series, left: number | null): Promise<void> {
    const now = scope.clock.now();
    const { due, next } = this.due(scope, campaign, now);
    const last = due.at(-1);
    // With more to look at, none of these is the last.
    const goes = last && (!next || next > now) && now.getTime() - last.getTime() <= MOST_LATE_MS ? last : undefined;
    await this.runs.addMissed(scope, campaign.id, goes ? due.slice(0, -1) : due);
    await this.goOn(scope, campaign, next, goes && (await this.run(scope, campaign, goes, left)));
  }

  /** Goes on with what comes after this moment; what came while it was paused is missed. */
  async resume(scope: Scope, campaign: Series): Promise<void> {
    const now = scope.clock.now();
    const { due, next } = this.due(scope, campaign, now);
    await this.runs.addMissed(scope, campaign.id, due);
    await this.goOn(scope, campaign, next);
  }

  /** Whether it has come once. */
  hasBegun(scope: Scope, campaignId: string): Promise<boolean> {
    return this.runs.any(scope, campaignId);
  }

  private due(scope: Scope, { repeat, startsAt }: Series, now: Date): { due: Date[]; next: Date | null } {
    const due: Date[] = [];
    let next = startsAt;
    while (next && next <= now && due.length < MOST_AT_ONCE) {
      due.push(next);
      next = nextOccurrence(repeat, next, scope.timeZone);
    }
    return { due, next };
  }

  private async goOn(scope: Scope, { id }: Series, next: Date | null, sendId?: string): Promise<void> {
    if (!next) return this.campaigns.setState(scope, id, { state: 'finished', sendId });
    await this.campaigns.setState(scope, id, { state: 'scheduled', startsAt: next, sendId });
    await this.wake(scope, id, next);
  }

  /** @returns the send's id */
  private async run(scope: Scope, campaign: Series, occursAt: Date, left: number | null): Promise<string | undefined> {
    const sent = await this.sending.send(scope, campaign, left);
    const state = 'sendId' in sent ? 'started' : 'failed';
    await this.runs.add(scope, campaign.id, { occursAt, state, ...sent });
    return 'sendId' in sent ? sent.sendId : undefined;
  }

  /** It is looked at when its time has come. */
  wake(scope: Scope, id: string, dueAt: Date): Promise<void> {
    return this.jobs.enqueue(scope, startCampaign, { workspaceId: scope.workspaceId, campaignId: id }, { dueAt });
  }
}

/** From an instant on; null where it never comes. */
export function firstOccurrence({ repeat }: Series, from: Date, timeZone: string): Date | null {
  return nextOccurrence(repeat, new Date(from.getTime() - 1), timeZone);
}

export function isSeries(campaign: Campaign): campaign is Series {
  return campaign.repeat !== null;
}
