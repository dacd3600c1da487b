import { toInstant } from '#kernel';
import type { Term } from '../catalog/catalog.repository.js';
import type { TermNumbers } from '../catalog/catalog.service.js';
import { memberOf, type Event } from '../kinds/event-kinds.js';
import type { PurchaseEvent } from '../kinds/purchase.event.js';
import type { RefundEvent } from '../kinds/refund.event.js';
import { addRefunds, type Line, type Refunded } from '../orders/net.js';
import type { OrderRefund, Statement } from '../orders/statement.js';
import type { Accepted } from './screening.js';

/** What a batch of accepted events says, put together by what it is said about. Members by their external ids. */
export interface Changes {
  /** By order id: the last statement of each, by date and then arrival. */
  statements: Map<string, Statement>;
  /** One entry an order and member. */
  refunds: OrderRefund[];
  /** Milliseconds, by member. */
  visits: Map<string, number[]>;
  /** Everybody to whom something happened. */
  members: Set<string>;
}

/** The terms that events of a batch need numbers for. */
export function* termsOf(events: Event[]): Iterable<Term> {
  for (const event of events) {
    if (event.type === 'purchase' && event.storeId !== undefined) yield { kind: 'store', term: event.storeId };
    if (event.type === 'browse') yield* termsOfThing(event);
    if (event.type === 'purchase' || event.type === 'refund') {
      for (const line of event.lines ?? []) yield* termsOfThing(line);
    }
  }
}

function* termsOfThing({ productId, category }: { productId?: string; category?: string }): Iterable<Term> {
  if (productId !== undefined) yield { kind: 'product', term: productId };
  if (category !== undefined) yield { kind: 'category', term: category };
}

export function changesOf(accepted: Accepted[], terms: TermNumbers): Changes {
  const changes: Changes = { statements: new Map(), refunds: [], visits: new Map(), members: new Set() };
  const refunds = new Map<string, OrderRefund>();
  for (const { event, amounts } of accepted) {
    const member = memberOf(event);
    if (member !== undefined) changes.members.add(member);
    if (event.type === 'purchase') state(changes, statementOf(event, amounts, terms));
    if (event.type === 'refund') refund(refunds, refundOf(event, amounts, terms));
    if (event.type === 'visit') visit(changes, event.memberId, toInstant(event.occurredAt).getTime());
  }
  return { ...changes, refunds: [...refunds.values()] };
}

function state({ statements }: Changes, statement: Statement): void {
  const earlier = statements.get(statement.orderId);
  if (!earlier || statement.orderedAt >= earlier.orderedAt) statements.set(statement.orderId, statement);
}

function refund(refunds: Map<string, OrderRefund>, given: OrderRefund): void {
  const key = JSON.stringify([given.member, given.orderId]);
  refunds.set(key, { ...given, refunded: addRefunds(refunds.get(key)?.refunded, given.refunded) });
}

function visit({ visits }: Changes, member: string, at: number): void {
  const earlier = visits.get(member);
  if (earlier) earlier.push(at);
  else visits.set(member, [at]);
}

function statementOf(event: PurchaseEvent, { total, lineTotals }: Accepted['amounts'], terms: TermNumbers): Statement {
  const lines = (event.lines ?? []).map(({ productId, category, quantity }, line): Line => ({
    line,
    productId: terms.of('product', productId),
    categoryId: category === undefined ? null : terms.of('category', category),
    quantity,
    total: lineTotals[line]!,
  }));
  return {
    orderId: event.orderId,
    member: event.memberId,
    orderedAt: toInstant(event.occurredAt).getTime(),
    storeId: event.storeId === undefined ? null : terms.of('store', event.storeId),
    total,
    lines,
  };
}

function refundOf(event: RefundEvent, { total }: Accepted['amounts'], terms: TermNumbers): OrderRefund {
  let refunded: Refunded = { total, returned: new Map() };
  for (const { productId, quantity } of event.lines ?? []) {
    const returned = new Map([[terms.of('product', productId), quantity]]);
    refunded = addRefunds(refunded, { total: 0, returned });
  }
  return { orderId: event.orderId, member: event.memberId, refunded };
}
