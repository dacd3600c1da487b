import { refusals } from '../messaging-api/line-refusal.js';
import type { JsonObject } from './problems.js';
import { field, isObject, Problems } from './problems.js';

/**
 * The parts of a narrowcast beside its messages: https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message
 * @returns true when it goes to all friends
 */
export function checkNarrowcast(body: JsonObject): boolean {
  const problems = new Problems();
  const recipient = optionalObject(body, 'recipient');
  const filter = optionalObject(body, 'filter');
  const limit = optionalObject(body, 'limit');
  if (recipient) problems.oneOf(recipient, 'type', 'recipient', ['audience', 'redelivery', 'operator']);
  problems.throwIfAny();
  if (limit && field(limit, 'forbidPartialDelivery') === true && field(limit, 'upToRemainingQuota') !== true) {
    const message = 'The option forbidPartialDelivery must be used with upToRemainingQuota.';
    throw refusals.errors([{ message, property: 'limit.forbidPartialDelivery' }]);
  }
  return !recipient && !filter;
}

function optionalObject(body: JsonObject, name: string): JsonObject | undefined {
  const value = field(body, name);
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw refusals.property(`'${name}'`);
  return value;
}
