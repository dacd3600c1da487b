export { LINE_LIMITS, LINE_USER_ID } from './limits.js';
export {
  LineClients,
  type LineChannelClient,
  type LineMessage,
  type MulticastRequest,
  type PushMessageRequest,
} from './line-clients.js';
export type { ContentError, LineFailure, ReadOutcome, SendOutcome, ValidationOutcome } from './send-outcome.js';
export { LineModule } from './line.module.js';
export { verifySignature } from './signature.js';
