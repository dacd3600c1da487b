import { Conflict } from '../ingest/conflict.js';
import { addRefunds, netOf, type Net } from './net.js';
import type { OrderRefund, OrderState, Statement } from './statement.js';

/** An order as it is to be written: the statement in force, and what refunds leave of it. */
export interface Settled extends Omit<Statement, 'lines'> {
  net: Net;
  /** `orders.id`; null while it has none. */
  number: number | null;
}

/** What a batch says of orders. */
export interface OrderNews {
  /** The last statement of each, by order id. */
  statements: ReadonlyMap<string, Statement>;
  /** One entry an order and member. */
  refunds: OrderRefund[];
}

export interface Settlement {
  /** Orders not stored so far. */
  placed: Settled[];
  /** Orders stored already, or of which refunds were. */
  changed: Settled[];
  /** Orders of which nothing but refunds is known, and was not before; with the member of a refund. */
  awaited: { orderId: string; member: string }[];
  /** Whole sums to be stored for each order and member. */
  refunds: OrderRefund[];
}

/** The news of orders that are stored, in whatever form, and of those that are not. */
export function partition(
  news: OrderNews,
  stored: ReadonlyMap<string, unknown>,
): { known: OrderNews; fresh: OrderNews } {
  if (stored.size === 0) return { known: { statements: new Map(), refunds: [] }, fresh: news };
  const part = (known: boolean): OrderNews => ({
    statements: new Map([...news.statements].filter(([orderId]) => stored.has(orderId) === known)),
    refunds: news.refunds.filter(({ orderId }) => stored.has(orderId) === known),
  });
  return { known: part(true), fresh: part(false) };
}

/**
 * What news make of orders.
 * @param states of all those orders that are stored, read while the members of the batch are held
 * @throws Conflict where an order has become another member's since the batch was screened
 */
export function settle({ statements, refunds }: OrderNews, states: ReadonlyMap<string, OrderState>): Settlement {
  const settlement: Settlement = { placed: [], changed: [], awaited: [], refunds: [] };
  const byOrder = Map.groupBy(refunds, ({ orderId }) => orderId);
  for (const orderId of new Set([...statements.keys(), ...byOrder.keys()])) {
    settleOne(settlement, {
      orderId,
      statement: statements.get(orderId),
      refunds: byOrder.get(orderId) ?? [],
      state: states.get(orderId),
    });
  }
  return settlement;
}

interface Given {
  orderId: string;
  statement: Statement | undefined;
  refunds: OrderRefund[];
  state: OrderState | undefined;
}

function settleOne(settlement: Settlement, { orderId, statement, refunds, state }: Given): void {
  const sums = refunds.map((refund) => ({
    ...refund,
    refunded: addRefunds(state?.refunds.get(refund.member), refund.refunded),
  }));
  settlement.refunds.push(...sums);
  const stated = state?.orderedAt == null ? undefined : { ...state, orderedAt: state.orderedAt };
  const owner = stated?.member ?? statement?.member;
  if (owner === undefined) {
    if (!state) settlement.awaited.push({ orderId, member: refunds[0]!.member });
    return;
  }
  if (stated && [statement, ...refunds].some((given) => given && given.member !== owner)) throw new Conflict();
  const refunded = sums.find(({ member }) => member === owner)?.refunded ?? state?.refunds.get(owner);
  const since = refunds.find(({ member }) => member === owner)?.refunded;
  if (statement && (!stated || statement.orderedAt >= stated.orderedAt)) {
    const { lines: _stated, ...settled } = {
      ...statement,
      net: netOf(statement, refunded),
      number: state?.number ?? null,
    };
    (state ? settlement.changed : settlement.placed).push(settled);
  } else if (stated && since) {
    // Earlier refunds have come off the stored lines already; the total is always reckoned from the start.
    settlement.changed.push({ ...stated, net: netOf(stated, refunded, since.returned) });
  }
}
