import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import { Quotas, type Quota } from '../quota/quotas.service.js';
import { ChannelPlans } from './channel-plans.service.js';
import { termsOf, type Terms } from './plan-terms.js';
import { priceOf, type MonthSoFar } from './price-of.js';
import type { CheaperDto, CostDto, QuoteDto, QuoteRequest } from './quote.dto.js';
import { RecentWritersRepository } from './recent-writers.repository.js';

/** What sends cost, before they are made. */
@Injectable()
export class Prices {
  constructor(
    private readonly channels: Channels,
    private readonly quotas: Quotas,
    private readonly plans: ChannelPlans,
    private readonly writers: RecentWritersRepository,
  ) {}

  /**
   * What a send would cost now, after all that is planned already, and what would cost less.
   * @throws AppError 404 for an unknown channel
   */
  async quote(scope: Scope, request: QuoteRequest): Promise<QuoteDto> {
    const { channelId, people } = request;
    await this.channels.get(scope, channelId);
    const quota = await this.quotas.of(scope, channelId);
    const set = await this.plans.find(scope, channelId);
    const known = { plan: set?.plan ?? null, ownTiers: set?.tiers ?? null, limit: quota?.limit ?? null };
    const terms = termsOf(known, scope.clock.now());
    const month = quota && terms ? monthOf(quota, terms) : undefined;
    const writers = await this.writers.count(scope, channelId);
    const short = month ? priceOf(people, month).short : Math.max(0, people - (quota?.left ?? Infinity));
    return {
      people,
      messages: people,
      quota,
      short,
      plan: terms ? { id: terms.id, from: terms.from } : null,
      cost: month && terms ? costOf(people, month, terms) : null,
      cheaper: cheaper(request, writers, month),
    };
  }
}

function monthOf({ limit, used, reserved }: Quota, { terms, taxPercent }: Terms): MonthSoFar {
  return { plan: terms, taxPercent, used: used + reserved, limit };
}

function costOf(people: number, month: MonthSoFar, { pricesFrom, estimate }: Terms): CostDto {
  const { extra, amount, tax, total } = priceOf(people, month);
  return { extraMessages: extra, currency: 'JPY', amount, tax, total, pricesFrom, estimate };
}

function cheaper({ people, messages, alongside }: QuoteRequest, writers: number, month?: MonthSoFar): CheaperDto[] {
  const saving = (fewer: number) => month && priceOf(people, month).total - priceOf(people - fewer, month).total;
  const ways = (alongside ?? [])
    .filter((other) => messages + other.messages <= LINE_LIMITS.messagesPerRequest)
    .map((other) => ({ kind: 'merge' as const, with: other.id, people: Math.min(people, other.people) }));
  return [...ways, { kind: 'reply' as const, people: Math.min(people, writers) }]
    .filter((way) => way.people > 0)
    .map((way) => ({ ...way, saves: saving(way.people) ?? null }))
    .sort((a, b) => b.people - a.people);
}
