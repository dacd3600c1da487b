import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { isChange } from '../definition/journey-definition.js';
import type { JourneyEvent, Prepared } from '../machine/run.js';
import type { Run } from '../runs/runs.repository.js';
import { HappenedRepository, type EventOfRun } from './happened.repository.js';

/** What a run is to be told, and what to write about that. */
export interface News {
  happened: JourneyEvent[];
  lookFrom: string;
}

/**
 * What members did since their runs last looked. Numbers of events are given before their transactions commit, so one
 * with a lower number may come to be seen after one with a higher; it is announced with its number, from which on the run
 * then looks again. To be told something twice does nothing to a run, as its time has gone on.
 */
@Injectable()
export class Happened {
  constructor(private readonly repository: HappenedRepository) {}

  /** By run. To be asked while the runs are held. @param preparedOf a run's version of its journey */
  async since(scope: Scope, runs: readonly Run[], preparedOf: (run: Run) => Prepared): Promise<Map<string, News>> {
    const types = new Set(runs.flatMap((run) => [...preparedOf(run).listensTo]));
    const eventTypes = [...types].filter((type) => !isChange(type));
    // Asked first: what is stored between the two questions is rather told twice than never.
    const newest =
      eventTypes.length > 0 ? await this.repository.newest(scope, membersOf(runs)) : new Map<string, string>();
    const told = eventTypes.length > 0 ? await this.repository.events(scope, runs, eventTypes) : [];
    if (types.has('linked') || types.has('unlinked')) told.push(...(await this.repository.ties(scope, runs)));
    if (types.has('opted_out')) told.push(...(await this.repository.optOuts(scope, runs)));
    const byRun = Map.groupBy(told, ({ runId }) => runId);
    return new Map(
      runs.map((run) => {
        const happened = (byRun.get(run.id) ?? []).filter((event) => isNews(event, run, preparedOf(run)));
        if ([...types].some(isChange)) happened.sort((a, b) => a.at - b.at);
        const seq = newest.get(run.memberId);
        return [run.id, { happened, lookFrom: after(run.lookFrom, seq) }];
      }),
    );
  }
}

function membersOf(runs: readonly Run[]): string[] {
  return [...new Set(runs.map(({ memberId }) => memberId))];
}

/** Its own start is none, and of what happened at the same moment only what came after it. */
function isNews(event: EventOfRun, { state: { start } }: Run, { listensTo }: Prepared): boolean {
  if (!listensTo.has(event.type) || event.seq === start.seq) return false;
  if (event.at !== start.at || isChange(event.type) || !/^\d+$/.test(start.seq)) return true;
  return BigInt(event.seq) > BigInt(start.seq);
}

function after(lookFrom: string, newest: string | undefined): string {
  if (newest === undefined) return lookFrom;
  const next = BigInt(newest) + 1n;
  return String(next > BigInt(lookFrom) ? next : lookFrom);
}
