import { check, invalid, type FieldError } from '#kernel';
import { anyRule, nodesOf, type RuleNode } from './rule-node.js';

const MOST_DEPTH = 8;
const MOST_NODES = 100;

/**
 * A rule made of plain data; what it refers to is not asked yet, see `Rules.read`.
 * @param basePath JSON pointer of the place where it stands in the request
 * @throws AppError 400 naming every offending place
 */
export function parseRule(plain: unknown, basePath: string): RuleNode {
  const { value, errors } = check(anyRule, plain, basePath);
  if (errors) throw invalid(errors);
  const tooLarge = sizeError(value, basePath);
  if (tooLarge) throw invalid([tooLarge]);
  return value;
}

/** Every node counts, groups as well as conditions. The first node beyond a limit is the offender. */
export function sizeError(rule: RuleNode, basePath: string): FieldError | undefined {
  let nodes = 0;
  for (const { path, depth } of nodesOf(rule, basePath)) {
    if (depth > MOST_DEPTH) return { path, detail: `is nested deeper than ${MOST_DEPTH}` };
    if (++nodes > MOST_NODES) return { path, detail: `is more than the ${MOST_NODES} nodes a rule may have` };
  }
  return undefined;
}
