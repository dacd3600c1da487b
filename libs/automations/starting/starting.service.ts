import { Injectable, Logger } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Answers } from '../advancing/answers.service.js';
import type { PreparedJourney } from '../advancing/prepared-journeys.js';
import { countingItself } from '../advancing/walk.js';
import { driveAll } from '../machine/drive.js';
import { startsOn } from '../machine/prepare.js';
import type { JourneyEvent } from '../machine/run.js';
import { RunsRepository } from '../runs/runs.repository.js';
import { enterAll, type Entered } from './entering.js';
import { EnteredRuns } from './entered-runs.service.js';

/** An import must not thank people for what they did last year. */
const OLDEST_MS = 86_400_000;

/** Something that may bring a member into journeys. */
export interface Arrival {
  /** members.id, or minus line_users.id of somebody who is not linked */
  memberId: string;
  event: JourneyEvent;
  /** When we came to know of it, milliseconds since 1970. */
  receivedAt: number;
  /** Whether it only matters to runs that go on. */
  startsNothing?: boolean;
}

/** Lets what happens bring members into journeys. */
@Injectable()
export class Starting {
  private readonly log = new Logger(Starting.name);

  constructor(
    private readonly runs: RunsRepository,
    private readonly answers: Answers,
    private readonly entered: EnteredRuns,
  ) {}

  /**
   * In the ambient transaction, which holds these members against others who would start them. Told twice it starts once.
   * @param arrivals in the order in which they happened
   * @returns whether some runs are to be looked at right away
   */
  async start(scope: Scope, journeys: readonly PreparedJourney[], arrivals: readonly Arrival[]): Promise<boolean> {
    const starting = arrivals.filter(({ startsNothing }) => !startsNothing);
    const timely = starting.filter(({ event, receivedAt }) => receivedAt - event.at <= OLDEST_MS);
    if (timely.length < starting.length)
      this.log.log(`${starting.length - timely.length} of ${starting.length} arrivals are too old to start anything.`);
    const candidates = journeys.flatMap((journey) => {
      const fitting = timely.filter(({ event }) => startsOn(journey.prepared, event));
      return [...Map.groupBy(fitting, ({ memberId }) => memberId)].map(([memberId, of]) => {
        return { journey, memberId, events: of.map(({ event }) => event) };
      });
    });
    return candidates.length > 0 && this.enter(scope, candidates);
  }

  private async enter(scope: Scope, candidates: readonly Candidate[]): Promise<boolean> {
    const stored = await this.storedRuns(scope, candidates);
    const entered: Entered[] = [];
    for (const [journeyId, ofJourney] of Map.groupBy(candidates, ({ journey }) => journey.id)) {
      const walks = ofJourney.map(({ journey, memberId, events }) =>
        countingItself(
          enterAll(journey, memberId, events, stored.get(`${journeyId} ${memberId}`) ?? []),
          journey.prepared,
        ),
      );
      const all = await driveAll(walks, (questions) => this.answers.answer(scope, journeyId, questions));
      entered.push(...all.flat());
    }
    return entered.length > 0 && this.entered.write(scope, entered);
  }

  private async storedRuns(scope: Scope, candidates: readonly Candidate[]) {
    const memberIds = [...new Set(candidates.map(({ memberId }) => memberId))];
    const journeys = new Map(candidates.map(({ journey }) => [journey.id, journey]));
    const restarting = [...journeys.values()].filter(
      ({ prepared }) => prepared.definition.reentry?.repeat === 'restart',
    );
    if (restarting.length > 0)
      await this.runs.holdWaiting(
        scope,
        memberIds,
        restarting.map(({ id }) => id),
      );
    const runs = await this.runs.ofMembers(scope, memberIds, [...journeys.keys()]);
    return Map.groupBy(runs, ({ journeyId, memberId }) => `${journeyId} ${memberId}`);
  }
}

interface Candidate {
  journey: PreparedJourney;
  memberId: string;
  events: JourneyEvent[];
}
