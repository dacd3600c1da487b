import { Injectable } from '@nestjs/common';
import { notFound, type Scope } from '#kernel';
import { compileRule } from '../conditions/compile-rule.js';
import { sharedOnce, type Compiled } from '../conditions/compiled.js';
import { Question, type TermKind } from '../conditions/question.js';
import { nodesOf, segmentsIn, type RuleNode } from '../rules/rule-node.js';
import { SegmentsRepository } from '../segments.repository.js';
import { AnswersRepository } from './answers.repository.js';

export interface Asked {
  question: Question;
  compiled: Compiled;
}

/** Makes questions of rules: who, as of when, with everything that the rule refers to. */
@Injectable()
export class Questions {
  constructor(
    private readonly segments: SegmentsRepository,
    private readonly answers: AnswersRepository,
  ) {}

  /**
   * Call it in the transaction in which the question will be answered.
   * @param memberId inside id of the only member that is asked about
   */
  async ask(scope: Scope, rule: RuleNode, asOf: Date, memberId?: string): Promise<Asked> {
    const named = await this.segments.reachable(scope, segmentsIn(rule));
    const rules = [rule, ...named.values()];
    const { laterLinks, terms } = await this.answers.prepare(scope, asOf, rules.flatMap(termsIn));
    const numbers = new Map(terms?.map(({ kind, term, id }) => [`${kind} ${term}`, id]));
    const shared = sharedSegments(rules);
    const compiled = new Map<string, Compiled>();
    const segment = (id: string): Compiled => {
      const known = compiled.get(id);
      if (known) return known;
      const definition = named.get(id);
      if (!definition) throw notFound('segment');
      const own = compileRule(definition, question);
      const result = shared.has(id) ? sharedOnce(own) : own;
      compiled.set(id, result);
      return result;
    };
    const term = (kind: TermKind, text: string) => numbers.get(`${kind} ${text}`);
    const question = new Question({ scope, asOf, term, segment, laterLinks, memberId });
    return { question, compiled: compileRule(rule, question) };
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
