import { ArrayNotEmpty, IsOptional, ValidateNested } from 'class-validator';
import { AtLeastOneOf, IsText } from '#kernel';
import { sql } from '#database';
import { CountBound } from './bounds.js';
import { defineCondition } from './define-condition.js';
import { and, TRUE } from './logic.js';
import { inPeriod } from './moments.js';
import type { Question } from './question.js';
import { rowsActual, tallyRows, type Rows } from './rows.js';
import { tallyOf } from './tally.js';
import { Window } from './window.js';

/** A view must match all that is given; each list means "one of". Compared letter by letter. */
@AtLeastOneOf('category', 'product', 'urlContains')
export class BrowsedWhere {
  @IsOptional() @ArrayNotEmpty() @IsText(1000, { each: true }) category?: string[];
  @IsOptional() @ArrayNotEmpty() @IsText(1000, { each: true }) product?: string[];
  @IsOptional() @IsText(1000) urlContains?: string;
}

export class BrowsedCondition {
  readonly kind = 'browsed';
  /** Of page views; at least one where it is absent. */
  @IsOptional() @ValidateNested() count?: CountBound;
  @IsOptional() @ValidateNested() within?: Window;
  @IsOptional() @ValidateNested() where?: BrowsedWhere;
}

export const browsed = defineCondition(BrowsedCondition, {
  label: { ja: '閲覧', en: 'Page views' },
  sql: (c, q) => tallyRows(views(c, q), tallyOf({ count: c.count }, q)),
  actual: (c, q) => rowsActual(views(c, q), q),
});

function views({ where: { category, product, urlContains } = {}, within }: BrowsedCondition, q: Question): Rows {
  const chosen = and(
    category ? sql`v.category_id = any(${q.terms('category', category)})` : TRUE,
    product ? sql`v.product_id = any(${q.terms('product', product)})` : TRUE,
    urlContains === undefined ? TRUE : sql`strpos(v.url, ${urlContains}::text) > 0`,
  );
  return {
    from: sql`from page_views v where ${q.rowsOf('v')} and ${chosen} and ${inPeriod(sql`v.viewed_at`, q.period(within))}`,
    member: sql`v.member_id`,
    count: sql`count(*)`,
  };
}
