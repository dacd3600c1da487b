import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Questions } from '../answers/questions.service.js';
import { nextChange } from '../conditions/next-change.js';
import { segmentNode } from '../conditions/segment.condition.js';
import { LiveSegmentsRepository } from './live-segments.repository.js';
import { Marking } from './marking.service.js';
import { MembershipChanges } from './membership-changes.service.js';
import { RecomputingRepository } from './recomputing.repository.js';
import { Turns } from './turns.service.js';

/** Judges everybody by one rule: when a segment goes live, when its rule changes, and when the calendar turns. */
@Injectable()
export class Recomputing {
  constructor(
    private readonly turns: Turns,
    private readonly live: LiveSegmentsRepository,
    private readonly questions: Questions,
    private readonly repository: RecomputingRepository,
    private readonly changes: MembershipChanges,
    private readonly marking: Marking,
  ) {}

  /** Safe to run twice. Nobody is told of whom a segment begins with. */
  recompute(scope: Scope, segmentId: string): Promise<void> {
    const work = (asOf: Date) => this.recomputeInTurn(scope, segmentId, asOf);
    return this.turns.take(scope, work, () => this.begin(scope, segmentId));
  }

  /** What takes longest when a segment begins, before the turn that the others wait for. */
  private async begin(scope: Scope, segmentId: string): Promise<void> {
    if ((await this.live.find(scope, segmentId))?.state !== 'building') return;
    const asked = await this.questions.ask(scope, segmentNode(segmentId), { asOf: scope.clock.now() });
    await this.repository.begin(scope, segmentId, asked);
  }

  private async recomputeInTurn(scope: Scope, segmentId: string, asOf: Date): Promise<void> {
    const segment = await this.live.find(scope, segmentId);
    // It was given up meanwhile, and whoever clears it has not seen what was written just now.
    if (!segment) return this.repository.deleteAll(scope, segmentId);
    const asked = await this.questions.ask(scope, segmentNode(segmentId), { asOf });
    const change = await this.repository.write(scope, segmentId, asked, { tell: segment.state === 'live' });
    await this.live.settle(scope, segmentId, { asOf, recomputeAt: nextChange(asked.rules, asOf, scope.timeZone) });
    await this.changes.announce(scope, change, asOf);
    if (segment.state === 'building') await this.marking.markFuture(scope, asOf);
  }
}
