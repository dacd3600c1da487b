import { Injectable } from '@nestjs/common';
import { EventLog } from '#events';
import type { Scope } from '#kernel';
import { Products } from '#products';
import type { RestockStart } from '../../definition/starts.js';
import { lotsOf, MOST_PEOPLE, restockEvent, type Restock } from '../../starting/restock.js';
import { RestocksRepository } from '../../starting/restocks.repository.js';
import type { GivenEvents } from '../given-events.js';
import { isIn, type Period } from '../period.js';
import { GatheredStarts } from './gathered-starts.js';
import { PastsRepository } from './pasts.repository.js';

const DAY_MS = 86_400_000;

/** Who would have been told of products that came back. */
@Injectable()
export class RestockStarts {
  constructor(
    private readonly pasts: PastsRepository,
    private readonly restocks: RestocksRepository,
    private readonly log: EventLog,
    private readonly products: Products,
  ) {}

  /** @param given in place of the stored events: what came back, and who looked at what */
  async gather(scope: Scope, start: RestockStart, period: Period, given?: GivenEvents): Promise<GatheredStarts> {
    const restocks = given ? given.restocks() : await this.stored(scope, period);
    const happened = restocks.filter(({ at }) => isIn(period, at)).sort((a, b) => a.at.getTime() - b.at.getTime());
    const cards = await this.products.cards(
      scope,
      happened.map(({ productId }) => productId),
    );
    const gathered = new GatheredStarts();
    const heard = new Set<string>();
    for (const restock of happened) {
      const people = await this.people(scope, restock, { start, heard, given });
      for (const { memberIds, later } of lotsOf(people, start)) {
        const at = new Date(restock.at.getTime() + later);
        // Lots come in after the restock: the clock may have stopped by then.
        if (!isIn(period, at)) break;
        const event = restockEvent(restock, at.getTime(), cards.get(restock.productId));
        for (const memberId of memberIds) gathered.add(memberId, event);
      }
    }
    return gathered;
  }

  /** What the shop posted, and what its catalogue said. */
  private async stored(scope: Scope, period: Period): Promise<Restock[]> {
    const posted = await this.log.ofNobody(scope, { fromSeq: '0', types: ['restock'] });
    const found = await this.pasts.catalogueRestocks(scope, period);
    return [
      ...posted.map(({ seq, at, body }) => ({ seq, productId: String(body.productId), at: new Date(at) })),
      ...found.map(({ id, productId, at }) => ({ seq: `${id}:${at}`, productId, at: new Date(at) })),
    ];
  }

  /** Who asked hears once, and waits for the next time only by asking again; then those who looked, the latest first. */
  private async people(
    scope: Scope,
    { productId, at }: Restock,
    { start, heard, given }: { start: RestockStart; heard: Set<string>; given?: GivenEvents },
  ): Promise<string[]> {
    const waiting = (await this.pasts.asked(scope, productId, at)).filter(({ id }) => !heard.has(id));
    const asked = waiting.slice(0, MOST_PEOPLE);
    for (const { id } of asked) heard.add(id);
    const people = asked.map(({ memberId }) => memberId);
    if (start.browsedWithinDays === undefined) return [...new Set(people)];
    const looked = { since: new Date(at.getTime() - start.browsedWithinDays * DAY_MS), until: at, most: MOST_PEOPLE };
    const viewers = given ? given.viewers(productId, looked) : await this.restocks.viewers(scope, productId, looked);
    return [...new Set([...people, ...viewers])];
  }
}
