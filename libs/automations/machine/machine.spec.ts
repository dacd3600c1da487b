import { describe, expect, it } from '@jest/globals';
import { answering, event, HELLO, journey, resumed, started, words } from '../testing/walking.js';
import { restart } from './machine.js';
import { prepare } from './prepare.js';

const wait = (hours: number, id = `wait-${hours}`) => ({ id, kind: 'wait', for: { hours } });
const send = (id = 'send', rest: object = {}) => ({ id, kind: 'send', messages: HELLO, ...rest });
const cart = event('cart', '2027-03-01T10:00:00Z', { cartId: 'A', items: [{ productId: 'mug' }] });
const purchase = (at: string, productId = 'mug', seq = '2') =>
  event('purchase', at, { orderId: 'o', lines: [{ productId }] }, seq);
const BOUGHT = { event: 'purchase', where: [{ field: 'lines.productId', sharedWithStart: 'items.productId' }] };

describe('a run', () => {
  it('waits, goes on when its time has come, and not before', () => {
    const prepared = journey([wait(1), send()]);
    const { state } = started(prepared, cart);
    expect(state).toMatchObject({ step: 'wait-1', dueAt: Date.parse('2027-03-01T11:00:00.001Z'), sent: false });
    const early = resumed(prepared, state!, '2027-03-01T11:00:00.000Z');
    expect([early.state, early.effects, early.decisions]).toEqual([state, [], []]);
    const due = resumed(prepared, state!, '2027-03-01T11:00:00.001Z');
    expect(due.effects).toMatchObject([{ do: 'send', at: state!.dueAt }]);
    expect(due.state).toMatchObject({ ended: 'done', step: null, sent: true });
    expect(words(due)).toEqual(['wait-1 woke', 'send sent', 'send done']);
  });

  it('lets in only whom the filter lets in, as of a moment that sees the starting event', () => {
    const prepared = journey([send()], { filter: { kind: 'rank', in: ['gold'] } });
    const asked: unknown[] = [];
    const out = started(prepared, cart, (question) => {
      asked.push(question);
      return false;
    });
    expect(asked).toMatchObject([{ ask: 'rule', memberId: '7', at: cart.at + 1 }]);
    expect(out).toMatchObject({ state: null, effects: [], decisions: [{ step: 'start', decision: 'filtered_out' }] });
  });

  it('is ended by what cancels it, however late it wakes up', () => {
    const prepared = journey([wait(1), send()], { cancel: [BOUGHT] });
    const { state } = started(prepared, cart);
    const late = resumed(prepared, state!, '2027-03-01T18:00:00Z', [purchase('2027-03-01T17:59:00Z')]);
    expect(late).toMatchObject({ state: { ended: 'cancelled' }, effects: [] });
    expect(words(late)).toEqual(['cancel cancelled']);
    const other = resumed(prepared, state!, '2027-03-01T18:00:00Z', [purchase('2027-03-01T10:30:00Z', 'beans')]);
    expect(other.effects).toHaveLength(1);
  });

  it('waits for an event and goes on at its moment, or at the time-out where it does not come', () => {
    const steps = [
      { id: 'hope', kind: 'wait-for', event: 'purchase', within: { hours: 2 }, onTimeout: 'remind' },
      { id: 'thank', kind: 'send', messages: HELLO, next: 'end' },
      send('remind'),
      { id: 'end', kind: 'stop' },
    ];
    const prepared = journey(steps);
    const { state } = started(prepared, cart);
    const came = resumed(prepared, state!, '2027-03-02T00:00:00Z', [purchase('2027-03-01T11:59:00Z')]);
    expect(words(came)).toEqual(['hope happened', 'thank sent', 'end stopped']);
    const late = resumed(prepared, state!, '2027-03-02T00:00:00Z', [purchase('2027-03-01T12:00:01Z')]);
    expect(words(late)).toEqual(['hope timed_out', 'remind sent', 'end stopped']);
    const lastMoment = resumed(prepared, state!, '2027-03-02T00:00:00Z', [purchase('2027-03-01T12:00:00.001Z')]);
    expect(words(lastMoment)).toEqual(words(came));
    const before = resumed(prepared, state!, '2027-03-01T11:00:00Z', [purchase('2027-03-01T09:00:00Z')]);
    expect(words(before)).toEqual([]);
  });

  it('branches by a rule and by the event, and stops where a way leads nowhere', () => {
    const byRule = journey([
      { id: 'gold', kind: 'branch', rule: { kind: 'rank', in: ['gold'] }, otherwise: 'tag' },
      { id: 'stop', kind: 'stop' },
      { id: 'tag', kind: 'tag', tags: ['lapsed'] },
    ]);
    expect(words(started(byRule, cart, () => false))).toEqual([
      'start started',
      'gold false',
      'tag tagged',
      'tag done',
    ]);
    expect(started(byRule, cart, () => false).effects).toEqual([{ do: 'tag', tags: ['lapsed'] }]);
    const byEvent = journey([{ id: 'b', kind: 'branch', event: [{ field: 'cartId', equals: 'B' }] }, send()]);
    expect(started(byEvent, cart)).toMatchObject({ state: { ended: 'stopped' }, effects: [] });
  });

  it('sends no more often than it may, and goes on', () => {
    const prepared = journey([
      { ...send(), atMost: { count: 1, days: 7 } },
      { id: 'tag', kind: 'tag', tags: ['t'] },
    ]);
    const asked: unknown[] = [];
    const limited = started(prepared, cart, (question) => {
      asked.push(question);
      return 1;
    });
    expect(asked).toEqual([{ ask: 'sends', stepId: 'send', memberId: '7', since: cart.at + 1 - 7 * 86_400_000 }]);
    expect(words(limited)).toEqual(['start started', 'send limited', 'tag tagged', 'tag done']);
    expect(limited.state).toMatchObject({ sent: false });
    expect(words(started(prepared, cart, () => 0))).toContain('send sent');
  });

  it('begins anew with a later event', () => {
    const prepared = journey([wait(1), send()], { reentry: { key: ['cartId'], repeat: 'restart' } });
    const { state } = started(prepared, cart);
    const later = event('cart', '2027-03-01T10:30:00Z', { cartId: 'A', items: [] }, '5');
    const again = answering(restart(prepared, state!, later));
    expect(again.state).toMatchObject({ start: later, dueAt: Date.parse('2027-03-01T11:30:00.001Z') });
    expect(words(again)).toEqual(['start restarted', 'wait-1 waiting']);
  });

  it('goes another way, or ends, where a moment is past', () => {
    const past = (rest: object) =>
      started(
        journey(
          [
            { id: 'w', kind: 'wait', relative: { to: 'startsAt', hours: -3 }, ...rest },
            send('in-time'),
            { id: 'end', kind: 'stop' },
          ],
          { start: { on: 'event', event: 'booking' } },
        ),
        event('booking', '2027-03-01T10:00:00Z', {
          bookingId: 'b',
          startsAt: '2027-03-01T12:00:00Z',
          status: 'booked',
        }),
      );
    expect(words(past({}))).toEqual(['start started', 'w past', 'in-time sent', 'end stopped']);
    expect(words(past({ ifPast: 'stop' }))).toEqual(['start started', 'w past']);
    expect(words(past({ onPast: 'end' }))).toEqual(['start started', 'w past', 'end stopped']);
  });

  describe('that waits before a date which has come already', () => {
    const wait = (relative: object, rest: object = {}, id = 'before') => ({ id, kind: 'wait', relative, ...rest });
    const before = (rest: object = {}) => wait({ to: 'startsAt', hours: -3 }, rest);
    const AT = '2027-03-01T10:00:00Z';
    const begun = (steps: object[], startsAt = '2027-03-01T09:00:00Z') =>
      started(
        journey(steps, { start: { on: 'event', event: 'booking' } }),
        event('booking', AT, { bookingId: 'b', startsAt, status: 'booked' }),
      );

    it('reminds of nothing that has begun, and says so', () => {
      const run = begun([before(), send('remind')]);
      expect(run.effects).toEqual([]);
      expect(run.state).toMatchObject({ sent: false, ended: 'done' });
      expect(words(run)).toEqual(['start started', 'before past', 'remind begun', 'remind done']);
      expect(run.decisions[2]!.detail).toEqual({ startsAt: '2027-03-01T09:00:00.000Z' });
      expect(begun([before(), send()], AT).effects).toEqual([]);
      expect(begun([before(), send()], '2027-03-01T10:00:00.002Z').effects).toHaveLength(1);
      expect(begun([wait({ to: 'startsAt', days: 0, at: '17:00' }), send()]).effects).toEqual([]);
    });

    it('does so whichever way it goes, and does all else', () => {
      const steps = [
        before({ onPast: 'short' }),
        send('never', { next: 'end' }),
        send('short'),
        { id: 'tag', kind: 'tag', tags: ['walk-in'] },
        { id: 'end', kind: 'stop' },
      ];
      expect(words(begun(steps)).slice(1)).toEqual(['before past', 'short begun', 'tag tagged', 'end stopped']);
    });

    it('sends again after its next wait, and what was to come after the date', () => {
      const thanks = [before(), send('remind'), { id: 'hour', kind: 'wait', for: { hours: 1 } }, send('thanks')];
      const prepared = journey(thanks, { start: { on: 'event', event: 'booking' } });
      const woken = resumed(prepared, begun(thanks).state!, '2027-03-02T00:00:00Z');
      expect(words(woken)).toEqual(['hour woke', 'thanks sent', 'thanks done']);
      expect(begun([wait({ to: 'startsAt', hours: 0 }), send()]).effects).toHaveLength(1);
      expect(begun([wait({ to: 'startsAt', days: 0, at: '18:30' }), send()]).effects).toHaveLength(1);
    });
  });

  it('that stands before a step makes that first, as it may be what waits for what has happened since', () => {
    const prepared = journey([{ id: 'hope', kind: 'wait-for', event: 'purchase', within: { hours: 2 } }, send()]);
    const { state } = started(prepared, cart);
    const parked = { ...state!, dueAt: null };
    const again = resumed(prepared, parked, '2027-03-05T00:00:00Z', [purchase('2027-03-01T11:00:00Z')]);
    expect(words(again)).toEqual(['hope waiting', 'hope happened', 'send sent', 'send done']);
  });

  it('does not take for what it waited for what is dated after the time-out', () => {
    const prepared = journey([{ id: 'hope', kind: 'wait-for', event: 'purchase', within: { minutes: 2 } }, send()]);
    const { state } = started(prepared, cart);
    // A clock of the shop's is some minutes ahead.
    const ahead = resumed(prepared, state!, '2027-03-01T10:01:00Z', [purchase('2027-03-01T10:08:00Z')]);
    expect([ahead.state, ahead.decisions]).toEqual([state, []]);
    expect(resumed(prepared, state!, '2027-03-01T10:03:00Z').state).toMatchObject({ ended: 'timed_out' });
  });

  it('says with each decision what it knew', () => {
    const steps = [
      { id: 'which', kind: 'branch', event: [{ field: 'items.productId', equals: 'mug' }] },
      { ...send(), atMost: { count: 2, days: 7 } },
      { id: 'hope', kind: 'wait-for', event: 'visit', within: { hours: 1 } },
    ];
    const prepared = journey(steps);
    const { state, decisions } = started(prepared, cart, () => 1);
    const dueAt = '2027-03-01T11:00:00.001Z';
    const late = resumed(prepared, state!, dueAt);
    expect([...decisions, ...late.decisions].map(({ decision, detail }) => [decision, detail])).toEqual([
      ['started', { event: 'cart', seq: '1' }],
      ['true', { values: { 'items.productId': ['mug'] } }],
      ['sent', { sends: 1, count: 2, days: 7 }],
      ['waiting', { event: 'visit', dueAt }],
      ['timed_out', { event: 'visit' }],
    ]);
  });

  it('is stopped by an error where it would make steps for ever', () => {
    const round = (...steps: object[]) =>
      prepare(Object.assign(journey([send()]).definition, { steps: steps as never }), 'Asia/Tokyo');
    const hurried = round({ id: 'tag', kind: 'tag', tags: ['t'], next: 'tag' });
    expect(() => started(hurried, cart)).toThrow('more than 100 steps without a wait');
    const patient = round(wait(1), { id: 'tag', kind: 'tag', tags: ['t'], next: 'wait-1' });
    const { state } = started(patient, cart);
    const soon = resumed(patient, state!, '2027-03-20T00:00:00Z');
    expect(soon.state).toMatchObject({ ended: null, step: 'wait-1' });
    expect(() => resumed(patient, soon.state, '2027-06-01T00:00:00Z')).toThrow('more than 1000 steps');
  });
});
