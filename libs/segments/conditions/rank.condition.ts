import { ArrayNotEmpty } from 'class-validator';
import { IsText } from '#kernel';
import { sql } from '#database';
import { defineCondition } from './define-condition.js';

export class RankCondition {
  readonly kind = 'rank';
  /** Compared letter by letter. */
  @ArrayNotEmpty() @IsText(1000, { each: true }) in: string[];
}

export const rank = defineCondition(RankCondition, {
  label: { ja: 'ランク', en: 'Rank' },
  sql: (c) => sql`(m.rank is not null and m.rank = any(${c.in}::text[]))`,
  actual: () => sql`to_jsonb(m.rank)`,
});
