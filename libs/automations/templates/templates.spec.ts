import { describe, expect, it } from '@jest/globals';
import { check } from '#kernel';
import { readDefinition } from '../definition/check-definition.js';
import { TEMPLATES } from './all-templates.js';
import { bookingReminder } from './booking-reminder.template.js';
import { cartAbandonment } from './cart-abandonment.template.js';
import { purchaseThanks } from './purchase-thanks.template.js';
import { welcome } from './welcome.template.js';

const context = { channelId: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90', currency: 'JPY' };

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
