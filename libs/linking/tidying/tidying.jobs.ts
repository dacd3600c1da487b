import { defineSchedule } from '#jobs';

/** Ends the attempts whose time is over, and forgets what is not needed any more of attempts, sessions and tries. */
export const tidyLinking = defineSchedule({ name: 'linking.tidy', lane: 'journeys', every: 30_000 });
