export { EventBatchAnswer, EventBatchDto } from './events.dto.js';
export { EventsHttpModule, EventsModule } from './events.module.js';
export { Events } from './events.service.js';
export { eventKinds, type Event } from './kinds/event-kinds.js';
