import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Members, MemberSummaries, type AddedTo } from '#members';
import { Orders } from '../orders/orders.service.js';
import { partition, settle } from '../orders/settlement.js';
import { VisitHistoriesRepository } from '../visits/visit-histories.repository.js';
import { additionsOf } from './additions.js';
import type { Changes } from './changes.js';
import { Conflict } from './conflict.js';
import { MemberIds } from './member-ids.js';

export interface Food extends Changes {
  /** Inside ids of all members, by external id. */
  ids: ReadonlyMap<string, string>;
  /** Orders that are stored already, in whatever form, by order id. */
  stored: ReadonlyMap<string, unknown>;
}

/** Lets events change what is known of members: orders, histories and the summary, in the events' own transaction. */
@Injectable()
export class Feeding {
  constructor(
    private readonly db: Database,
    private readonly remembered: MemberIds,
    private readonly members: Members,
    private readonly summaries: MemberSummaries,
    private readonly orders: Orders,
    private readonly visits: VisitHistoriesRepository,
  ) {}

  /** Inside ids of all members of a batch, by external id; those that do not exist are made. */
  async idsOf(scope: Scope, { members, statements, refunds, visits }: Changes): Promise<ReadonlyMap<string, string>> {
    const remembered = this.remembered.of(scope);
    // Whose summary is not written now, about them nothing would be found out.
    const written = new Set(visits.keys());
    for (const { member } of statements.values()) written.add(member);
    for (const { member } of refunds) written.add(member);
    const ids = new Map<string, string>();
    const unknown: string[] = [];
    for (const member of members) {
      const id = written.has(member) ? remembered.get(member) : undefined;
      if (id === undefined) unknown.push(member);
      else ids.set(member, id);
    }
    if (unknown.length === 0) return ids;
    return new Map([...ids, ...(await this.members.ensure(scope, unknown))]);
  }

  /**
   * Batches of one workspace have members in common, and each is held by one batch at a time. So what needs nobody
   * held (new orders, which are most of the work) is written before, and only the rest while others wait.
   */
  async feed(scope: Scope, changes: Food): Promise<void> {
    const { known, fresh } = partition(changes, changes.stored);
    const settlement = settle(fresh, new Map());
    await this.orders.write(scope, settlement, changes.ids);
    const additions = additionsOf(changes, settlement);
    if (additions.length === 0) return;
    const held = await this.summaries.add(scope, additions);
    this.check(scope, held, changes.ids);
    await this.orders.take(scope, { placed: settlement.placed, known, held, ids: changes.ids });
    if (changes.visits.size > 0) await this.visits.add(scope, changes.visits, changes.ids);
  }

  /** Ids that were remembered may be those of members who are gone; they have been made anew. */
  private check(scope: Scope, held: Map<string, AddedTo>, ids: ReadonlyMap<string, string>): void {
    for (const [externalId, { memberId }] of held) {
      if (ids.get(externalId) === memberId) continue;
      this.remembered.forget(scope);
      throw new Conflict();
    }
    this.db.afterCommit(async () =>
      this.remembered.keep(
        scope,
        [...held].map(([externalId, { memberId }]) => [externalId, memberId]),
      ),
    );
  }
}
