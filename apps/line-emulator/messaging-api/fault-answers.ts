import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Fault, FaultKind } from '../faults/faults.js';
import type { Answered } from '../ledger/ledger.js';
import { field } from '../validation/problems.js';
import type { Answer, Call } from './call.js';
import type { Exchange } from './exchange.js';
import { LineRefusal, refusals } from './line-refusal.js';

/** Faults of these kinds are answers in LINE's own words; nothing is processed. */
const refusing = new Map<FaultKind, () => LineRefusal>([
  ['before500', refusals.internal],
  ['429-rate', refusals.rateLimit],
  ['429-monthly', refusals.monthlyLimit],
  ['401', refusals.authentication],
  ['403', refusals.notAvailable],
]);

/** How long the slow kinds wait when the fault does not say. */
const usualWaitMs = 1000;

/** What of a call a fault looks at and notes down. */
type Struck = Pick<Call, 'at' | 'body' | 'send'>;

/** Answers a request that was hit by a fault; `run` processes it. */
export async function answerWithFault(
  exchange: Exchange,
  fault: Fault,
  call: Struck,
  run: () => Answer | Promise<Answer>,
): Promise<FastifyReply> {
  const refuse = fault.kind === '400' ? () => badAddress(call, fault) : refusing.get(fault.kind);
  if (refuse) throw reworded(refuse(), fault);
  if (fault.kind === 'dropped') return exchange.drop();
  if (fault.kind === 'hang') return exchange.hang();
  if (fault.kind === 'slow') {
    const waitMs = fault.ms ?? usualWaitMs;
    await wait(waitMs, undefined, { ref: false });
    call.at += waitMs;
    return exchange.send(await run());
  }
  return answerAmiss(exchange, fault, call, await run());
}

/** The request was processed; what the caller hears of it is the fault. */
async function answerAmiss(exchange: Exchange, fault: Fault, call: Struck, answer: Answer): Promise<FastifyReply> {
  const note = (answered: Answered) => {
    if (call.send) call.send.answered = answered;
  };
  if (fault.kind === 'after500') {
    note('500');
    throw refusals.internal();
  }
  if (fault.kind === 'accepted-then-slow') {
    note('late');
    await wait(fault.ms ?? usualWaitMs, undefined, { ref: false });
    return exchange.send(answer);
  }
  const cut = fault.kind === 'accepted-then-dropped';
  note(cut ? 'dropped' : 'never');
  return cut ? exchange.drop() : exchange.hang();
}

/** Place of a person in `to`: -1 when `to` is that person, undefined when they are not addressed. */
export function addressedAt({ body }: Struck, userId: string): number | undefined {
  const to = body && field(body, 'to');
  if (to === userId) return -1;
  const place = Array.isArray(to) ? to.indexOf(userId) : -1;
  return place === -1 ? undefined : place;
}

function badAddress(call: Struck, { userId }: Fault): LineRefusal {
  const place = userId === undefined ? undefined : addressedAt(call, userId);
  if (place === undefined) return refusals.failedToSend();
  return refusals.property(place === -1 ? `'to'` : `to[${place}]`);
}

function reworded(refusal: LineRefusal, { message }: Fault): LineRefusal {
  return message === undefined ? refusal : new LineRefusal(refusal.status, message);
}
