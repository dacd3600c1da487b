import { createHash } from 'node:crypto';
import { IsOptional, Max, Min, registerDecorator } from 'class-validator';
import { IsText } from '#kernel';
import { sql, type Sql } from '#database';
import { defineCondition } from './define-condition.js';

export class SampleCondition {
  readonly kind = 'sample';
  @Min(0) @Max(100) @IsHundredths() percent: number;
  /** Another salt draws anew. */
  @IsOptional() @IsText(1000) salt?: string;
}

/**
 * Each member draws a number from 0 to 9,999 that depends on nothing but its id and the salt, and is in the sample when
 * it lies below the percentage: the same people at any time, and a larger sample of one salt holds the smaller one.
 * `hashint8extended` places rows in hash partitions, so Postgres keeps its results from version to version.
 */
export const sample = defineCondition(SampleCondition, {
  label: { ja: 'ランダム抽出', en: 'Random sample' },
  sql: (c) => sql`(${draw(c)} < ${Math.round(c.percent * 100)}::bigint)`,
  actual: (c) => sql`to_jsonb(trim_scale(${draw(c)} / 100::numeric))`,
});

function draw({ salt = '' }: SampleCondition): Sql {
  const seed = createHash('sha256').update(salt).digest().readBigInt64BE().toString();
  return sql`(hashint8extended(m.id, ${seed}::bigint) & 9223372036854775807) % 10000`;
}

function IsHundredths(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isHundredths',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => typeof value === 'number' && Math.round(value * 100) / 100 === value,
        defaultMessage: () => 'must be a number with at most 2 decimals',
      },
    });
}
