import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Database } from '#database';
import type { Scope } from '#kernel';
import type { LineFailure } from '#line';
import { compact, daysOf, lineDay, nextAsk } from './line-days.js';
import { InsightBudget } from './insight-budget.repository.js';
import { UnitsRepository, type ChannelUnit, type UnitRow } from './units.repository.js';

/** Whoever asked has died, or LINE did not answer: it is asked again. */
const ASK_AGAIN_MS = 30 * 60_000;

/** Keeps what LINE tells of aggregation units, asking as often as LINE lets a channel ask. */
@Injectable()
export class UnitStatisticsKeeper {
  constructor(
    private readonly db: Database,
    private readonly channels: Channels,
    private readonly units: UnitsRepository,
    private readonly budget: InsightBudget,
  ) {}

  /** Something is sent under a unit, in the ambient transaction: LINE will be asked about it from tomorrow on. */
  async note(scope: Scope, unit: ChannelUnit, campaignId: string): Promise<void> {
    const now = scope.clock.now();
    const today = lineDay(now);
    const last = await this.units.hold(scope, unit);
    const days = daysOf(today, last);
    // People take to it on the last days of those before, too.
    if (last && last.fromDay !== days.fromDay && last.toDay >= today) {
      const longer = { ...last, lastSentOn: today };
      await this.units.put(scope, unit, longer, { campaignId, dueAt: nextAsk(now, longer) });
    }
    await this.units.put(scope, unit, days, { campaignId, dueAt: nextAsk(now, days) });
  }

  /** Asks LINE about everything that is due on a channel, campaigns taking turns, as long as it may be asked. */
  async fetch(scope: Scope, channelId: string): Promise<void> {
    if (!(await this.channels.exists(scope, channelId))) return this.units.giveUp(scope, channelId);
    if ((await this.channels.get(scope, channelId)).refusedAt) return;
    for (;;) {
      const asked = await this.claim(scope, channelId);
      if (!asked || !(await this.ask(scope, channelId, asked))) return;
    }
  }

  /** Asks about these at once, if it may. */
  async fetchNow(scope: Scope, channelId: string, units: readonly string[]): Promise<void> {
    await this.units.hurry(scope, channelId, units, lineDay(scope.clock.now()));
    await this.fetch(scope, channelId);
  }

  /** What is known of units, the oldest days first. */
  known(scope: Scope, channelId: string, units: readonly string[]): Promise<UnitRow[]> {
    return this.units.list(scope, channelId, units);
  }

  /** Nobody asks twice, and nobody asks who may not. */
  private claim(scope: Scope, channelId: string): Promise<UnitRow | undefined> {
    return this.db.transaction(scope, async () => {
      if (!(await this.budget.isLeft(scope, channelId))) return undefined;
      const due = await this.units.claim(scope, channelId, new Date(scope.clock.now().getTime() + ASK_AGAIN_MS));
      if (due) await this.budget.take(scope, channelId);
      return due;
    });
  }

  /** @returns whether it makes sense to ask on */
  private async ask(scope: Scope, channelId: string, { unit, ...days }: UnitRow): Promise<boolean> {
    const client = await this.channels.client(scope, channelId);
    const { fromDay, toDay } = days;
    const answer = await client.insight.ofUnit({ unit, from: compact(fromDay), to: compact(toDay) });
    const place = { channelId, unit, fromDay };
    const dueAt = nextAsk(scope.clock.now(), days);
    if (answer.kind === 'answered') {
      await this.units.keep(scope, place, { statistics: answer.value, dueAt });
      return true;
    }
    const again = answer.kind === 'refused' ? dueAt : days.dueAt;
    await this.units.keep(scope, place, { problem: problemOf(answer), dueAt: again });
    if (answer.kind === 'unauthorized') await this.channels.markRefused(scope, channelId);
    if (answer.kind === 'rate-limited') await this.budget.spend(scope, channelId);
    return answer.kind === 'refused';
  }
}

function problemOf(failure: LineFailure): string {
  return 'error' in failure ? failure.error : failure.kind;
}
