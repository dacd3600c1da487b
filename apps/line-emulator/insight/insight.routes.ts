import { isDay } from '../limits/days.js';
import { endpoints } from '../limits/endpoints.js';
import { dayInJapan } from '../limits/usage.js';
import { ok } from '../messaging-api/call.js';
import type { Answer, Call } from '../messaging-api/call.js';
import type { Gate } from '../messaging-api/gate.js';
import { unitFigures } from './unit-figures.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const MOST_DAYS = 30;

/** How LINE answers wrong parameters here, unlike everywhere else. */
const WRONG: Answer = { status: 400, body: { message: null, key: null, stacktrace: null, code: null } };

/** Registers what LINE tells of how people took to messages. */
export function serveInsight(gate: Gate): void {
  gate.serve(endpoints.insightUnit, ofUnit);
}

/** A day is counted when it is over. */
function ofUnit({ channel, at, query }: Call): Answer {
  const { customAggregationUnit: unit, from, to } = query;
  if (typeof unit !== 'string' || !/^\w{1,30}$/.test(unit) || !isDay(from) || !isDay(to)) return WRONG;
  const days = (noon(to) - noon(from)) / DAY_MS;
  if (days < 0 || days > MOST_DAYS) return WRONG;
  const today = dayInJapan(at);
  const isCounted = (when: number) => {
    const day = dayInJapan(when);
    return day >= from && day <= to && day < today;
  };
  return ok(unitFigures(channel.interactions.of(unit, isCounted)));
}

function noon(day: string): number {
  return Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T12:00:00Z`);
}
