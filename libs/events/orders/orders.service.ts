import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { MemberSummaries, type AddedTo, type PurchaseSummary } from '#members';
import { Conflict } from '../ingest/conflict.js';
import { OrderNumbers } from './order-numbers.js';
import { OrdersRepository } from './orders.repository.js';
import { PurchaseHistoriesRepository, type HistoryEntry } from './purchase-histories.repository.js';
import { settle, type OrderNews, type Settled, type Settlement } from './settlement.js';

/** Inside ids of members, by external id. */
export type MemberIds = ReadonlyMap<string, string>;

export interface OrderChanges {
  /** New orders, which are written already and in their members' summaries. */
  placed: Settled[];
  /** What is said about orders that were stored before. */
  known: OrderNews;
  /** All members concerned, by external id. */
  held: ReadonlyMap<string, AddedTo>;
  ids: MemberIds;
}

/** Keeps orders, their lines and the members' purchase histories as the last statements and all refunds leave them. */
@Injectable()
export class Orders {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly numbers: OrderNumbers,
    private readonly histories: PurchaseHistoriesRepository,
    private readonly summaries: MemberSummaries,
  ) {}

  /** @throws Conflict, or Postgres' unique_violation, where another batch was faster */
  async write(scope: Scope, { placed, changed, awaited, refunds }: Settlement, ids: MemberIds): Promise<void> {
    if (placed.length > 0) await this.place(scope, placed, ids);
    if (changed.length > 0 && (await this.orders.change(scope, changed, ids)) !== changed.length) throw new Conflict();
    if (awaited.length > 0) await this.orders.await(scope, awaited, ids);
    if (refunds.length > 0) await this.orders.writeRefunds(scope, refunds, ids);
  }

  /** Brings known orders and everybody's history up to date. @throws Conflict */
  async take(scope: Scope, { placed, known, held, ids }: OrderChanges): Promise<void> {
    const changed = await this.change(scope, known, ids);
    const { entries, late } = extend(placed, changed, held);
    if (entries.length > 0) await this.histories.append(scope, entries);
    if (late.size > 0) await this.rebuild(scope, [...late]);
  }

  private async place(scope: Scope, placed: Settled[], ids: MemberIds): Promise<void> {
    const numbers = await this.numbers.take(scope, placed.length);
    placed.forEach((order, at) => (order.number = numbers[at]!));
    await this.orders.place(scope, placed, ids);
  }

  /** @returns orders of which something has changed */
  private async change(scope: Scope, known: OrderNews, ids: MemberIds): Promise<Settled[]> {
    const orderIds = new Set([...known.statements.keys(), ...known.refunds.map(({ orderId }) => orderId)]);
    if (orderIds.size === 0) return [];
    const settlement = settle(known, await this.orders.read(scope, [...orderIds]));
    await this.write(scope, settlement, ids);
    return settlement.changed;
  }

  private async rebuild(scope: Scope, memberIds: string[]): Promise<void> {
    const rebuilt = new Map((await this.histories.rebuild(scope, memberIds)).map((one) => [one.memberId, one]));
    const summaries = memberIds.map((memberId) => rebuilt.get(memberId) ?? noPurchases(memberId));
    await this.summaries.writePurchases(scope, summaries);
  }
}

function noPurchases(memberId: string): PurchaseSummary {
  return { memberId, count: 0, total: 0n, quantity: 0n, firstAt: null, lastAt: null };
}

/**
 * New orders that are later than everything their member has go to the end of the history; whoever has another change
 * is told in `late`. So is an order of a date that is there already: equal dates stand in the order of the orders'
 * numbers, which say nothing about who came first.
 */
function extend(placed: Settled[], changed: Settled[], held: ReadonlyMap<string, AddedTo>) {
  const late = new Set(changed.map(({ member }) => held.get(member)!.memberId));
  const entries: HistoryEntry[] = [];
  const counted = placed.filter(({ net }) => net.counted);
  for (const [member, orders] of Map.groupBy(counted, (order) => order.member)) {
    const summary = held.get(member)!;
    orders.sort((a, b) => a.orderedAt - b.orderedAt);
    if (orders[0]!.orderedAt <= (summary.lastPurchaseAt ?? -Infinity)) late.add(summary.memberId);
    if (!late.has(summary.memberId)) entries.push(...entriesOf(orders, summary));
  }
  return { entries, late };
}

/** The summary has the orders in it already: running sums begin before them. */
function entriesOf(orders: Settled[], { memberId, purchaseTotal, purchaseQuantity }: AddedTo): HistoryEntry[] {
  let [totalSum, quantitySum] = [purchaseTotal, purchaseQuantity];
  for (const { net } of orders) {
    totalSum -= BigInt(net.total);
    quantitySum -= BigInt(net.quantity);
  }
  return orders.map(({ orderedAt, net }) => {
    totalSum += BigInt(net.total);
    quantitySum += BigInt(net.quantity);
    return { memberId, orderedAt, totalSum, quantitySum };
  });
}
