import { Global, Injectable, Module, type DynamicModule, type OnModuleInit, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Queue } from 'bullmq';
import { Jobs } from './jobs.js';
import { LANE_NAMES } from './lanes.js';
import { JobFigures } from './job-figures.js';
import { OutboxRow } from './outbox/outbox-row.entity.js';
import { OutboxRepository } from './outbox/outbox.repository.js';
import { connectQueue, type QueueConnections } from './queue/connection.js';
import { laneProcessors } from './queue/lane-processors.js';
import { CONNECTIONS, QueueLifetime } from './queue/queue-lifetime.js';
import { QUEUES, Relay } from './queue/relay.js';
import { Sweeper } from './queue/sweeper.js';
import type { WakeUp } from './queue/wake-up.js';
import { Clocks } from './running/clocks.js';
import { Execution } from './running/execution.js';
import { FactFanOut } from './running/fact-fan-out.js';
import { HandlerBook } from './running/handler-book.js';
import { JobRunner, RANDOM } from './running/job-runner.js';
import { Leases } from './running/leases.js';
import { SharedRuns } from './running/shared-runs.js';
import { AlarmClock } from './schedules/alarm-clock.js';
import { Scheduler } from './schedules/scheduler.js';

export interface JobsOptions {
  /** `redis://…` or `rediss://…`; without it the queue lives in Postgres. */
  queueUrl?: string;
  /** `postgres://…` of the application's role. */
  databaseUrl: string;
  /** Of all keys in Redis. Braces keep them in one slot of a Redis Cluster and are put around it if it has none. */
  prefix: string;
  /** Whether this process runs jobs. The api only enqueues and wakes. */
  work: boolean;
  /** Where the jitter of retries comes from: 0 ≤ x < 1. */
  random?: () => number;
}

/** Gives every lib `Jobs`, and in a worker runs the handlers of all modules. Needs Config and Database beside it. */
@Global()
@Module({})
export class JobsModule {
  static forRoot(options: JobsOptions): DynamicModule {
    const connections = connectQueue(options);
    const { random = Math.random } = options;
    const working = options.work ? [BootCheck, Sweeper, AlarmClock, ...laneProcessors(connections.working)] : [];
    return {
      module: JobsModule,
      imports: [DiscoveryModule, TypeOrmModule.forFeature([OutboxRow]), ...lanes(options.prefix, connections)],
      providers: [
        queues,
        { provide: CONNECTIONS, useValue: connections },
        { provide: RANDOM, useValue: random },
        ...[Jobs, JobFigures, JobRunner, Execution, FactFanOut, HandlerBook, Leases, OutboxRepository],
        ...[QueueLifetime, Relay, Scheduler, SharedRuns, Clocks],
        ...working,
      ],
      exports: [Jobs, JobFigures, JobRunner, Scheduler],
    };
  }
}

/** A worker does not boot with work that nobody handles, or two do. */
@Injectable()
class BootCheck implements OnModuleInit {
  constructor(private readonly handlers: HandlerBook) {}

  onModuleInit(): void {
    const faults = this.handlers.faults();
    if (faults.length > 0) throw new Error(faults.join(' '));
  }
}

function lanes(prefix: string, connections: QueueConnections): DynamicModule[] {
  return [
    BullModule.forRoot({
      connection: connections.waking,
      prefix: prefix.includes('{') ? prefix : `{${prefix}}`,
      // Nothing is kept: the outbox knows what is left to do. Keeping the last n deadlocks on Postgres.
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    }),
    BullModule.registerQueue(...LANE_NAMES.map((name) => ({ name, streams: FEW_EVENTS }))),
  ];
}

/** Nobody listens to what BullMQ tells about its jobs; 0 would keep everything on Postgres. */
const FEW_EVENTS = { events: { maxLen: 100 } };

const queues: Provider = {
  provide: QUEUES,
  useFactory: (...all: Queue<WakeUp>[]) => new Map(LANE_NAMES.map((lane, index) => [lane, all[index]!])),
  inject: LANE_NAMES.map((lane) => getQueueToken(lane)),
};
