export { Color, Graphemes, Units } from './fields.js';
export { MessageContent, type Unsendable } from './message-content.js';
export { everywhere as tapActions } from './objects/actions.js';
export { ATTRIBUTE_PREFIX, MEMBER_VARIABLES, type VariableValues } from './variables.js';
