import { ArrayNotEmpty, type ValidationOptions } from 'class-validator';
import { Discriminated, oneOf, type Classes, type Union } from '#kernel';
import { conditionClasses, type Condition } from '../conditions/all-conditions.js';

export class AllRule {
  readonly kind = 'all';
  @ArrayNotEmpty() @IsRule({ each: true }) rules: RuleNode[];
}

export class AnyRule {
  readonly kind = 'any';
  @ArrayNotEmpty() @IsRule({ each: true }) rules: RuleNode[];
}

export class NotRule {
  readonly kind = 'not';
  @IsRule() rule: RuleNode;
}

/** A rule, and every part of one. */
export type RuleNode = AllRule | AnyRule | NotRule | Condition;

function classes(): Classes {
  return { all: AllRule, any: AnyRule, not: NotRule, ...conditionClasses() };
}

/** To hand to `check`: any rule. */
export const anyRule = oneOf('kind', classes) as Union<RuleNode>;

/** A field that holds a rule; how large the rule may be and what it may refer to is asked by `Rules`. */
export function IsRule(options?: ValidationOptions): PropertyDecorator {
  return Discriminated('kind', classes, options);
}

export interface PlacedNode {
  node: RuleNode;
  /** JSON pointer. */
  path: string;
  /** 1 for the rule itself. */
  depth: number;
}

/** The rule itself and every part of it, in the order they are written. */
export function* nodesOf(node: RuleNode, path = '', depth = 1): Generator<PlacedNode> {
  yield { node, path, depth };
  if (node.kind === 'not') yield* nodesOf(node.rule, `${path}/rule`, depth + 1);
  if (node.kind === 'all' || node.kind === 'any') {
    for (const [index, part] of node.rules.entries()) yield* nodesOf(part, `${path}/rules/${index}`, depth + 1);
  }
}

/** Ids of the segments that a rule names itself. */
export function segmentsIn(rule: RuleNode): string[] {
  return [...nodesOf(rule)].flatMap(({ node }) => (node.kind === 'segment' ? [node.id] : []));
}

/** Ids of the channels that a rule names. */
export function channelsIn(rule: RuleNode): string[] {
  return [...nodesOf(rule)].flatMap(({ node }) =>
    'channelId' in node && node.channelId !== undefined ? [node.channelId] : [],
  );
}

/** Whether a rule names an amount of money, which means something in one currency only. */
export function hasAmounts(rule: RuleNode): boolean {
  return [...nodesOf(rule)].some(({ node }) => node.kind === 'purchase' && node.total !== undefined);
}
