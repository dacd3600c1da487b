import { Temporal } from 'temporal-polyfill';
import type { AttributeCondition } from '../conditions/attribute.condition.js';
import type { BrowsedCondition } from '../conditions/browsed.condition.js';
import type { PurchaseCondition } from '../conditions/purchase.condition.js';
import type { Window } from '../conditions/window.js';
import type { RuleNode } from '../rules/rule-node.js';
import type { World, WorldEvent, WorldLine, WorldLink, WorldMember } from './world.js';

interface Order {
  at: number;
  total: number;
  lines: WorldLine[];
  storeId?: string;
}

/**
 * The rule language word by word, over what was posted: no summaries, no bounds, no SQL. It is what the compiler is held
 * against, so it shares nothing with it but the classes of the conditions.
 */
export class NaiveEvaluator {
  private readonly asOf: number;

  constructor(
    private readonly world: World,
    asOf: string,
  ) {
    this.asOf = this.instant(asOf);
  }

  /** External ids of the members of whom the rule is true. */
  members(rule: RuleNode): string[] {
    return this.world.members.filter((member) => this.holds(rule, member)).map(({ externalId }) => externalId);
  }

  holds(rule: RuleNode, member: WorldMember): boolean {
    switch (rule.kind) {
      case 'all':
        return rule.rules.every((part) => this.holds(part, member));
      case 'any':
        return rule.rules.some((part) => this.holds(part, member));
      case 'not':
        return !this.holds(rule.rule, member);
      case 'segment':
        return this.holds(this.world.segments.get(rule.id)!, member);
      case 'rank':
        return member.rank !== undefined && rule.in.includes(member.rank);
      case 'birth-month':
        return (rule.in ?? [this.month(rule.relative!)]).includes(birthMonth(member) ?? 0);
      case 'tag':
        return rule.any.some((tag) => member.tags.includes(tag));
      case 'attribute':
        return attributeHolds(rule, new Map(Object.entries(member.attributes)).get(rule.name));
      case 'registered':
        return member.registeredAt !== undefined && this.during(Date.parse(member.registeredAt), rule.within);
      case 'visit':
        return within(rule.count ?? { gte: 1 }, this.events(member, 'visit', rule.within).length);
      case 'browsed':
        return this.browsedHolds(rule, member);
      case 'purchase':
        return this.purchaseHolds(rule, member);
      case 'link': {
        // The links of a world are imported, all of them.
        const isRoute = rule.route === undefined || rule.route === 'import';
        const linked = this.liveLinks(member, rule.channelId).some(
          (link) =>
            (rule.role === undefined || link.role === rule.role) && this.during(Date.parse(link.linkedAt), rule.within),
        );
        return rule.linked === (isRoute && linked);
      }
      case 'friend': {
        const states = this.liveLinks(member, rule.channelId).map((link) =>
          this.world.friendStates.get(`${link.channelId} ${link.lineUserId}`)!,
        );
        return rule.state === (states.includes('friend') ? 'friend' : states.includes('blocked') ? 'blocked' : 'none');
      }
      case 'sample':
        throw new Error('Only the database knows the draw.');
    }
  }

  private browsedHolds({ count, within: window, where = {} }: BrowsedCondition, member: WorldMember): boolean {
    const views = this.events(member, 'browse', window).filter(
      (view) =>
        (!where.category || where.category.includes(view.category!)) &&
        (!where.product || where.product.includes(view.productId!)) &&
        (where.urlContains === undefined || view.url!.includes(where.urlContains)),
    );
    return within(count ?? { gte: 1 }, views.length);
  }

  private purchaseHolds(
    { count, total, quantity, within: window, where = {} }: PurchaseCondition,
    member: WorldMember,
  ) {
    const byLine = where.category !== undefined || where.product !== undefined;
    const matches = (line: WorldLine) =>
      (!where.category || where.category.includes(line.category!)) &&
      (!where.product || where.product.includes(line.productId));
    const orders = this.orders(member)
      .filter((order) => this.during(order.at, window))
      .filter((order) => !where.store || where.store.includes(order.storeId!))
      .map((order) => ({ ...order, lines: order.lines.filter(matches) }))
      .filter((order) => !byLine || order.lines.length > 0);
    const lines = orders.flatMap((order) => order.lines);
    const amount = byLine
      ? lines.map((line) => line.quantity * this.minor(line.unitPrice))
      : orders.map((order) => order.total);
    return (
      within(count ?? { gte: 1 }, orders.length) &&
      (!total || within({ gte: this.minor(total.gte ?? 0), lte: total.lte && this.minor(total.lte) }, sum(amount))) &&
      (!quantity || within(quantity, sum(lines.map((line) => line.quantity))))
    );
  }

