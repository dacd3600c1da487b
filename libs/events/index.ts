export { EventBatchAnswer, EventBatchDto } from './events.dto.js';
export { AcceptedEventsRef, eventsAccepted } from './events.jobs.js';
export { EventsHttpModule, EventsModule } from './events.module.js';
export { Events } from './events.service.js';
export { eventKinds, readEvent, type Event } from './kinds/event-kinds.js';
export type { EventsOf, LoggedEvent, MemberRange } from './log/event-log.repository.js';
export { purchasedBetween } from './orders/purchases.repository.js';
export { EventLog } from './log/event-log.service.js';
