export { eventValues } from './event-values.js';
export { Color, Graphemes, Units } from './fields.js';
export { MessageContent, type ReadOptions, type Unsendable } from './message-content.js';
export type { VariablePlace } from './message-template.js';
export { everywhere as tapActions } from './objects/actions.js';
export { expandForEach } from './repetition.js';
export { ATTRIBUTE_PREFIX, EVENT_PREFIX, MEMBER_VARIABLES, type VariableValues } from './variables.js';
