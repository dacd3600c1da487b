import { allFriends, planSend } from '../channels/sending.js';
import type { Plan } from '../channels/sending.js';
import { chatIdPattern, userIdPattern } from '../ids.js';
import { endpoints, validateEndpoints } from '../limits/endpoints.js';
import type { Platform } from '../platform.js';
import { checkMessages } from '../validation/messages.js';
import { checkNarrowcast } from '../validation/narrowcast.js';
import { field, Problems } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';
import { ok } from './call.js';
import type { Answer, Call } from './call.js';
import type { Gate } from './gate.js';
import { refusals } from './line-refusal.js';

/** Registers everything that sends, and the endpoints that only check what would be sent. */
export function serveSending(gate: Gate, platform: Platform): void {
  const sending = new Sending(platform);
  gate.serve(endpoints.push, (call) => sending.push(call));
  gate.serve(endpoints.multicast, (call) => sending.multicast(call));
  gate.serve(endpoints.reply, (call) => sending.reply(call));
  gate.serve(endpoints.broadcast, (call) => sending.broadcast(call));
  gate.serve(endpoints.narrowcast, (call) => sending.narrowcast(call));
  for (const endpoint of validateEndpoints) {
    gate.serve(endpoint, (call) => {
      checked(call, bodyOf(call));
      return ok();
    });
  }
}

class Sending {
  constructor(private readonly platform: Platform) {}

  push(call: Call): Answer {
    const body = bodyOf(call);
    const to = field(body, 'to');
    if (typeof to !== 'string' || !chatIdPattern.test(to)) throw refusals.property(`'to'`);
    const messages = checked(call, body);
    const unit = unitOf(body);
    const user = call.channel.users.find(to);
    if (user === undefined || call.channel.users.state(user) === 'unknown') throw refusals.failedToSend();
    const plan = planSend(call.channel, Uint32Array.of(user), 'push', call.at);
    return this.accept(call, { messages, unit, plan, to: [to] });
  }

  multicast(call: Call): Answer {
    const body = bodyOf(call);
    const to = addressees(body);
    const messages = checked(call, body);
    const unit = unitOf(body);
    const users = this.numbersOf(call, to);
    return this.accept(call, { messages, unit, plan: planSend(call.channel, users, 'multicast', call.at), to });
  }

  reply(call: Call): Answer {
    const body = bodyOf(call);
    const token = field(body, 'replyToken');
    if (typeof token !== 'string' || token === '') throw refusals.property(`'replyToken'`);
    const messages = checked(call, body);
    const user = call.channel.replyTokens.redeem(token, call.at);
    if (user === undefined) throw refusals.replyToken();
    const plan = planSend(call.channel, Uint32Array.of(user), 'reply', call.at);
    return this.accept(call, { messages, plan, to: [call.channel.users.userId(user)] });
  }

  broadcast(call: Call): Answer {
    const messages = checked(call, bodyOf(call));
    const plan = planSend(call.channel, allFriends(call.channel), 'broadcast', call.at);
    return this.accept(call, { messages, plan, to: 'friends' });
  }

  /** There are no audiences and no demographics here: with either, the narrowcast is accepted and reaches nobody. */
  narrowcast(call: Call): Answer {
    const body = bodyOf(call);
    const messages = checked(call, body);
    const reachesAll = checkNarrowcast(body);
    const users = reachesAll ? allFriends(call.channel) : new Uint32Array();
    const plan = planSend(call.channel, users, 'narrowcast', call.at);
    return { ...this.accept(call, { messages, plan, to: reachesAll ? 'friends' : [] }), status: 202 };
  }

  private numbersOf(call: Call, to: string[]): Uint32Array {
    const { users } = call.channel;
    if (this.platform.settings.unknownIds === 'refuse') {
      const knows = (userId: string) => {
        const user = users.find(userId);
        return user !== undefined && users.state(user) !== 'unknown';
      };
      if (!to.every(knows)) throw refusals.failedToSend();
    }
    return Uint32Array.from(to, (userId) => users.enter(userId));
  }

  private accept(call: Call, what: { messages: string; unit?: string; plan: Plan; to: string[] | 'friends' }): Answer {
    const { channel, endpoint, requestId, retryKey, at } = call;
    const { messages, unit, plan, to } = what;
    const free = endpoint.name === 'reply';
    if (!free && channel.quotaLeft(at) < Math.max(plan.reached, 1)) throw refusals.monthlyLimit();
    const request = { at, requestId, endpoint: endpoint.name, retryKey, unit, messages };
    call.send = this.platform.accept(channel, request, plan, to);
    if (endpoint.name !== 'push' && endpoint.name !== 'reply') return ok();
    return ok({ sentMessages: channel.ledger.contents.sentMessages(call.send.content, call.send.firstSerial) });
  }
}

function bodyOf(call: Call): JsonObject {
  if (!call.body) throw refusals.notJson();
  return call.body;
}

/** The messages as JSON, checked unless the very same were accepted before. */
function checked(call: Call, body: JsonObject): string {
  const messages = asJson(field(body, 'messages'));
  const known = call.channel.ledger.contents.has(messages);
  const silent = field(body, 'notificationDisabled');
  if (silent !== undefined && typeof silent !== 'boolean') throw refusals.property(`'notificationDisabled'`);
  if (known) return messages;
  const problems = new Problems();
  checkMessages(body, problems);
  problems.throwIfAny();
  return messages;
}

function asJson(value: unknown): string {
  try {
    return value === undefined ? '' : JSON.stringify(value);
  } catch (error) {
    // Nested deeper than the stack: no message of LINE's is.
    if (error instanceof RangeError) throw refusals.notJson();
    throw error;
  }
}

function addressees(body: JsonObject): string[] {
  const to = field(body, 'to');
  if (!Array.isArray(to)) throw refusals.property(`'to'`);
  if (to.length < 1 || to.length > 500)
    throw refusals.errors([{ message: 'Size must be between 1 and 500', property: 'to' }]);
  const malformed = to.findIndex((userId: unknown) => typeof userId !== 'string' || !userIdPattern.test(userId));
  if (malformed !== -1) throw refusals.property(`to[${malformed}]`);
  return to as string[];
}

/** Name of the aggregation unit: https://developers.line.biz/en/docs/messaging-api/unit-based-statistics-aggregation/ */
function unitOf(body: JsonObject): string | undefined {
  const units = field(body, 'customAggregationUnits');
  if (units === undefined || units === null) return undefined;
  if (!Array.isArray(units)) throw refusals.property(`'customAggregationUnits'`);
  const property = 'customAggregationUnits';
  if (units.length > 1) throw refusals.errors([{ message: 'Size must be between 0 and 1', property }]);
  const unit: unknown = units[0];
  if (unit === undefined) return undefined;
  if (typeof unit !== 'string' || !/^[A-Za-z0-9_]{1,30}$/.test(unit)) {
    throw refusals.errors([{ message: 'Invalid custom aggregation unit', property: `${property}[0]` }]);
  }
  return unit;
}
