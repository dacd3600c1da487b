import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Events } from '#events';
import { AppError } from '#kernel';
import { Members } from '#members';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { RunsRepository } from '../runs/runs.repository.js';
import {
  CART,
  cart,
  DAY,
  HOUR,
  journeysModules,
  JourneysStage,
  MINUTE,
  purchase,
  send,
  wait,
} from '../testing/journeys-stage.js';
import { Advancing } from './advancing.service.js';
import { Happened } from './happened.service.js';
import { JourneySends } from './journey-sends.service.js';

/** Taken where no transaction is open. */
const outside = AsyncLocalStorage.snapshot();

const SENT = ['start started', 'wait waiting', 'wait woke', 'send sent', 'send done'];
const CANCELLED = ['start started', 'wait waiting', 'cancel cancelled'];

describe('Taking runs on', () => {
  let app: TestApp;
  let shop: JourneysStage;

  beforeAll(async () => {
    app = await createTestApp({
      imports: journeysModules,
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200, databasePoolSize: 12 },
    });
  });
  beforeEach(async () => {
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => app.close());

  const advance = () => app.get(Advancing).batch(shop.scope);
  const members = (count: number) => Array.from({ length: count }, (_, i) => `m${i}`);
  /** Carts are left, and an hour later nothing has been looked at yet. */
  const leftCarts = async (count: number) => {
    await shop.happens(...members(count).map((id) => cart(id)));
    shop.scope.clock.advance(HOUR + 1);
  };
  const allRuns = async (ids: string[]) => (await Promise.all(ids.map((id) => shop.runsOf(id)))).flat();

  it('makes each step at its own moment, however late the worker is', async () => {
    const steps = [wait(), send(), wait('day', { days: 1 }), send('again')];
    await shop.journey({ ...CART, steps });
    await shop.happens(cart('prompt'), cart('late'));
    await shop.pass(HOUR + MINUTE);
    const [late] = await shop.runsOf('late');
    expect(late).toMatchObject({ state: 'waiting', step: 'day', sent: true });
    await shop.pass(DAY);

    const other = await JourneysStage.open(app, () => drainJobs(app.nest));
    await other.journey({ ...CART, steps });
    await other.happens(cart('sleeper'));
    const slept = other.now;
    await other.pass(3 * DAY);
    const moments = (of: JourneysStage, id: string, from: number) =>
      of
        .runsOf(id)
        .then(([run]) => run!.decisions.map(({ at, decision }) => [new Date(at).getTime() - from, decision]));
    const began = slept - HOUR - MINUTE - DAY;
    expect(await moments(other, 'sleeper', slept)).toEqual(await moments(shop, 'late', began));
    expect(await other.traces('sleeper')).toEqual([
      [...SENT.slice(0, 4), 'day waiting', 'day woke', 'again sent', 'again done'],
    ]);
  });

  it('hands people over to delivery together, each of them once', async () => {
    await shop.journey(CART);
    await leftCarts(30);
    await shop.pass(0);
    const runs = await allRuns(members(30));
    expect(new Set(runs.map(({ state }) => state))).toEqual(new Set(['done']));
    expect(new Set(runs.map(({ decisions }) => JSON.stringify(decisions[3]!.detail))).size).toBe(1);
    expect(await shop.handedOver(runs)).toBe(30);
  });

  it('is done once by several workers at the same time', async () => {
    const journey = await shop.journey(CART);
    await leftCarts(40);
    await Promise.all(Array.from({ length: 5 }, advance));
    const runs = await allRuns(members(40));
    expect(runs.map(({ decisions }) => decisions.length)).toEqual(Array(40).fill(SENT.length));
    expect(await shop.handedOver(runs)).toBe(40);
    expect(await shop.runs(journey, '&state=waiting')).toEqual([]);
  });

  it('changes nothing where it dies before it commits', async () => {
    await shop.journey({ ...CART, steps: [wait(), { id: 'mark', kind: 'tag', tags: ['reminded'] }, send()] });
    await leftCarts(3);
    const before = await allRuns(members(3));
    const written = jest.spyOn(Advancing.prototype, 'batch').mockImplementationOnce(async function (this: Advancing) {
      const { db } = this as unknown as {
        db: { transaction(scope: object, work: () => Promise<void>): Promise<void> };
      };
      await db.transaction(shop.scope, async () => {
        await this.batch(shop.scope);
        throw new Error('killed');
      });
      return false;
    });
    await expect(advance()).rejects.toThrow('killed');
    written.mockRestore();
    expect(await allRuns(members(3))).toEqual(before);
    expect((await shop.done<{ tags: string[] }>('GET', '/v1/members/m0')).tags).toEqual([]);
    await shop.pass(0);
    const runs = await allRuns(members(3));
    expect(await shop.handedOver(runs)).toBe(3);
    expect((await shop.done<{ tags: string[] }>('GET', '/v1/members/m0')).tags).toEqual(['reminded']);
  });

  describe('when a purchase comes at the moment of the reminder', () => {
    const buy = () =>
      app.get(Events).post(shop.scope, [{ id: 'e', occurredAt: new Date(shop.now).toISOString(), ...purchase('m0') }]);

    /** Lets the purchase commit at a point of the advance; what is told of it comes after both. */
    const meeting: [string, (advancing: () => Promise<unknown>) => Promise<unknown>, string[]][] = [
      ['committed before the run is claimed', (advancing) => buy().then(advancing), CANCELLED],
      [
        'committed after the run is claimed, before events are read',
        async (advancing) => {
          const real = Happened.prototype.since;
          jest.spyOn(Happened.prototype, 'since').mockImplementationOnce(async function (this: Happened, ...args) {
            await apart(buy);
            return real.apply(this, args);
          });
          await advancing();
        },
        CANCELLED,
      ],
      [
        'committed after events are read, before the run is written',
        async (advancing) => {
          const real = RunsRepository.prototype.write;
          jest.spyOn(RunsRepository.prototype, 'write').mockImplementationOnce(async function (
            this: RunsRepository,
            ...args
          ) {
            await apart(buy);
            return real.apply(this, args);
          });
          await advancing();
        },
        SENT,
      ],
      ['committed after the run', (advancing) => advancing().then(buy), SENT],
    ];

    it.each(meeting)('and is %s, either wins and never half', async (_, meet, expected) => {
      await shop.journey(CART);
      await leftCarts(1);
      await meet(advance);
      await shop.drain();
      await shop.pass(HOUR);
      const runs = await shop.runsOf('m0');
      expect(runs.map(({ decisions }) => decisions.map(({ step, decision }) => `${step} ${decision}`))).toEqual([
        expected,
      ]);
      expect(await shop.handedOver(runs)).toBe(expected === SENT ? 1 : 0);
    });
  });

  it('tells a run nothing twice, also where numbers of events commit in another order than they were given', async () => {
    const waitFor = (id: string) => ({ id, kind: 'wait-for', event: 'visit', within: { days: 1 } });
    await shop.journey({ ...CART, cancel: [], steps: [waitFor('first'), waitFor('second'), send()] });
    await shop.happens(cart('a'));
    shop.scope.clock.advance(MINUTE);
    await shop.happens({ type: 'visit', memberId: 'a' });
    const [run] = await shop.runsOf('a');
    expect(run).toMatchObject({ step: 'second' });
    const asStored = { id: run!.id, memberId: await inside('a') };
    await app.get(RunsRepository).wake(shop.scope, [asStored], '1');
    await advance();
    expect((await shop.runsOf('a'))[0]).toMatchObject({ step: 'second', state: 'waiting' });
  });

  describe('by a clock that is turned back an hour', () => {
    const turnBack = () => shop.scope.clock.advance(-HOUR);
    const visited = { id: 'visits', kind: 'wait-for', event: 'visit', within: { hours: 2 } };

    it('hears at once of what was told before, and ends each wait once at its moment', async () => {
      await shop.journey(CART);
      await shop.post(cart('a'), cart('b'));
      turnBack();
      await shop.drain();
      expect(await shop.traces('a')).toEqual([SENT.slice(0, 2)]);
      await shop.pass(HOUR);
      await shop.happens(purchase('b'));
      expect(await shop.traces('b')).toEqual([CANCELLED]);
      await shop.pass(HOUR + 1);
      turnBack();
      for (const later of [0, HOUR, HOUR]) await shop.pass(later);
      expect(await shop.traces('a')).toEqual([SENT]);
      expect(await shop.handedOver(await shop.runsOf('a'))).toBe(1);
    });

    it('takes on at once whom it was to take on at once', async () => {
      const journey = await shop.journey({ ...CART, cancel: [], steps: [visited, send()] });
      await shop.happens(cart('woken'), cart('skipped'));
      shop.scope.clock.advance(MINUTE);
      await shop.post({ type: 'visit', memberId: 'woken' });
      const [woken] = await shop.runsOf('woken');
      await app.get(RunsRepository).wake(shop.scope, [{ id: woken!.id, memberId: await inside('woken') }], '1');
      const [skipped] = await shop.runsOf('skipped');
      await shop.done('POST', `/v1/journeys/${journey}/runs/${skipped!.id}/skip`);
      turnBack();
      await advance();
      expect([await shop.traces('woken'), await shop.traces('skipped')]).toMatchObject([
        [['start started', 'visits waiting', 'visits happened', 'send sent', 'send done']],
        [['start started', 'visits waiting', 'visits skipped', 'send sent', 'send done']],
      ]);
    });
  });

  async function inside(externalId: string): Promise<string> {
    return (await app.get(Members).find(shop.scope, [externalId])).get(externalId)!;
  }

  /** Outside the ambient transaction, as another process would. */
  function apart(work: () => Promise<unknown>): Promise<unknown> {
    return outside(() => work());
  }

  describe('where one of them fails', () => {
    /** Delivery refuses whatever there is of a member. */
    const refuse = async (memberId: string, error: Error) => {
      const id = await inside(memberId);
      const real = JourneySends.prototype.start;
      jest.spyOn(JourneySends.prototype, 'start').mockImplementation(async function (
        this: JourneySends,
        scope,
        decided,
      ) {
        const sends = ({ walk }: (typeof decided)[number]) => walk.memberId === id && walk.advance.effects.length > 0;
        if (decided.some(sends)) throw error;
        return real.call(this, scope, decided);
      });
    };

    it('parks that one before its step, with the error, and takes the others on', async () => {
      const journey = await shop.journey(CART);
      await leftCarts(9);
      await refuse('m4', new AppError('spec.refused', 409, 'Not this one.'));
      await shop.pass(0);
      const failed = await shop.runs(journey, '&state=failed');
      expect(failed).toMatchObject([{ memberId: 'm4', step: 'send', error: 'AppError: Not this one.' }]);
      expect(await shop.runs(journey, '&state=done')).toHaveLength(8);
      expect(await shop.traces('m4')).toEqual([SENT.slice(0, 3)]);

      jest.restoreAllMocks();
      await shop.done('POST', `/v1/journeys/${journey}/runs/${failed[0]!.id}/retry`);
      await shop.drain();
      expect(await shop.traces('m4')).toEqual([[...SENT.slice(0, 3), 'send retried', ...SENT.slice(3)]]);
    });

    it('lets a person skip the step, or end the run', async () => {
      const journey = await shop.journey({ ...CART, steps: [wait(), send(), wait('later'), send('again')] });
      await leftCarts(2);
      await refuse('m0', new AppError('spec.refused', 409, 'Not this one.'));
      await shop.pass(0);
      const [failed] = await shop.runs(journey, '&state=failed');
      jest.restoreAllMocks();
      const skipped = await shop.done('POST', `/v1/journeys/${journey}/runs/${failed!.id}/skip`);
      expect(skipped).toMatchObject({ state: 'waiting', step: 'later', error: null });
      await shop.pass(HOUR);
      expect((await shop.traces('m0'))[0]!.slice(3)).toEqual([
        ...['send skipped', 'later waiting', 'later woke', 'again sent', 'again done'],
      ]);
      const [other] = await shop.runsOf('m1');
      const again = await shop.request('POST', `/v1/journeys/${journey}/runs/${other!.id}/retry`);
      expect(again).toMatchObject({ status: 409, body: { code: 'journeys.wrong_run_state' } });
    });

    it('tries again by itself what may have been an accident, and parks it at last', async () => {
      const journey = await shop.journey(CART);
      await leftCarts(3);
      await refuse('m1', new Error('deadlock detected'));
      await shop.pass(0);
      expect(await shop.runs(journey, '&state=waiting')).toMatchObject([
        { memberId: 'm1', error: 'Error: deadlock detected' },
      ]);
      for (let i = 0; i < 5; i++) await shop.pass(HOUR);
      expect(await shop.runs(journey, '&state=failed')).toMatchObject([{ memberId: 'm1' }]);
    });
  });
});
