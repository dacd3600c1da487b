import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Questions } from '../answers/questions.service.js';
import { EACH } from '../conditions/question.js';
import { segmentNode } from '../conditions/segment.condition.js';
import { ClocksRepository } from './clocks.repository.js';
import { JudgingRepository, type Judged } from './judging.repository.js';
import { LiveSegmentsRepository } from './live-segments.repository.js';
import { MembershipChanges, type MembershipChange } from './membership-changes.service.js';
import { Rest } from './rest.js';
import { Turns } from './turns.service.js';

/** Members judged in one statement: a change of all of them fits one fact a segment. */
const MOST_AT_ONCE = 500;

/** Judges those of whom something has changed, by all live segments at once. */
@Injectable()
export class Judging {
  private readonly rest = new Rest();

  constructor(
    private readonly turns: Turns,
    private readonly clocks: ClocksRepository,
    private readonly live: LiveSegmentsRepository,
    private readonly questions: Questions,
    private readonly repository: JudgingRepository,
    private readonly changes: MembershipChanges,
  ) {}

  /** Whoever is marked and due. With no transaction open. */
  judgeMarked(scope: Scope): Promise<void> {
    return this.rest.before(scope.workspaceId, () => this.judgeAll(scope));
  }

  private async judgeAll(scope: Scope): Promise<void> {
    // Committed before marks are read: what is marked after this asks for another job.
    await this.clocks.answer(scope);
    for (;;) {
      const taken = await this.turns.take(scope, (asOf) => this.judgeSome(scope, asOf));
      if (taken < MOST_AT_ONCE) return;
    }
  }

  private async judgeSome(scope: Scope, asOf: Date): Promise<number> {
    const ids = await this.live.liveIds(scope);
    const { question, compiled } = await this.questions.askAll(scope, ids.map(segmentNode), {
      asOf,
      member: EACH,
    });
    const rules = ids.map((segmentId, at) => ({ segmentId, compiled: compiled[at]! }));
    const judged = await this.repository.judge(scope, { question, rules }, asOf, MOST_AT_ONCE);
    for (const change of bySegment(judged)) await this.changes.announce(scope, change, asOf);
    return judged.taken;
  }
}

function bySegment({ entered, left }: Judged): MembershipChange[] {
  const changes = new Map<string, MembershipChange>();
  const of = (segmentId: string): MembershipChange => {
    const change = changes.get(segmentId) ?? { segmentId, entered: [], left: [] };
    changes.set(segmentId, change);
    return change;
  };
  for (const [segmentId, memberId] of entered) of(segmentId).entered.push(memberId);
  for (const [segmentId, memberId] of left) of(segmentId).left.push(memberId);
  return [...changes.values()];
}
