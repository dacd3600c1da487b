import { describe, expect, it } from '@jest/globals';
import type { JourneyEvent, Prepared, Question } from '../machine/run.js';
import { answering, event, HELLO, journey, words } from '../testing/walking.js';
import { walkMember } from './member-walk.js';

const wait = (minutes: number) => ({ id: `wait-${minutes}`, kind: 'wait', for: { minutes } });
const send = (more: object = {}) => ({ id: 'send', kind: 'send', messages: HELLO, ...more });
const DAY = '2027-03-01T';
let seq = 0;
const cart = (time: string, cartId = 'A') =>
  event('cart', `${DAY}${time}Z`, { cartId, items: [{ productId: 'mug' }] }, String((seq += 1)));
const purchase = (time: string) =>
  event('purchase', `${DAY}${time}Z`, { orderId: 'o', lines: [{ productId: 'mug' }] }, String((seq += 1)));
const BOUGHT = { event: 'purchase', where: [{ field: 'lines.productId', sharedWithStart: 'items.productId' }] };

function walked(
  prepared: Prepared,
  events: JourneyEvent[],
  until = Infinity,
  answer?: (question: Question) => boolean,
) {
  return answering(walkMember(prepared, { memberId: '7', events }, until), answer);
}
const traces = (...given: Parameters<typeof walked>) => walked(...given).runs.map(words);

describe('a member on a clock of their own', () => {
  const reminder = journey([wait(60), send()], { cancel: [BOUGHT] });
  const SENT = ['start started', 'wait-60 waiting', 'wait-60 woke', 'send sent', 'send done'];
  const CANCELLED = ['start started', 'wait-60 waiting', 'cancel cancelled'];

  it('does what comes first first: an event or the end of a wait, and of both at once the event', () => {
    expect(traces(reminder, [cart('10:00:00'), purchase('11:00:00')])).toEqual([CANCELLED]);
    expect(traces(reminder, [cart('10:00:00'), purchase('11:00:00.001')])).toEqual([CANCELLED]);
    expect(traces(reminder, [cart('10:00:00'), purchase('11:00:00.002')])).toEqual([SENT]);
  });

  it('lets an event bring the member in before it is told to those who wait', () => {
    const same = { event: 'cart', where: [{ field: 'cartId', sharedWithStart: 'cartId' }] };
    const anew = { reentry: { key: ['cartId'], repeat: 'restart' }, cancel: [same] };
    expect(traces(journey([wait(60), send()], anew), [cart('10:00:00'), cart('10:30:00')])).toEqual([
      ['start started', 'wait-60 waiting', 'start restarted', ...SENT.slice(1)],
    ]);
  });

  it('begins a waiting run anew, and counts who comes too often', () => {
    const once = journey([wait(60), send()], { reentry: { key: ['cartId'], repeat: 'restart' } });
    const result = walked(once, [cart('10:00:00'), cart('10:30:00'), cart('12:00:00')]);
    expect(result.runs.map(words)).toEqual([['start started', 'wait-60 waiting', 'start restarted', ...SENT.slice(1)]]);
    expect(result).toMatchObject({ ignored: 1, sends: [{ at: Date.parse(`${DAY}11:30:00.001Z`) }] });
  });

  it('stops where the clock stops', () => {
    const until = Date.parse(`${DAY}11:00:00.001Z`);
    expect(traces(reminder, [cart('10:00:00')], until)).toEqual([SENT.slice(0, 2)]);
    expect(traces(reminder, [cart('10:00:00')], until + 1)).toEqual([SENT]);
  });

  it('knows what the journey has sent, by whichever run', () => {
    const rarely = journey([wait(60), send({ atMost: { count: 1, days: 1 } })]);
    const result = walked(rarely, [cart('10:00:00'), cart('10:01:00', 'B')]);
    expect(result.runs.map((run) => words(run).at(-2))).toEqual(['send sent', 'send limited']);
  });

  it('asks only rules, and tells who is not let in', () => {
    const gold = journey([send()], { filter: { kind: 'rank', in: ['gold'] } });
    const asked: Question[] = [];
    const result = walked(gold, [cart('10:00:00'), cart('11:00:00')], Infinity, (question) => asked.push(question) > 1);
    expect(asked.map(({ ask }) => ask)).toEqual(['rule', 'rule']);
    expect([result.runs.length, result.filteredOut.length]).toEqual([1, 1]);
  });

  it('leaves a run behind that goes round for ever, and walks the others', () => {
    const steps = [
      { ...wait(1), next: 'look' },
      { id: 'look', kind: 'branch', rule: { kind: 'visit' }, next: 'wait-1' },
    ];
    const result = walked(journey(steps), [cart('10:00:00'), cart('11:00:00')], Infinity, () => true);
    expect(result.runs.map(({ failed, ended }) => [failed, ended])).toEqual([
      [true, null],
      [true, null],
    ]);
    expect(result.runs[0]!.decisions.at(-1)).toMatchObject({ decision: 'failed' });
  });
});