  /** Orders as their last statements and all their refunds leave them; those of which nothing is left do not count. */
  private orders(member: WorldMember): Order[] {
    const own = this.world.events.filter((event) => event.memberId === member.externalId);
    const statements = new Map<string, WorldEvent>();
    for (const event of own.filter(({ type }) => type === 'purchase')) {
      const before = statements.get(event.orderId!);
      if (!before || Date.parse(event.occurredAt) >= Date.parse(before.occurredAt))
        statements.set(event.orderId!, event);
    }
    return [...statements.values()].flatMap((statement) => {
      const refunds = own.filter(({ type, orderId }) => type === 'refund' && orderId === statement.orderId);
      const refunded = sum(refunds.map((refund) => this.minor(refund.total!)));
      const total = Math.max(0, this.minor(statement.total!) - refunded);
      if (total === 0 && refunds.length > 0) return [];
      const returned = (product: string) =>
        sum(
          refunds
            .flatMap((r) => r.lines ?? [])
            .filter((l) => l.productId === product)
            .map((l) => l.quantity),
        );
      const lines = (statement.lines ?? [])
        .map((line) => ({ ...line, quantity: Math.max(0, line.quantity - returned(line.productId)) }))
        .filter((line) => line.quantity > 0);
      return [{ at: Date.parse(statement.occurredAt), total, lines, storeId: statement.storeId }];
    });
  }

  private events(member: WorldMember, type: WorldEvent['type'], window?: Window): WorldEvent[] {
    return this.world.events.filter(
      (event) =>
        event.type === type &&
        event.memberId === member.externalId &&
        this.during(Date.parse(event.occurredAt), window),
    );
  }

  private liveLinks(member: WorldMember, channelId?: string): WorldLink[] {
    return member.links.filter(
      (link) =>
        !link.ended &&
        Date.parse(link.linkedAt) < this.asOf &&
        (channelId === undefined || link.channelId === channelId),
    );
  }

  private during(at: number, window: Window = {}): boolean {
    if (at >= this.asOf) return false;
    if (window.days !== undefined) return at >= this.midnight(this.localDay(this.asOf).subtract({ days: window.days }));
    return (
      (window.from === undefined || at >= this.instant(window.from)) &&
      (window.to === undefined || at < this.instant(window.to))
    );
  }

  private month(relative: 'previous' | 'current' | 'next'): number {
    const { month } = this.localDay(this.asOf);
    return ((month - 1 + { previous: 11, current: 0, next: 1 }[relative]) % 12) + 1;
  }

  private localDay(at: number): Temporal.PlainDate {
    return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.world.timeZone).toPlainDate();
  }

  private midnight(day: Temporal.PlainDate): number {
    return day.toZonedDateTime(this.world.timeZone).epochMilliseconds;
  }

  private instant(text: string): number {
    return text.length === 10 ? this.midnight(Temporal.PlainDate.from(text)) : Date.parse(text);
  }

  private minor(amount: number): number {
    return Math.round(amount * 10 ** this.world.decimals);
  }
}

function birthMonth({ birthDate, birthMonth: month }: WorldMember): number | undefined {
  return birthDate === undefined ? month : Number(birthDate.slice(5, 7));
}

function attributeHolds({ equals, in: list, gte, lte, exists }: AttributeCondition, value: unknown): boolean {
  if (exists !== undefined) return exists === (value !== undefined);
  const wanted = equals === undefined ? list : [equals];
  if (wanted) return wanted.some((one) => (Array.isArray(value) ? value.includes(one) : value === one));
  const bound = gte ?? lte;
  const comparable = typeof bound === 'number' ? typeof value === 'number' : isDate(value);
  if (!comparable) return false;
  return gte !== undefined ? (value as number) >= (gte as number) : (value as number) <= (lte as number);
}

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function within({ gte = 0, lte = Infinity }: { gte?: number; lte?: number }, value: number): boolean {
  return value >= gte && value <= lte;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
