export { MessageContent, type Unsendable } from './message-content.js';
export { ATTRIBUTE_PREFIX, MEMBER_VARIABLES, type VariableValues } from './variables.js';
