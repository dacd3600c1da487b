import { Injectable } from '@nestjs/common';
import { notFound, type Scope } from '#kernel';
import { Database, type Sql } from '#database';
import { Members } from '#members';
import { AnswersRepository, type MemberItem } from './answers/answers.repository.js';
import { Questions } from './answers/questions.service.js';
import { EACH, memberWith } from './conditions/question.js';
import { definitionOf, type Condition } from './conditions/all-conditions.js';
import { compileRule } from './conditions/compile-rule.js';
import { MomentsOfRows } from './conditions/moments-of-rows.js';
import { toMoment } from './conditions/moment.js';
import { Definitions, type FindSegmentReferrers } from './definitions.service.js';
import { explainedTree } from './explained-tree.js';
import { parseRule } from './rules/parse-rule.js';
import { nodesOf, type RuleNode } from './rules/rule-node.js';
import { Rules } from './rules/rules.service.js';
import type { ExplainSegmentDto, PreviewSegmentDto, SegmentExplanationDto, SegmentPreviewDto } from './segments.dto.js';
import type { Segment } from './segments.repository.js';

/** Whether a member belongs to a rule as of a moment. */
export interface AskedPair {
  /** members.id */
  memberId: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Pairs in one statement. */
const MOST_PAIRS = 5_000;

/** Who a rule means: how many, which ones, why this one – and the same as SQL for the floors above. */
@Injectable()
export class Segments {
  constructor(
    private readonly db: Database,
    private readonly definitions: Definitions,
    private readonly rules: Rules,
    private readonly questions: Questions,
    private readonly answers: AnswersRepository,
    private readonly people: Members,
  ) {}

  /** How many members a rule means as of a moment, and how many of these can be reached now. */
  preview(scope: Scope, { rule, asOf }: PreviewSegmentDto): Promise<SegmentPreviewDto> {
    const moment = momentOf(scope, asOf);
    return this.db.transaction(scope, async () => {
      await this.rules.check(scope, rule, '/rule');
      const { compiled, question } = await this.questions.ask(scope, rule, { asOf: moment });
      const counts = await this.answers.count(scope, compiled, question);
      return { ...counts, asOf: moment.toISOString() };
    });
  }

  /** Why a rule means one member, or does not. @throws AppError 404 for a member that does not exist */
  explain(scope: Scope, { rule, memberId, asOf }: ExplainSegmentDto): Promise<SegmentExplanationDto> {
    return this.db.transaction(scope, async () => {
      await this.rules.check(scope, rule, '/rule');
      const id = (await this.people.find(scope, [memberId])).get(memberId);
      if (id === undefined) throw notFound('member');
      const { question } = await this.questions.ask(scope, rule, {
        asOf: momentOf(scope, asOf),
        member: memberWith(id),
      });
      const conditions = [...nodesOf(rule)].flatMap(({ node }) => (isCondition(node) ? [node] : []));
      const parts = conditions.map((condition) => ({
        matches: compileRule(condition, question),
        actual: definitionOf(condition).actual(condition, question),
      }));
      const findings = await this.answers.explain(scope, id, parts, question);
      const tree = explainedTree(rule, new Map(conditions.map((condition, index) => [condition, findings[index]!])));
      return { matches: tree.matches, tree };
    });
  }

  /** Members of a segment as of now, in the order of the inside id. @param after the inside id of the last one seen */
  members(scope: Scope, id: string, limit: number, after?: string): Promise<MemberItem[]> {
    return this.db.transaction(scope, async () => {
      const { rule } = await this.definitions.get(scope, id);
      const asked = await this.questions.ask(scope, rule, { asOf: scope.clock.now() });
      return this.answers.members(scope, asked, limit, after);
    });
  }

  /** A rule from a body, with everything that it refers to. @throws AppError 400 naming every place below `basePath` */
  read(scope: Scope, plain: unknown, basePath: string): Promise<RuleNode> {
    return this.rules.read(scope, plain, basePath);
  }

  /**
   * A rule as a boolean SQL expression, never null, over the alias `m` of `members`:
   * `… from members m where m.workspace_id = … and (<condition>)`. Use it in the transaction in which it was made: the
   * memory that its hash tables need is set for that transaction only.
   * @param asOf the moment of the question
   */
  async condition(scope: Scope, rule: unknown, asOf: Date): Promise<Sql> {
    const { compiled, question } = await this.questions.ask(scope, parseRule(rule, '/rule'), { asOf });
    return this.answers.expression(scope, compiled, question);
  }

  /**
   * Whether members belong to a rule, each as of a moment of its own; made for thousands at a time. Members that are gone
   * do not. @returns in the order of `asked` @throws AppError 400 for a rule that is malformed
   */
  async matches(scope: Scope, rule: unknown, asked: readonly AskedPair[]): Promise<boolean[]> {
    if (asked.length === 0) return [];
    const parsed = parseRule(rule, '/rule');
    return this.db.transaction(scope, async () => {
      const answers: boolean[] = [];
      for (let from = 0; from < asked.length; from += MOST_PAIRS)
        answers.push(...(await this.matchesOf(scope, parsed, asked.slice(from, from + MOST_PAIRS))));
      return answers;
    });
  }

  /** @throws AppError 404 */
  get(scope: Scope, id: string): Promise<Segment> {
    return this.definitions.get(scope, id);
  }

  /** The same, for something that will refer to it: it cannot be deleted while the ambient transaction is open. */
  hold(scope: Scope, id: string): Promise<Segment> {
    return this.definitions.hold(scope, id);
  }

  /** Lets an upper floor say what refers to a segment, which keeps it from being deleted. */
  registerReferrer(find: FindSegmentReferrers): void {
    this.definitions.registerReferrer(find);
  }

  private async matchesOf(scope: Scope, rule: RuleNode, asked: readonly AskedPair[]): Promise<boolean[]> {
    const ats = asked.map(({ at }) => at);
    const first = Math.min(...ats);
    const moments = ats.every((at) => at === first) ? undefined : new MomentsOfRows(scope.timeZone);
    const asOf = new Date(first);
    const { question, compiled } = await this.questions.ask(scope, rule, { asOf, moments, member: EACH });
    const members = asked.map(({ memberId }) => memberId);
    return this.answers.matches(scope, { compiled, question }, { members, columns: moments?.columns(ats) });
  }
}

function isCondition(node: RuleNode): node is Condition {
  return node.kind !== 'all' && node.kind !== 'any' && node.kind !== 'not';
}

function momentOf(scope: Scope, asOf: string | undefined): Date {
  return asOf === undefined ? scope.clock.now() : toMoment(asOf, scope.timeZone);
}
