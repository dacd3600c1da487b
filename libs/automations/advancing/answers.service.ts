import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Segments } from '#segments';
import type { Answer, Question } from '../machine/run.js';
import { MemberLocksRepository } from '../runs/member-locks.repository.js';
import { TraceRepository } from '../runs/trace.repository.js';

type Asked<Q extends Question> = { question: Q; place: number };

/** Answers what the machine asks, for many runs of one journey at once, in the ambient transaction. */
@Injectable()
export class Answers {
  constructor(
    private readonly segments: Segments,
    private readonly trace: TraceRepository,
    private readonly locks: MemberLocksRepository,
  ) {}

  /** In the order of the questions. */
  async answer(scope: Scope, journeyId: string, questions: readonly Question[]): Promise<Answer[]> {
    const answers = new Array<Answer>(questions.length);
    const rules: Asked<Extract<Question, { ask: 'rule' }>>[] = [];
    const sends: Asked<Extract<Question, { ask: 'sends' }>>[] = [];
    for (const [place, question] of questions.entries()) {
      if (question.ask === 'rule') rules.push({ question, place });
      else sends.push({ question, place });
    }
    for (const [rule, asked] of Map.groupBy(rules, ({ question }) => question.rule)) {
      const matches = await this.segments.matches(scope, rule, questionsOf(asked));
      for (const [i, { place }] of asked.entries()) answers[place] = matches[i]!;
    }
    if (sends.length > 0) {
      const counts = await this.countSends(scope, journeyId, questionsOf(sends));
      for (const [i, { place }] of sends.entries()) answers[place] = counts[i]!;
    }
    return answers;
  }

  /** Two runs of a member that ask at the same moment must not both be told that there was none. */
  private async countSends(scope: Scope, journeyId: string, asked: Extract<Question, { ask: 'sends' }>[]) {
    await this.locks.claim(
      scope,
      'sends',
      asked.map(({ memberId }) => memberId),
    );
    return this.trace.countSends(scope, journeyId, asked);
  }
}

function questionsOf<Q extends Question>(asked: readonly Asked<Q>[]): Q[] {
  return asked.map(({ question }) => question);
}
