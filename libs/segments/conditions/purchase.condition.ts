import { ArrayNotEmpty, IsOptional, ValidateNested } from 'class-validator';
import { AtLeastOneOf, IsText } from '#kernel';
import { sql } from '#database';
import { AmountBound, CountBound } from './bounds.js';
import { defineCondition } from './define-condition.js';
import { historyActual, tallyHistory, type DatedHistory } from './history.js';
import { and, TRUE } from './logic.js';
import { inPeriod, type AskedPeriod } from './moments.js';
import type { Question } from './question.js';
import { rowsActual, tallyRows, type Rows } from './rows.js';
import { tallyOf } from './tally.js';
import { Window } from './window.js';

/** Each list means "one of"; lists together mean "and". Compared letter by letter. */
@AtLeastOneOf('category', 'product', 'store')
export class PurchaseWhere {
  @IsOptional() @ArrayNotEmpty() @IsText(1000, { each: true }) category?: string[];
  @IsOptional() @ArrayNotEmpty() @IsText(1000, { each: true }) product?: string[];
  @IsOptional() @ArrayNotEmpty() @IsText(1000, { each: true }) store?: string[];
}

export class PurchaseCondition {
  readonly kind = 'purchase';
  /** Of orders; at least one where it is absent, also beside the others. */
  @IsOptional() @ValidateNested() count?: CountBound;
  /** Net of refunds, in the workspace's currency: of orders, or of the matching lines. */
  @IsOptional() @ValidateNested() total?: AmountBound;
  /** Net quantity of lines. */
  @IsOptional() @ValidateNested() quantity?: CountBound;
  @IsOptional() @ValidateNested() within?: Window;
  /** Category and product choose lines, store chooses orders. */
  @IsOptional() @ValidateNested() where?: PurchaseWhere;
}

const history: DatedHistory = {
  table: 'purchase_histories',
  alias: 'ph',
  dates: sql`ph.ordered_at`,
  sums: { total: sql`ph.total_sums`, quantity: sql`ph.quantity_sums` },
  lifetime: { count: sql`m.purchase_count`, total: sql`m.purchase_total`, quantity: sql`m.purchase_quantity` },
  first: sql`m.first_purchase_at`,
  last: sql`m.last_purchase_at`,
};

export const purchase = defineCondition(PurchaseCondition, {
  label: { ja: '購入', en: 'Purchases' },
  sql: (c, q) => {
    const tally = tallyOf(c, q);
    const chosen = rowsOf(c, q);
    return chosen ? tallyRows(chosen, tally) : tallyHistory(history, tally, q.period(c.within));
  },
  actual: (c, q) => {
    const chosen = rowsOf(c, q);
    return chosen ? rowsActual(chosen, q) : historyActual(history, q.period(c.within), q);
  },
});

/** The orders of some stores, or the lines of some categories or products; undefined where everything counts. */
function rowsOf({ where, within }: PurchaseCondition, q: Question): Rows | undefined {
  if (!where) return undefined;
  return where.category || where.product ? lines(where, q.period(within), q) : stores(where, q.period(within), q);
}

function lines({ category, product, store }: PurchaseWhere, period: AskedPeriod, q: Question): Rows {
  const chosen = and(
    category ? sql`l.category_id = any(${q.terms('category', category)})` : TRUE,
    product ? sql`l.product_id = any(${q.terms('product', product)})` : TRUE,
    store ? sql`l.store_id = any(${q.terms('store', store)})` : TRUE,
  );
  return {
    from: sql`from order_lines l where ${q.rowsOf('l')} and ${chosen} and ${inPeriod(sql`l.ordered_at`, period)}`,
    member: sql`l.member_id`,
    count: sql`count(distinct l.order_number)`,
    total: sql`l.total`,
    quantity: sql`l.quantity`,
  };
}

function stores({ store = [] }: PurchaseWhere, period: AskedPeriod, q: Question): Rows {
  const chosen = sql`o.counted and o.store_id = any(${q.terms('store', store)})`;
  return {
    from: sql`from orders o where ${q.rowsOf('o')} and ${chosen} and ${inPeriod(sql`o.ordered_at`, period)}`,
    member: sql`o.member_id`,
    count: sql`count(*)`,
    total: sql`o.net_total`,
    quantity: sql`o.net_quantity`,
  };
}
