import { ArrayNotEmpty, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { ExactlyOneOf } from '#kernel';
import { sql } from '#database';
import { defineCondition } from './define-condition.js';

@ExactlyOneOf('in', 'relative')
export class BirthMonthCondition {
  readonly kind = 'birth-month';
  /** Calendar months 1..12. */
  @IsOptional() @ArrayNotEmpty() @IsInt({ each: true }) @Min(1, { each: true }) @Max(12, { each: true }) in?: number[];
  /** Beside the month of the question, by the workspace's clocks. */
  @IsOptional() @IsIn(['previous', 'current', 'next']) relative?: 'previous' | 'current' | 'next';
}

export const birthMonth = defineCondition(BirthMonthCondition, {
  label: { ja: '誕生月', en: 'Birth month' },
  sql: (c, q) => {
    const months = c.in ? sql`any(${c.in}::smallint[])` : q.month(c.relative!);
    return sql`(m.birth_month is not null and m.birth_month = ${months})`;
  },
  actual: () => sql`to_jsonb(m.birth_month)`,
});
