import type { Classes } from '#kernel';
import { attribute } from './attribute.condition.js';
import { birthMonth } from './birth-month.condition.js';
import { browsed } from './browsed.condition.js';
import type { ConditionDefinition } from './define-condition.js';
import { friend } from './friend.condition.js';
import { link } from './link.condition.js';
import { purchase } from './purchase.condition.js';
import { rank } from './rank.condition.js';
import { registered } from './registered.condition.js';
import { sample } from './sample.condition.js';
import { segment } from './segment.condition.js';
import { tag } from './tag.condition.js';
import { visit } from './visit.condition.js';

/** Every kind of condition a rule can have; a new one is a file and its line here. */
export const conditions = [
  rank,
  birthMonth,
  visit,
  purchase,
  browsed,
  link,
  friend,
  registered,
  tag,
  attribute,
  segment,
  sample,
];

/** A lone condition; what its `kind` says decides its fields. */
export type Condition = InstanceType<(typeof conditions)[number]['fields']>;

const byKind = new Map<string, ConditionDefinition>(conditions.map((condition) => [condition.kind, condition]));

export function definitionOf({ kind }: Condition): ConditionDefinition {
  return byKind.get(kind)!;
}

export function conditionClasses(): Classes {
  return Object.fromEntries(conditions.map(({ kind, fields }) => [kind, fields]));
}
