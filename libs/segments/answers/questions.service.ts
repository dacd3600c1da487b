import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { notFound, type Scope } from '#kernel';
import { compileRule } from '../conditions/compile-rule.js';
import { sharedOnce, type Compiled } from '../conditions/compiled.js';
import { OneMoment, type Moments } from '../conditions/moments.js';
import { Question, type TermKind } from '../conditions/question.js';
import { nodesOf, segmentsIn, type RuleNode } from '../rules/rule-node.js';
import { SegmentsRepository } from '../segments.repository.js';
import { AnswersRepository } from './answers.repository.js';

export interface Asked {
  question: Question;
  compiled: Compiled;
  /** The rule itself and all that it is defined by. */
  rules: RuleNode[];
}

/** How a question is asked, where it is not about everybody as of one moment. */
export interface AskedFor {
  /** The earliest moment of the question. */
  asOf: Date;
  /** Default: `asOf` for everybody. */
  moments?: Moments;
  /** `members.id` of whom it is asked about, in the statement; default: everybody. */
  member?: Sql;
}

/** Makes questions of rules: who, as of when, with everything that the rule refers to. */
@Injectable()
export class Questions {
  constructor(
    private readonly segments: SegmentsRepository,
    private readonly answers: AnswersRepository,
  ) {}

  /** Call it in the transaction in which the question will be answered. */
  async ask(scope: Scope, rule: RuleNode, asked: AskedFor): Promise<Asked> {
    const { compiled, ...rest } = await this.askAll(scope, [rule], asked);
    return { ...rest, compiled: compiled[0]! };
  }

  /** The same for several rules in one statement. */
  async askAll(
    scope: Scope,
    rules: readonly RuleNode[],
    { asOf, member, moments = new OneMoment(asOf, scope.timeZone, scope.clock.now()) }: AskedFor,
  ): Promise<Omit<Asked, 'compiled'> & { compiled: Compiled[] }> {
    const named = await this.segments.reachable(scope, rules.flatMap(segmentsIn));
    const all = [...rules, ...named.values()];
    const { laterLinks, terms } = await this.answers.prepare(scope, asOf, all.flatMap(termsIn));
    const numbers = new Map(terms?.map(({ kind, term, id }) => [`${kind} ${term}`, id]));
    const shared = sharedSegments(all);
    const known = new Map<string, Compiled>();
    const segment = (id: string): Compiled => {
      const found = known.get(id);
      if (found) return found;
      const definition = named.get(id);
      if (!definition) throw notFound('segment');
      const own = compileRule(definition, question);
      const result = shared.has(id) ? sharedOnce(own) : own;
      known.set(id, result);
      return result;
    };
    const term = (kind: TermKind, text: string) => numbers.get(`${kind} ${text}`);
    const question = new Question({ scope, moments, term, segment, laterLinks, member });
    return { question, compiled: rules.map((rule) => compileRule(rule, question)), rules: all };
  }
}

/** Segments that are named more than once, in the rule and all that it is defined by. */
function sharedSegments(rules: RuleNode[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const id of rules.flatMap(segmentsIn)) (seen.has(id) ? repeated : seen).add(id);
  return repeated;
}

function termsIn(rule: RuleNode): { kind: TermKind; term: string }[] {
  return [...nodesOf(rule)].flatMap(({ node }) => {
    if (!('where' in node) || !node.where) return [];
    const lists = node.where as Partial<Record<TermKind, string[]>>;
    return (['category', 'product', 'store'] as const).flatMap((kind) =>
      (lists[kind] ?? []).map((term) => ({ kind, term })),
    );
  });
}
