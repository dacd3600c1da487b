import { IsText } from '#kernel';
import { sql } from '#database';
import { Correlated } from './correlated.js';
import { defineCondition } from './define-condition.js';

export class SegmentCondition {
  readonly kind = 'segment';
  /** Of another segment, asked as of the same moment. */
  @IsText(1000) id: string;
}

/** A rule that means the members of a segment. */
export function segmentNode(id: string): SegmentCondition {
  return Object.assign(new SegmentCondition(), { id });
}

export const segment = defineCondition(SegmentCondition, {
  label: { ja: 'セグメント', en: 'Segment' },
  sql: (c, q) => q.segment(c.id),
  actual: (c, q) => sql`to_jsonb(${new Correlated(q).expression(q.segment(c.id))})`,
});
