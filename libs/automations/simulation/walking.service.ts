import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Segments } from '#segments';
import { driveAll } from '../machine/drive.js';
import type { Answer, Question } from '../machine/run.js';
import { walkMember } from './member-walk.js';
import type { MemberResult } from './report.js';
import { SendCheck, type SendChecking } from './send-check.service.js';
import { SimulationRepository } from './simulation.repository.js';
import { Timelines, type Place, type Plan } from './timelines.service.js';

/** Walks people through a journey, part after part, without writing anything. */
@Injectable()
export class Walking {
  constructor(
    private readonly db: Database,
    private readonly repository: SimulationRepository,
    private readonly timelines: Timelines,
    private readonly segments: Segments,
    private readonly sends: SendCheck,
  ) {}

  /** What comes of each member, in the order of their ids, some thousand at a time. */
  async *all(scope: Scope, plan: Plan): AsyncGenerator<MemberResult[]> {
    const checking = await this.sends.of(scope, plan.prepared.definition.channelId, plan.journeyId);
    let place: Place | null | undefined;
    while (place !== null) {
      const { results, next } = await this.part(scope, plan, checking, place);
      yield results;
      place = next;
    }
  }

  private part(scope: Scope, plan: Plan, checking: SendChecking, place: Place | undefined) {
    return this.db.transaction(scope, async () => {
      await this.repository.readOnly(scope);
      const { timelines, next } = await this.timelines.part(scope, plan, place);
      const until = plan.period.to?.getTime() ?? Infinity;
      const walks = timelines.map((timeline) => walkMember(plan.prepared, timeline, until));
      const walked = await driveAll(walks, (questions) => this.answer(scope, questions));
      const sends = await checking.check(
        walked.flatMap(({ memberId, sends: own }) => own.map((send) => ({ ...send, memberId }))),
      );
      const bySender = Map.groupBy(sends, ({ memberId }) => memberId);
      const people = await this.repository.people(
        scope,
        timelines.map(({ memberId }) => memberId),
      );
      const results = walked.flatMap((one): MemberResult[] => {
        const person = people.get(one.memberId);
        // Erased since the events were read.
        if (person === undefined) return [];
        return [{ ...person, walked: one, sends: bySender.get(one.memberId) ?? [] }];
      });
      return { results, next };
    });
  }

  /** Rules only: a member's own sends are known where they are walked. */
  private async answer(scope: Scope, questions: readonly Question[]): Promise<Answer[]> {
    const answers = new Array<Answer>(questions.length);
    const asked = questions.flatMap((question, place) => (question.ask === 'rule' ? [{ ...question, place }] : []));
    for (const [rule, ofRule] of Map.groupBy(asked, (question) => question.rule)) {
      const matches = await this.segments.matches(scope, rule, ofRule);
      for (const [i, { place }] of ofRule.entries()) answers[place] = matches[i]!;
    }
    return answers;
  }
}
