import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { WAKE_DEADLINE_MS } from '../queue/connection.js';
import { within } from '../queue/deadline.js';
import { QUEUES, type Queues } from '../queue/relay.js';
import { repetition } from './occurrence.js';
import { Scheduler, type PlannedSchedule } from './scheduler.js';

/** Lets BullMQ's scheduler wake the rows of schedules on time. Without it they run at the next sweep. */
@Injectable()
export class AlarmClock implements OnApplicationBootstrap {
  private readonly log = new Logger(AlarmClock.name);

  constructor(
    private readonly scheduler: Scheduler,
    @Inject(QUEUES) private readonly queues: Queues,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const planned = await this.scheduler.plan();
    await Promise.all(planned.map((schedule) => this.set(schedule)));
  }

  private async set({ id, lane, schedule }: PlannedSchedule): Promise<void> {
    const queue = this.queues.get(lane)!;
    const wakeUp = { name: 'wake', data: { ids: [id] } };
    try {
      await within(WAKE_DEADLINE_MS, queue.upsertJobScheduler(schedule.name, repetition(schedule), wakeUp));
    } catch (error) {
      this.log.warn(`${schedule.name} is left to the sweeper: the queue cannot be reached. ${String(error)}`);
    }
  }
}
