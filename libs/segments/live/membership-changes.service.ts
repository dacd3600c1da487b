import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { membersChanged, MOST_MEMBERS_IN_A_FACT } from '../segments.jobs.js';

/** Who has come to belong to a segment, and who does so no longer: members.id. */
export interface MembershipChange {
  segmentId: string;
  entered: string[];
  left: string[];
}

/** Tells of changes, in the transaction that makes them. */
@Injectable()
export class MembershipChanges {
  constructor(private readonly jobs: Jobs) {}

  async announce(scope: Scope, { segmentId, entered, left }: MembershipChange, asOf: Date): Promise<void> {
    for (const [change, members] of [['entered', entered] as const, ['left', left] as const]) {
      for (let from = 0; from < members.length; from += MOST_MEMBERS_IN_A_FACT) {
        const memberIds = members.slice(from, from + MOST_MEMBERS_IN_A_FACT);
        const ref = { workspaceId: scope.workspaceId, segmentId, change, memberIds, at: asOf.toISOString() };
        await this.jobs.announce(scope, membersChanged, ref);
      }
    }
  }
}
