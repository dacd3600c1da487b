import { Injectable, Module } from '@nestjs/common';
import { HandlesFact, type PayloadOf } from '#jobs';
import { membersChanged } from '../segments.jobs.js';

/** Listens to who enters and leaves live segments, and believes nothing that cannot be. */
@Injectable()
export class HeardChanges {
  readonly facts: PayloadOf<typeof membersChanged>[] = [];
  private readonly members = new Map<string, Set<string>>();

  @HandlesFact(membersChanged, { name: 'test.heard_changes', lane: 'journeys' })
  async changed(fact: PayloadOf<typeof membersChanged>): Promise<void> {
    this.facts.push(fact);
    const known = this.of(fact.segmentId);
    for (const id of fact.memberIds) {
      const possible = fact.change === 'entered' ? !known.has(id) : known.has(id);
      if (!possible) throw new Error(`${id} has ${fact.change} ${fact.segmentId} twice.`);
      if (fact.change === 'entered') known.add(id);
      else known.delete(id);
    }
  }

  /** Of whom a segment begins with nobody tells. */
  begin(segmentId: string, memberIds: Iterable<string>): void {
    this.members.set(segmentId, new Set(memberIds));
  }

  of(segmentId: string): Set<string> {
    const known = this.members.get(segmentId) ?? new Set();
    this.members.set(segmentId, known);
    return known;
  }
}

@Module({ providers: [HeardChanges] })
export class HeardChangesModule {}
