import { IsOptional, ValidateNested } from 'class-validator';
import { sql } from '#database';
import { defineCondition } from './define-condition.js';
import { inPeriod } from './moments.js';
import { Window } from './window.js';

export class RegisteredCondition {
  readonly kind = 'registered';
  @IsOptional() @ValidateNested() within?: Window;
}

export const registered = defineCondition(RegisteredCondition, {
  label: { ja: '会員登録', en: 'Registered' },
  sql: (c, q) => sql`(m.registered_at is not null and ${inPeriod(sql`m.registered_at`, q.period(c.within))})`,
  actual: (_, q) => sql`case when m.registered_at < ${q.asOf.at} then to_jsonb(m.registered_at) end`,
});
