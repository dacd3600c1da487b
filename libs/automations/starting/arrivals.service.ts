import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { PreparedJourneys, versionKey, type PreparedJourney } from '../advancing/prepared-journeys.js';
import { RunsWaking } from '../advancing/runs-waking.service.js';
import type { JourneyStart } from '../definition/starts.js';
import { MemberLocksRepository } from '../runs/member-locks.repository.js';
import { RunsRepository, type WaitingRun } from '../runs/runs.repository.js';
import { Starting, type Arrival } from './starting.service.js';

export type { Arrival } from './starting.service.js';

/** What has happened to members, as far as journeys care. */
export interface Arriving {
  /** members.id, or minus line_users.id */
  memberIds: readonly string[];
  /** How journeys begin that this may start; absent: it only matters to runs that go on. */
  on?: JourneyStart['on'];
  /** Only this journey, where only it is meant. */
  journeyId?: string;
  /** Only journeys of this channel, where it happened on one. */
  channelId?: string;
  /** @param types that journeys start on or wait for */
  load: (types: readonly string[]) => Promise<Arrival[]>;
  /** events.seq of the earliest, where they are stored events. */
  fromSeq?: string;
}

/** The one door into journeys: whatever happens starts runs here, and wakes those that wait for it. */
@Injectable()
export class Arrivals {
  constructor(
    private readonly db: Database,
    private readonly journeys: PreparedJourneys,
    private readonly locks: MemberLocksRepository,
    private readonly runs: RunsRepository,
    private readonly starting: Starting,
    private readonly waking: RunsWaking,
  ) {}

  /** Safe to be told twice. In the ambient transaction, if there is one. */
  async arrive(scope: Scope, { memberIds, journeyId, load, fromSeq, ...which }: Arriving): Promise<void> {
    if (memberIds.length === 0) return;
    await this.db.transaction(scope, async () => {
      // Whoever starts these members at the same moment comes before or after, and so sees all that the other has done.
      await this.locks.claim(scope, 'starts', memberIds);
      const active = await this.startable(scope, { journeyId, ...which });
      const waiting = journeyId === undefined ? await this.runs.waitingOf(scope, memberIds) : [];
      const versions = await this.journeys.all(scope, waiting);
      const types = new Set(active.flatMap(typesOf));
      for (const { prepared } of versions.values()) for (const type of prepared.listensTo) types.add(type);
      if (types.size === 0) return;
      const arrivals = await load([...types]);
      const due = await this.starting.start(scope, active, arrivals);
      const woken = listening(waiting, versions, arrivals);
      await this.runs.wake(scope, woken, fromSeq ?? null);
      if (due || woken.length > 0) await this.waking.wake(scope);
    });
  }

  private async startable(
    scope: Scope,
    { on, journeyId, channelId }: Pick<Arriving, 'on' | 'journeyId' | 'channelId'>,
  ): Promise<PreparedJourney[]> {
    const active = await this.journeys.active(scope);
    return active.filter(({ id, prepared: { definition } }) => {
      if (definition.start.on !== on || (journeyId !== undefined && id !== journeyId)) return false;
      return channelId === undefined || definition.channelId === channelId;
    });
  }
}

/** Types of what may start it; those of facts are asked of each arrival. */
function typesOf({ prepared: { definition } }: PreparedJourney): string[] {
  const { start } = definition;
  return [start.on === 'event' ? start.event : start.on];
}

function listening(
  waiting: readonly WaitingRun[],
  versions: ReadonlyMap<string, PreparedJourney>,
  arrivals: readonly Arrival[],
): WaitingRun[] {
  const typesByMember = new Map<string, Set<string>>();
  for (const { memberId, event } of arrivals) {
    const types = typesByMember.get(memberId);
    if (types) types.add(event.type);
    else typesByMember.set(memberId, new Set([event.type]));
  }
  return waiting.filter((run) => {
    const types = typesByMember.get(run.memberId);
    const { listensTo } = versions.get(versionKey(run))!.prepared;
    return types !== undefined && [...types].some((type) => listensTo.has(type));
  });
}
