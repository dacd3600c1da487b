import { ArrayNotEmpty } from 'class-validator';
import { IsText } from '#kernel';
import { sql } from '#database';
import { memberOf } from './compiled.js';
import { defineCondition } from './define-condition.js';

export class TagCondition {
  readonly kind = 'tag';
  /** Compared letter by letter. */
  @ArrayNotEmpty() @IsText(1000, { each: true }) any: string[];
}

export const tag = defineCondition(TagCondition, {
  label: { ja: 'タグ', en: 'Tag' },
  sql: (c, q) =>
    memberOf({
      member: sql`t.member_id`,
      from: sql`from member_tags t where ${q.rowsOf('t')} and t.tag = any(${c.any}::text[])`,
    }),
  actual: (_, q) =>
    sql`(select coalesce(jsonb_agg(t.tag order by t.tag), '[]') from member_tags t where ${q.rowsOf('t')} and t.member_id = m.id)`,
});
