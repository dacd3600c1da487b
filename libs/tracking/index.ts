export { TrackingHttpModule, TrackingJobsModule, TrackingModule } from './tracking.module.js';
export { Visitors } from './visitors/visitors.service.js';
