import type { Channel } from '../channels/channel.js';
import { userIdPattern } from '../ids.js';
import type { Send } from '../ledger/ledger.js';
import { isDay } from '../limits/days.js';
import { deliveryEndpoints, endpoints } from '../limits/endpoints.js';
import { dayInJapan } from '../limits/usage.js';
import { ok } from './call.js';
import type { Answer, Call } from './call.js';
import type { Gate } from './gate.js';
import { LineRefusal, refusals } from './line-refusal.js';

/** Registers what can be asked about the account, its people and its figures. */
export function serveAccount(gate: Gate): void {
  gate.serve(endpoints.botInfo, ({ channel }) => ok(botInfo(channel)));
  gate.serve(endpoints.profile, profile);
  gate.serve(endpoints.followers, followers);
  gate.serve(endpoints.quota, ({ channel: { account } }) =>
    ok(account.quota === null ? { type: 'none' } : { type: 'limited', value: account.quota }),
  );
  gate.serve(endpoints.consumption, ({ channel, at }) => ok({ totalUsage: channel.usage.inMonth(at) }));
  for (const endpoint of deliveryEndpoints) gate.serve(endpoint, deliveryCount);
  gate.serve(endpoints.units, ({ channel, at }) => ok({ numOfCustomAggregationUnits: channel.usage.unitsOf(at).size }));
  gate.serve(endpoints.unitNames, unitNames);
  gate.serve(endpoints.narrowcastProgress, narrowcastProgress);
  gate.serve(endpoints.loading, loading);
  gate.serve(endpoints.markAsRead, markAsRead);
}

function botInfo({ account }: Channel): object {
  const { botUserId, basicId, displayName } = account;
  return { userId: botUserId, basicId, displayName, chatMode: 'bot', markAsReadMode: 'auto' };
}

/** 200 means reachable: people who blocked, are gone or no friends are not found. */
function profile({ channel, params }: Call): Answer {
  const userId = params['userId'] ?? '';
  if (!userIdPattern.test(userId)) throw refusals.parameter('userId');
  const user = channel.users.find(userId);
  if (user === undefined || channel.users.state(user) !== 'friend') throw refusals.notFound();
  return ok({ userId, displayName: channel.users.displayName(user), language: 'ja' });
}

function followers({ channel, query }: Call): Answer {
  if (!channel.account.verified) throw refusals.notAvailable();
  const limit = wholeNumber(query['limit'] ?? '300');
  if (limit === undefined || limit < 1 || limit > 1000) throw refusals.parameter('limit');
  const { items, next } = page([...channel.users.list('friend')], query['start'], limit, 'start');
  return ok({ userIds: items.map((user) => channel.users.userId(user)), next });
}

function unitNames({ channel, at, query }: Call): Answer {
  const limit = wholeNumber(query['limit'] ?? '100');
  if (limit === undefined || limit < 1 || limit > 100) throw refusals.parameter('limit');
  const { items, next } = page([...channel.usage.unitsOf(at)], query['start'], limit, undefined);
  return ok({ customAggregationUnits: items, next });
}

/** Part of a list; the continuation token hides a position. */
function page<T>(all: T[], start: string | string[] | undefined, limit: number, parameter: string | undefined) {
  const from = start === undefined ? 0 : wholeNumber(Buffer.from(String(start), 'base64url').toString());
  if (from === undefined) throw parameter ? refusals.parameter(parameter) : new LineRefusal(400, 'Invalid start param');
  const to = from + limit;
  const next = to < all.length ? Buffer.from(String(to)).toString('base64url') : undefined;
  return { items: all.slice(from, to), next };
}

function wholeNumber(text: string | string[]): number | undefined {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Counts are ready the next day and begin on 2018-03-31. */
function deliveryCount({ channel, endpoint, at, query }: Call): Answer {
  const date = query['date'];
  if (!isDay(date)) throw refusals.parameter('date');
  if (date < '20180331') return ok({ status: 'out_of_service' });
  if (date >= dayInJapan(at)) return ok({ status: 'unready' });
  return ok({ status: 'ready', success: channel.usage.onDay(endpoint.name.replace('delivery.', ''), date) });
}

const fourteenDaysMs = 14 * 24 * 60 * 60 * 1000;

/** Narrowcasts are done as soon as they are accepted here. */
function narrowcastProgress({ channel, at, query }: Call): Answer {
  const isIt = (send: Send) => send.requestId === query['requestId'] && send.endpoint === 'narrowcast';
  const send = channel.ledger.sends.find(isIt);
  if (!send || at - send.at > fourteenDaysMs) throw refusals.notFound();
  const time = new Date(send.at).toISOString();
  const counts = { successCount: send.delivered, failureCount: 0, targetCount: send.addressed };
  return ok({ phase: 'succeeded', ...counts, acceptedTime: time, completedTime: time });
}

function loading({ body }: Call): Answer {
  const { chatId, loadingSeconds = 20 } = body ?? {};
  if (typeof chatId !== 'string' || !userIdPattern.test(chatId)) throw refusals.property(`'chatId'`);
  const allowed = typeof loadingSeconds === 'number' && loadingSeconds % 5 === 0;
  if (!allowed || loadingSeconds < 5 || loadingSeconds > 60) throw refusals.property(`'loadingSeconds'`);
  return { status: 202, body: {} };
}

function markAsRead({ body }: Call): Answer {
  if (typeof body?.['markAsReadToken'] !== 'string') throw refusals.property(`'markAsReadToken'`);
  return ok();
}
