import type { Class } from '#kernel';
import type { Sql } from '#database';
import { fromSummary, type Compiled } from './compiled.js';
import type { Question } from './question.js';

export interface ConditionParts<C> {
  /** What a marketer reads. */
  label: { ja: string; en: string };
  /** For whom it is true: over the alias `m` of `members`, never null. Plain SQL reads nothing but that row. */
  sql(condition: C, question: Question): Sql | Compiled;
  /** What one member has there, as jsonb: the answer to "why not me?". */
  actual(condition: C, question: Question): Sql;
}

export interface ConditionDefinition<C extends object = object> {
  kind: string;
  fields: Class<C>;
  label: ConditionParts<C>['label'];
  compile(condition: C, question: Question): Compiled;
  actual(condition: C, question: Question): Sql;
}

/** One kind of condition: the class is its fields and their validation. */
export function defineCondition<C extends { kind: string }>(
  fields: Class<C>,
  parts: ConditionParts<C>,
): ConditionDefinition<C> {
  return {
    kind: new fields().kind,
    fields,
    label: parts.label,
    compile(condition, question) {
      const result = parts.sql(condition, question);
      return 'exact' in result ? result : fromSummary(result);
    },
    actual: (condition, question) => parts.actual(condition, question),
  };
}
