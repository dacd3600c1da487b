import { getNextMillis } from 'bullmq';
import type { ScheduleDefinition } from '../declarations/definitions.js';
import type { Occurrence } from '../outbox/outbox.repository.js';

/** BullMQ's way of saying when a schedule is due. */
export function repetition(schedule: ScheduleDefinition): { every: number } | { pattern: string; tz: string } {
  return 'every' in schedule ? { every: schedule.every } : { pattern: schedule.cron, tz: schedule.timeZone };
}

/** The first occurrence after an instant. @throws Error when the schedule names no instant at all */
export function nextOccurrence(schedule: ScheduleDefinition, after: Date): Occurrence {
  const next = getNextMillis(after.getTime(), repetition(schedule));
  if (next === undefined) throw new Error(`${schedule.name} never comes.`);
  // A time of day is a moment of the calendar, and an interval is not.
  return { dueAt: new Date(next), countedFrom: 'every' in schedule ? after : null };
}
