import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import { toInstant, type Scope } from '#kernel';
import { Products, RestockRequests } from '#products';
import { PreparedJourneys } from '../advancing/prepared-journeys.js';
import { bringInRestock, MOST_IN_LOT, type RestockRef } from '../automations.jobs.js';
import type { RestockStart } from '../definition/starts.js';
import { Arrivals } from './arrivals.service.js';
import { lotsOf, MOST_PEOPLE, restockEvent, type Restock } from './restock.js';
import { RestocksRepository } from './restocks.repository.js';

const DAY_MS = 86_400_000;
const OLDEST_MS = DAY_MS;

/** Those whom a restock brings into a journey. */
interface Lots {
  journeyId: string;
  start: RestockStart;
  /** members.id, in the order in which they are told */
  people: readonly string[];
}

/** Who is told of a restock is settled when it happens; with `first`, lots of so many come in one after another. */
@Injectable()
export class Restocks {
  constructor(
    private readonly repository: RestocksRepository,
    private readonly products: Products,
    private readonly requests: RestockRequests,
    private readonly journeys: PreparedJourneys,
    private readonly arrivals: Arrivals,
    private readonly jobs: Jobs,
  ) {}

  /** In the ambient transaction. Who asked has been heard; whoever asks again waits for the next time. */
  async happened(scope: Scope, restock: Restock): Promise<void> {
    if (scope.clock.now().getTime() - restock.at.getTime() > OLDEST_MS) return;
    const active = await this.journeys.active(scope);
    const asked: string[] = [];
    for (const { id, prepared } of active) {
      const { start } = prepared.definition;
      if (start.on !== 'restock') continue;
      if (asked.length === 0) asked.push(...(await this.waiting(scope, restock.productId)));
      const people = await this.people(scope, restock, start, asked);
      await this.enqueue(scope, restock, { journeyId: id, start, people });
    }
    await this.requests.fulfil(scope, restock.productId, asked);
  }

  /** One lot comes in, with what is known of the product by then. */
  async bringIn(scope: Scope, { journeyId, seq, productId, at: instant, memberIds }: RestockRef): Promise<void> {
    const now = scope.clock.now().getTime();
    const card = (await this.products.cards(scope, [productId])).get(productId);
    const event = restockEvent({ seq, productId, at: toInstant(instant) }, now, card);
    const load = async () => memberIds.map((memberId) => ({ memberId, event, receivedAt: now }));
    await this.arrivals.arrive(scope, { memberIds, on: 'restock', journeyId, load });
  }

  private async waiting(scope: Scope, productId: string): Promise<string[]> {
    const waiting = await this.requests.waiting(scope, productId, { limit: MOST_PEOPLE });
    return waiting.map(({ memberId }) => memberId);
  }

  private async people(
    scope: Scope,
    { productId, at }: Restock,
    { browsedWithinDays }: RestockStart,
    asked: readonly string[],
  ): Promise<string[]> {
    if (browsedWithinDays === undefined) return [...asked];
    const since = new Date(at.getTime() - browsedWithinDays * DAY_MS);
    const viewers = await this.repository.viewers(scope, productId, { since, most: MOST_PEOPLE });
    return [...new Set([...asked, ...viewers])];
  }

  private async enqueue(
    scope: Scope,
    { seq, productId, at }: Restock,
    { journeyId, start, people }: Lots,
  ): Promise<void> {
    const { workspaceId } = scope;
    for (const lot of lotsOf(people, start)) {
      const dueAt = new Date(scope.clock.now().getTime() + lot.later);
      for (let from = 0; from < lot.memberIds.length; from += MOST_IN_LOT) {
        const memberIds = lot.memberIds.slice(from, from + MOST_IN_LOT);
        const ref = { workspaceId, journeyId, seq, productId, at: at.toISOString(), memberIds };
        await this.jobs.enqueue(scope, bringInRestock, ref, { dueAt });
      }
    }
  }
}
