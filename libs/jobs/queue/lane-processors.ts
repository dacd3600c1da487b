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
import { Relay } from './relay.js';
import { Slots } from './slots.js';
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
    private readonly inHand = new Set<Promise<unknown>>();
    /** Shared by wake-ups that come through the queue and by those from this process itself. */
    private readonly slots = new Slots(LANES[lane].concurrency);
    private running: Promise<void>;
    private leaving = false;

    constructor(
      private readonly runner: JobRunner,
      private readonly shared: SharedRuns,
      private readonly relay: Relay,
    ) {
      super();
    }

    onApplicationBootstrap(): void {
      this.worker.on('error', (error) => this.log.warn(String(error)));
      // Not a handler's failure, which its row keeps: the outbox itself could not be read or written.
      this.worker.on('failed', (_wakeUp, error) => this.log.warn(`Nothing could be run. ${describeError(error)}`));
      this.running = this.worker.run();
      this.running.catch((error: unknown) => this.log.error('The lane has stopped.', error));
      this.relay.answerHere(lane, (wakeUp) => this.answer(wakeUp));
    }

    /** Before anything else closes, because what is running still needs the database. */
    beforeApplicationShutdown(): Promise<void> {
      this.leaving = true;
      return leave(this.worker, this.inHand, this.log);
    }

    override async process({ data }: Job<WakeUp>): Promise<void> {
      await this.slots.take();
      await this.run(data);
    }

    /** Of this process itself, while it has room; then nobody else need be told. */
    private answer(wakeUp: WakeUp): boolean {
      if (this.leaving || !this.slots.tryTake()) return false;
      this.run(wakeUp).catch((error: unknown) => this.log.warn(`Nothing could be run. ${describeError(error)}`));
      return true;
    }

    /** In a slot that has been taken. */
    private async run({ ids, together }: WakeUp): Promise<void> {
      const run = together === undefined ? this.runAlone(ids) : this.shared.run(together, ids);
      this.inHand.add(run);
      try {
        await run;
      } finally {
        this.inHand.delete(run);
        this.slots.release();
      }
    }

    private async runAlone(ids: readonly string[]): Promise<void> {
      for (const id of ids) await this.runner.run(id);
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
