export type { InsightClient, UnitPeriod, UnitStatistics } from './insight-client.js';
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
export type { LineLoginClient, LoginChannel, LoginTokens } from './login/line-login-client.js';
export { LineLoginClients } from './login/line-login-clients.js';
export { Pace } from './pace.js';
export { PaceBook } from './pace-book.js';
export type {
  DoneOutcome,
  RichMenuAlias,
  RichMenuClient,
  RichMenuRequest,
  RichMenuResponse,
} from './rich-menu-client.js';
export { verifySignature } from './signature.js';
