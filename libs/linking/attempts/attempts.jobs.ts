import { defineSchedule } from '#jobs';

/** Ends the attempts whose time is over, and forgets those that ended long ago. */
export const tidyAttempts = defineSchedule({ name: 'linking.tidy_attempts', lane: 'journeys', every: 30_000 });
