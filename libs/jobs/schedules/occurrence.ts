import { getNextMillis } from 'bullmq';
import type { ScheduleDefinition } from '../declarations/definitions.js';

/** BullMQ's way of saying when a schedule is due. */
export function repetition(schedule: ScheduleDefinition): { every: number } | { pattern: string; tz: string } {
  return 'every' in schedule ? { every: schedule.every } : { pattern: schedule.cron, tz: schedule.timeZone };
}

/** The first occurrence after an instant. @throws Error when the schedule names no instant at all */
export function nextOccurrence(schedule: ScheduleDefinition, after: Date): Date {
  const next = getNextMillis(after.getTime(), repetition(schedule));
  if (next === undefined) throw new Error(`${schedule.name} never comes.`);
  return new Date(next);
}
