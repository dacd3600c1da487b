import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CLOCK } from '#config';
import type { Clock } from '#kernel';
import { OutboxRepository } from '../outbox/outbox.repository.js';
import { WAKE_DEADLINE_MS } from '../queue/connection.js';
import { within } from '../queue/deadline.js';
import { QUEUES, type Queues } from '../queue/relay.js';
import { HandlerBook, type Handler } from '../running/handler-book.js';
import { nextOccurrence, repetition } from './occurrence.js';

/**
 * Each schedule is one row of the outbox that moves on to its next occurrence whenever it has run, so that two workers
 * cannot double an occurrence and a flushed queue cannot lose one; what was missed while no worker ran is made up for
 * once. BullMQ's scheduler wakes the row on time.
 */
@Injectable()
export class Scheduler implements OnApplicationBootstrap {
  private readonly log = new Logger(Scheduler.name);

  constructor(
    private readonly handlers: HandlerBook,
    private readonly outbox: OutboxRepository,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const handler of this.handlers.schedules()) await this.plan(handler);
  }

  private async plan({ name, lane, schedule }: Handler): Promise<void> {
    const now = this.clock.now();
    const dueAt = nextOccurrence(schedule!, now);
    const id = await this.outbox.addRecurring(null, { job: name, lane, dueAt, createdAt: now });
    const queue = this.queues.get(lane)!;
    const wakeUp = { name: 'wake', data: { id } };
    try {
      await within(WAKE_DEADLINE_MS, queue.upsertJobScheduler(name, repetition(schedule!), wakeUp));
    } catch (error) {
      this.log.warn(`${name} is left to the sweeper: the queue cannot be reached. ${String(error)}`);
    }
  }
}
