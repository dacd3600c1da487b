import type { Condition } from './conditions/all-conditions.js';
import type { ExplainedNode } from './segments.dto.js';
import type { RuleNode } from './rules/rule-node.js';

export interface Finding {
  matches: boolean;
  actual: unknown;
}

/** The rule's own tree with what was found on its conditions; groups follow from their parts. */
export function explainedTree(node: RuleNode, findings: ReadonlyMap<Condition, Finding>): ExplainedNode {
  switch (node.kind) {
    case 'all':
    case 'any': {
      const rules = node.rules.map((part) => explainedTree(part, findings));
      const matches = node.kind === 'all' ? rules.every((part) => part.matches) : rules.some((part) => part.matches);
      return { kind: node.kind, matches, rules };
    }
    case 'not': {
      const rule = explainedTree(node.rule, findings);
      return { kind: node.kind, matches: !rule.matches, rule };
    }
    default: {
      const { matches, actual } = findings.get(node)!;
      return { ...(node as object), kind: node.kind, matches, actual };
    }
  }
}
