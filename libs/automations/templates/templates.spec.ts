import { describe, expect, it } from '@jest/globals';
import { check } from '#kernel';
import { readDefinition } from '../definition/check-definition.js';
import { prepare } from '../machine/prepare.js';
import { walkMember } from '../simulation/member-walk.js';
import { answering } from '../testing/walking.js';
import { TEMPLATES } from './all-templates.js';
import { birthday } from './birthday.template.js';
import { bookingReminder } from './booking-reminder.template.js';
import { cartAbandonment } from './cart-abandonment.template.js';
import { purchaseThanks } from './purchase-thanks.template.js';
import { welcome } from './welcome.template.js';

const context = { channelId: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90', currency: 'JPY' };

/** Hour of the story, type and body of an event. */
type Happening = [hour: number, type: string, body: Record<string, unknown>];

/** Options that turn on what is off by default. */
const richer: Record<string, object> = {
  'cart-abandonment': { cartUrl: 'https://s.example', pictureUrl: 'https://s.example/p.png', second: true, text: 'x' },
  'shipment-notice': { url: 'https://s.example', status: 'delivered' },
  'purchase-thanks': { url: 'https://s.example', exceptCategories: ['定期便'] },
  restock: { url: 'https://s.example', first: 10, everyMinutes: 30, pictureUrl: 'https://s.example/p.png' },
  'booking-reminder': { url: 'https://s.example', daysBefore: 2, at: '09:30', hoursBefore: 3, late: 'skip' },
  birthday: { url: 'https://s.example', on: 'month' },
  'visit-thanks': { url: 'https://s.example', delayMinutes: 0 },
};

describe('ready journeys', () => {
  it('have names of their own', () => {
    expect(new Set(TEMPLATES.map(({ id }) => id)).size).toBe(TEMPLATES.length);
  });

  it.each(TEMPLATES.map((template) => [template.id, template] as const))(
    '%s makes a journey that can be walked',
    (id, template) => {
      for (const options of [template.example, richer[id] ?? template.example]) {
        const { value, errors } = check(template.options, options, '');
        expect(errors).toBeUndefined();
        const definition = template.build(value!, context);
        expect(() => readDefinition(definition, '')).not.toThrow();
        // What is shown as an example is JSON: nothing is lost on the way to the marketer and back.
        expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
      }
    },
  );

  it('refuse options they do not know, and wrong ones, by their place', () => {
    const { errors } = check(
      cartAbandonment.options,
      { cartUrl: 'javascript:alert(1)', delayMinutes: 1, x: 1 },
      '/options',
    );
    expect(errors?.map(({ path }) => path).sort()).toEqual(['/options/cartUrl', '/options/delayMinutes', '/options/x']);
  });

  it('remind of a cart an hour after its last change, a second time only on demand', () => {
    const kinds = (options: object) =>
      (
        cartAbandonment.build({ cartUrl: 'https://s.example', ...options }, context) as { steps: { kind: string }[] }
      ).steps.map(({ kind }) => kind);
    expect(kinds({})).toEqual(['wait', 'send']);
    expect(kinds({ second: true })).toEqual(['wait', 'send', 'wait', 'send']);
  });

  it('tell of bookings by transactional sends, which no cap holds back', () => {
    const { steps } = bookingReminder.build({ url: 'https://s.example', hoursBefore: 2 }, context) as {
      steps: { kind: string; class?: string }[];
    };
    const sends = steps.filter(({ kind }) => kind === 'send');
    expect(sends.map((step) => step.class)).toEqual(['transactional', 'transactional']);
  });

  /** When a member is sent what, by the hour of a story that begins at midnight of Tokyo's 15 April 2026. */
  const sentAt = (definition: object, ...story: Happening[]) => {
    const prepared = prepare(readDefinition(JSON.parse(JSON.stringify(definition)), ''), 'Asia/Tokyo');
    const events = story.map(([hour, type, body], n) => ({ seq: String(n + 1), type, at: hourOf(hour), body }));
    const { sends } = answering(walkMember(prepared, { memberId: '7', events }, Infinity));
    return sends.map(({ step, at }) => [step.id, Math.round((at - hourOf(0)) / 3_600_000)]);
  };
  const hourOf = (hour: number) => Date.parse('2026-04-15T00:00:00+09:00') + hour * 3_600_000;

  describe('remind of a booking', () => {
    const url = 'https://s.example';
    const booking = (hour: number, startsIn: number, status = 'booked'): Happening => [
      hour,
      'booking',
      { bookingId: 'b', status, startsAt: new Date(hourOf(startsIn)).toISOString() },
    ];
    const sent = (options: object, ...story: Happening[]) =>
      sentAt(bookingReminder.build({ url, ...options }, context), ...story);

    it('the day before and hours before, at its newest time, and not of a cancelled one', () => {
      const two = { hoursBefore: 3 };
      expect(sent(two, booking(9, 100))).toEqual([
        ['remind', 90],
        ['remind-again', 97],
      ]);
      expect(sent(two, booking(9, 100), booking(20, 124, 'changed'))).toEqual([
        ['remind', 114],
        ['remind-again', 121],
      ]);
      expect(sent({}, booking(9, 100), booking(20, 100, 'cancelled'))).toEqual([]);
    });

    it('also where it is moved back to an earlier time, or made again', () => {
      const moved = [booking(9, 100), booking(20, 124, 'changed'), booking(30, 100, 'changed')];
      expect(sent({}, ...moved)).toEqual([['remind', 90]]);
      expect(sent({}, booking(9, 100), booking(20, 100, 'cancelled'), booking(30, 100))).toEqual([['remind', 90]]);
      expect(sent({}, booking(9, 100), booking(95, 100, 'changed'))).toEqual([['remind', 90]]);
    });

    it('at once or not at all where it is booked late', () => {
      expect(sent({}, booking(9, 12))).toEqual([['remind', 9]]);
      expect(sent({ hoursBefore: 5 }, booking(9, 12))).toEqual([['remind', 9]]);
      expect(sent({ late: 'skip' }, booking(9, 12))).toEqual([]);
      const hours = { daysBefore: 0, hoursBefore: 5 };
      expect(sent(hours, booking(9, 12))).toEqual([['remind-again', 9]]);
      expect(sent({ ...hours, late: 'skip' }, booking(9, 12))).toEqual([]);
    });

    it('never once it has begun, whatever the option', () => {
      const days = [{}, { hoursBefore: 5 }, { daysBefore: 0, hoursBefore: 5 }];
      for (const late of ['send', 'skip'])
        for (const options of days)
          for (const startsIn of [9, -20]) expect(sent({ ...options, late }, booking(9, startsIn))).toEqual([]);
      expect(sent({}, booking(9, 8), booking(10, 12, 'changed'))).toEqual([['remind', 10]]);
    });
  });

  it('remind of a cart although another one is emptied, but not beside a newer one', () => {
    const definition = cartAbandonment.build({ cartUrl: 'https://s.example' }, context);
    const cart = (hour: number, cartId: string, ...items: string[]): Happening => [
      hour,
      'cart',
      { cartId, items: items.map((productId) => ({ productId })) },
    ];
    expect(sentAt(definition, cart(9, 'a', 'mug'), cart(9.5, 'b'))).toEqual([['remind', 10]]);
    expect(sentAt(definition, cart(9, 'a', 'mug'), cart(9.5, 'b', 'cup'))).toEqual([['remind', 11]]);
    expect(sentAt(definition, cart(9, 'a', 'mug'), cart(9.5, 'a'))).toEqual([]);
  });

  it('congratulate once a year, also where the date of birth is corrected', () => {
    const definition = birthday.build({ url: 'https://s.example' }, context);
    const day = (hour: number): Happening => [hour, 'date', {}];
    const [YEAR, MONTH] = [365 * 24, 30 * 24];
    expect(sentAt(definition, day(10), day(10 + MONTH), day(10 + YEAR))).toEqual([
      ['greet', 10],
      ['greet', 10 + YEAR],
    ]);
  });

  it('leave subscription orders to their own journey', () => {
    const { steps } = purchaseThanks.build({ url: 'https://s.example', exceptCategories: ['定期便'] }, context) as {
      steps: object[];
    };
    expect(steps[0]).toMatchObject({
      kind: 'branch',
      event: [{ field: 'lines.category', in: ['定期便'] }],
      otherwise: 'thank',
    });
  });

  it('stop inviting people once they have linked', () => {
    expect(welcome.build({ url: 'https://s.example' }, context)).toMatchObject({
      start: { on: 'friend', linked: false },
      cancel: [{ change: 'linked' }],
    });
  });
});
