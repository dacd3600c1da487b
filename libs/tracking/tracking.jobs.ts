import { defineSchedule } from '#jobs';

/** What was kept for long enough is deleted: events of unknown visitors, and visitors who do not come back. */
export const forgetVisitors = defineSchedule({ name: 'tracking.forget_visitors', lane: 'bulk', every: 6 * 3_600_000 });
