import { defineSchedule } from '#jobs';

/** Forgets LINE's tokens of sessions whose time is over, and sessions of long ago. */
export const tidySessions = defineSchedule({ name: 'linking.tidy_sessions', lane: 'bulk', every: 5 * 60_000 });
