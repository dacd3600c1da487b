import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common';
import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { ConnectionOptions, Job, Worker } from 'bullmq';
import { LANE_NAMES, LANES, type Lane } from '../lanes.js';
import { describeError } from '../running/describe-error.js';
import { JobRunner } from '../running/job-runner.js';
import { SharedRuns } from '../running/shared-runs.js';
import { within } from './deadline.js';
import { LaneRuns } from './lane-runs.js';
import { Relay } from './relay.js';
import type { WakeUp } from './wake-up.js';

/** Longer than a call to LINE may take by default (10 s), shorter than orchestrators wait before they kill (30 s). */
const GRACE_MS = 25_000;
/** How long a worker that runs nothing may take to stop listening. */
const LISTENING_MS = 2_000;

/** One class a lane, because that is how @nestjs/bullmq tells workers apart. */
export function laneProcessors(connection: ConnectionOptions): Type[] {
  return LANE_NAMES.map((lane) => laneProcessor(lane, connection));
}

function laneProcessor(lane: Lane, connection: ConnectionOptions): Type {
  @Processor(lane, {
    connection,
    concurrency: LANES[lane].concurrency,
    autorun: false,
    // A lost lock only means one more wake-up, which changes nothing; the outbox has leases of its own.
    lockDuration: 10_000,
    stalledInterval: 5_000,
    maxStalledCount: 3,
  })
  @Injectable()
  class LaneProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
    private readonly log = new Logger(`Lane ${lane}`);
    private readonly runs: LaneRuns;
    private running: Promise<void>;

    constructor(
      runner: JobRunner,
      shared: SharedRuns,
      private readonly relay: Relay,
    ) {
      super();
      this.runs = new LaneRuns(LANES[lane].concurrency, runner, shared, this.log);
    }

    onApplicationBootstrap(): void {
      this.worker.on('error', (error) => this.log.warn(String(error)));
      // Not a handler's failure, which its row keeps: the outbox itself could not be read or written.
      this.worker.on('failed', (_wakeUp, error) => this.log.warn(`Nothing could be run. ${describeError(error)}`));
      this.running = this.worker.run();
      this.running.catch((error: unknown) => this.log.error('The lane has stopped.', error));
      this.relay.answerHere(lane, (wakeUp) => this.runs.answerNow(wakeUp));
    }

    /** Before anything else closes, because what is running still needs the database. */
    beforeApplicationShutdown(): Promise<void> {
      this.runs.leave();
      return leave(this.worker, this.runs.inHand, this.log);
    }

    override process({ data }: Job<WakeUp>): Promise<void> {
      return this.runs.answer(data);
    }
  }
  return LaneProcessor;
}

/** Takes nothing more and waits for what is running; then for the worker, which lets go of its connection. */
async function leave(worker: Worker, inHand: Set<Promise<unknown>>, log: Logger): Promise<void> {
  const closing = worker.close();
  try {
    await within(GRACE_MS, Promise.allSettled(inHand));
    await within(LISTENING_MS, closing);
  } catch (error) {
    log.warn(`Left early; what was running goes on elsewhere. ${String(error)}`);
  }
}
