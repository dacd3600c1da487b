import type { RuleNode } from '../rules/rule-node.js';
import { definitionOf } from './all-conditions.js';
import { allOf, anyOf, noneOf, type Compiled } from './compiled.js';
import type { Question } from './question.js';

/** A rule as a boolean over the alias `m` of `members`, as of one moment. */
export function compileRule(rule: RuleNode, question: Question): Compiled {
  switch (rule.kind) {
    case 'all':
      return allOf(rule.rules.map((part) => compileRule(part, question)));
    case 'any':
      return anyOf(rule.rules.map((part) => compileRule(part, question)));
    case 'not':
      return noneOf(compileRule(rule.rule, question));
    default:
      return definitionOf(rule).compile(rule, question);
  }
}
