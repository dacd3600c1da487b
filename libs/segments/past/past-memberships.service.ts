import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { nodesOf, segmentsIn, type RuleNode } from '../rules/rule-node.js';
import { SegmentsRepository } from '../segments.repository.js';
import { Segments, type AskedPair } from '../segments.service.js';
import { PastMembershipsRepository } from './past-memberships.repository.js';
import { TurningMoments, type Stretch } from './turning-moments.js';

/** A member came to belong to a segment, or did so no longer. */
export interface PastChange {
  /** Milliseconds since 1970. */
  at: number;
  change: 'entered' | 'left';
}

/** Conditions on what is known only as it is now. */
const OF_NOW: readonly RuleNode['kind'][] = ['attribute', 'friend', 'rank', 'tag'];

/**
 * Who entered and left a segment, and when, from what is stored now: what `segments.members_changed` would have told, had
 * all of it come when it happened.
 */
@Injectable()
export class PastMemberships {
  constructor(
    private readonly db: Database,
    private readonly definitions: SegmentsRepository,
    private readonly segments: Segments,
    private readonly repository: PastMembershipsRepository,
  ) {}

  /** By member, in order of time; who did neither is not named. @param memberIds members.id, some thousand at most */
  changes(
    scope: Scope,
    segmentId: string,
    memberIds: readonly string[],
    stretch: Stretch,
  ): Promise<Map<string, PastChange[]>> {
    return this.db.transaction(scope, async () => {
      const moments = new TurningMoments(await this.rulesOf(scope, [segmentId]), scope.timeZone);
      const dates = await this.repository.dates(scope, memberIds, moments.asks);
      const momentsOf = moments.ofMembers(stretch);
      const asked = [...dates].flatMap(([memberId, of]) => this.questions(memberId, momentsOf(of)));
      const matches = await this.segments.matches(scope, { kind: 'segment', id: segmentId }, asked);
      return changesIn(asked, matches);
    });
  }

  /** Whether a segment changes for ever although nothing has happened, so that only of a period can it be told when. */
  async turnsByMonth(scope: Scope, segmentId: string): Promise<boolean> {
    return new TurningMoments(await this.rulesOf(scope, [segmentId]), scope.timeZone).byMonth;
  }

  /** Kinds of conditions in rules, and in what they are defined by, that are answered as of now whatever the moment. */
  async answeredOfNow(scope: Scope, rules: readonly RuleNode[]): Promise<string[]> {
    const all = [...rules, ...(await this.rulesOf(scope, rules.flatMap(segmentsIn)))];
    const kinds = new Set(all.flatMap((rule) => [...nodesOf(rule)].map(({ node }) => node.kind)));
    return OF_NOW.filter((kind) => kinds.has(kind));
  }

  /** What happens at a member's first moment is a change from the one before. */
  private questions(memberId: string, moments: readonly number[]): AskedPair[] {
    const [first] = moments;
    return first === undefined ? [] : [first - 1, ...moments].map((at) => ({ memberId, at }));
  }

  private async rulesOf(scope: Scope, segmentIds: string[]): Promise<RuleNode[]> {
    return [...(await this.definitions.reachable(scope, segmentIds)).values()];
  }
}

function changesIn(asked: readonly AskedPair[], matches: readonly boolean[]): Map<string, PastChange[]> {
  const all = new Map<string, PastChange[]>();
  for (const [n, { memberId, at }] of asked.entries()) {
    if (asked[n - 1]?.memberId !== memberId || matches[n] === matches[n - 1]) continue;
    const changes = all.get(memberId) ?? [];
    all.set(memberId, changes);
    changes.push({ at, change: matches[n] ? 'entered' : 'left' });
  }
  return all;
}
