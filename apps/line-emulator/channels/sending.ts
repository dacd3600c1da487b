import type { NewSend, Send } from '../ledger/ledger.js';
import { stateCode } from '../users/user-book.js';
import type { Channel } from './channel.js';

const delivered = stateCode('friend');
const stranger = stateCode('stranger');

/** Who a send would reach, decided before anything is recorded. */
export interface Plan {
  users: Uint32Array;
  /** Per user; the state's code, 0 being delivered. */
  outcomes: Uint8Array;
  reached: number;
}

/**
 * What becomes of a message to each of these people. Push and reply also reach people who are no friends but wrote
 * lately. https://developers.line.biz/en/reference/messaging-api/#send-push-message
 */
export function planSend(channel: Channel, users: Uint32Array, endpoint: string, at: number): Plan {
  const outcomes = new Uint8Array(users.length);
  const personal = endpoint === 'push' || endpoint === 'reply';
  let reached = 0;
  for (let i = 0; i < users.length; i++) {
    const user = users[i] ?? 0;
    let outcome = channel.users.code(user);
    if (personal && outcome === stranger && channel.chats.wroteLately(user, at)) outcome = delivered;
    outcomes[i] = outcome;
    if (outcome === delivered) reached++;
  }
  return { users, outcomes, reached };
}

/** Makes an accepted request true: ledger, usage, retry key. */
export function recordSend(channel: Channel, request: NewSend, { users, outcomes, reached }: Plan): Send {
  const { endpoint, retryKey, at } = request;
  const unit = request.unit !== undefined && channel.usage.noteUnit(request.unit, at) ? request.unit : undefined;
  const send = channel.ledger.record({ ...request, unit }, users, outcomes);
  channel.usage.count(endpoint, reached, at);
  if (retryKey !== undefined) channel.retryKeys.accept(retryKey, at, send);
  channel.version++;
  return send;
}

export function allFriends(channel: Channel): Uint32Array {
  return Uint32Array.from(channel.users.list('friend'));
}
