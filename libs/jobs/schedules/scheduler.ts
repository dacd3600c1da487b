import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import type { Clock } from '#kernel';
import type { ScheduleDefinition } from '../declarations/definitions.js';
import type { Lane } from '../lanes.js';
import { OutboxRepository } from '../outbox/outbox.repository.js';
import { HandlerBook } from '../running/handler-book.js';
import { nextOccurrence } from './occurrence.js';

/**
 * Each schedule is one row of the outbox that moves on to its next occurrence whenever it has run, so that two workers
 * cannot double an occurrence and a flushed queue cannot lose one; what was missed while no worker ran is made up for
 * once.
 */
@Injectable()
export class Scheduler {
  constructor(
    private readonly handlers: HandlerBook,
    private readonly outbox: OutboxRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Sees to it that every schedule handled here has its row. */
  async plan(): Promise<PlannedSchedule[]> {
    const planned: PlannedSchedule[] = [];
    for (const { name, lane, schedule } of this.handlers.schedules()) {
      const now = this.clock.now();
      const occurrence = nextOccurrence(schedule!, now);
      const id = await this.outbox.addRecurring(null, { job: name, lane, ...occurrence, createdAt: now });
      planned.push({ id, lane, schedule: schedule! });
    }
    return planned;
  }
}

export interface PlannedSchedule {
  /** Of its row. */
  id: string;
  lane: Lane;
  schedule: ScheduleDefinition;
}
