export type { MemberSend, OutcomeFilter, RecipientOutcome } from './ledger/outcomes.repository.js';
export type { OriginFilter, OriginPeriod, OriginRecipient } from './ledger/origin-outcomes.repository.js';
export { Forecast, type Slot } from './forecast/forecast.js';
export { Forecasts } from './forecast/forecasts.service.js';
export { SendHours, type DayPart, type HoursOf, type NextLeave } from './hours/send-hours.js';
export { SpendingCeilings, type Reservation } from './ceilings/ceilings.service.js';
export { DeliveryHttpModule, DeliveryJobsModule, DeliveryModule } from './delivery.module.js';
export { RECIPIENT_STATES, SKIP_REASONS, type RecipientState, type SkipReason } from './ledger/recipient.entity.js';
export {
  SEND_CLASSES,
  TRIM_ORDERS,
  type MostPeople,
  type SendClass,
  type SendOrigin,
  type SendProblem,
  type SendState,
  type SendWindow,
  type Split,
  type Variant,
} from './ledger/send.entity.js';
export type { Send } from './ledger/sends.repository.js';
export type { Reaction, SendTotals } from './ledger/totals.repository.js';
export { Outcomes } from './outcomes.service.js';
export { valueSql, type ValueSql } from './planning/variable-values.repository.js';
export { LineMonths, MonthlyPrices, type MonthlyPrice } from './price/monthly-prices.service.js';
export { Prices } from './price/prices.service.js';
export { CostDto, PlanDto, QuoteDto, type Alongside, type QuoteRequest } from './price/quote.dto.js';
export { Quotas, type Quota } from './quota/quotas.service.js';
export { Sends, type SendOrder } from './sends.service.js';
