export {
  defineFact,
  defineJob,
  defineSchedule,
  type FactDefinition,
  type JobDefinition,
  type PayloadOf,
  type ScheduleDefinition,
} from './declarations/definitions.js';
export { HandlesFact, HandlesJob, HandlesSchedule } from './declarations/handles.js';
export { RetryAfter } from './declarations/retry-after.js';
export { JobFigures, type Figures } from './job-figures.js';
export { Jobs } from './jobs.js';
export { JobsModule, type JobsOptions } from './jobs.module.js';
export type { Lane } from './lanes.js';
export type { ParkedJob } from './outbox/outbox.repository.js';
export { prepareQueue } from './queue/prepare-queue.js';
export { JobRunner, type Ran } from './running/job-runner.js';
export { Scheduler } from './schedules/scheduler.js';
