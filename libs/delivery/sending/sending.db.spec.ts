import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Channels } from '#channels';
import { createTestApp, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import { LeasesRepository } from '../ledger/leases.repository.js';
import { PagesRepository } from '../ledger/pages.repository.js';
import { countOf, DeliveryStage, dieOnce, HELLO, PeopleModule, PERSONAL } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';

/** 1,200 people are three pages. */
const PEOPLE = 1_200;

describe('sending', () => {
  let line: EmulatedLine;
  let app: TestApp;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 400, databasePoolSize: 20 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  const open = (friends = PEOPLE) => DeliveryStage.open(app, line, friends);

  async function everyoneOnce(stage: DeliveryStage, sendId: string, except: string[] = []): Promise<void> {
    const received = await line.received();
    const wanted = stage.people.map(({ userId }) => userId).filter((userId) => !except.includes(userId));
    expect([...received.keys()].sort()).toEqual(wanted.sort());
    expect([...received.values()].filter((times) => times !== 1)).toEqual([]);
    const outcomes = await stage.outcomes(sendId);
    expect(await stage.totals(sendId)).toEqual(countOf(outcomes));
    const accepted = outcomes.filter(({ state }) => state === 'accepted');
    expect(accepted.map(({ lineUserId }) => lineUserId!).sort()).toEqual(wanted);
    const requests = new Set((await line.accepted()).map(({ requestId }) => requestId));
    expect(accepted.every(({ requestId, settledAt }) => requests.has(requestId!) && settledAt !== null)).toBe(true);
  }

  it('sends the same content to pages of 500, and each person can be asked about', async () => {
    const stage = await open();
    const id = await stage.planned(HELLO, { unit: 'spring' });
    await stage.drain();
    await everyoneOnce(stage, id);
    expect(await stage.state(id)).toBe('sent');
    expect((await line.accepted()).map(({ addressed }) => addressed).sort()).toEqual([200, 500, 500]);
    expect(await stage.totals(id)).toEqual({
      audience: 1200,
      planned: 0,
      accepted: 1200,
      rejected: 0,
      uncertain: 0,
      skipped: {},
    });
  });

  it('sends each person their own content', async () => {
    const stage = await open(600);
    const id = await stage.planned(PERSONAL);
    // On a busy machine an answer may come after the deadline, and its request is repeated.
    await stage.drainToTheEnd(id);
    await everyoneOnce(stage, id);
    expect(await line.textsOf(stage.people[7]!.userId)).toEqual(['hello m8']);
  });

  describe.each([
    ['multicast', HELLO],
    ['push', PERSONAL],
  ])('by %s', (endpoint, messages) => {
    it.each(['before500', 'after500', 'dropped', 'accepted-then-dropped', 'hang', 'accepted-then-hang', '429-rate'])(
      'reaches everyone once through %s',
      async (kind) => {
        const stage = await open(endpoint === 'push' ? 60 : PEOPLE);
        const id = await stage.planned(messages);
        await line.fault({ kind, endpoint, probability: 0.5, times: 40 });
        await stage.drain();
        await line.clearFaults();
        await stage.drainToTheEnd(id);
        await everyoneOnce(stage, id);
      },
    );

    it.each([
      ['before a page is leased', LeasesRepository, 'lease', 'before'],
      ['after a page is leased', LeasesRepository, 'lease', 'after'],
      ['after the answer, before it is written down', PagesRepository, 'settle', 'before'],
      ['after it is written down', PagesRepository, 'settle', 'after'],
    ] as const)('reaches everyone once when the worker dies %s', async (_when, provider, method, when) => {
      const stage = await open(endpoint === 'push' ? 60 : PEOPLE);
      const id = await stage.planned(messages);
      dieOnce(app.get<object>(provider), method, when);
      await expect(stage.drain()).rejects.toThrow('killed');
      await stage.drainToTheEnd(id);
      await everyoneOnce(stage, id);
    });

    it('asks at the moment of its request who may be sent to', async () => {
      const stage = await open(10);
      const id = await stage.planned(messages);
      const [blocker, unlinked, stranger] = stage.people;
      await stage.peopleTable.setFriend(stage.scope, blocker!.userId, 'blocked');
      await stage.peopleTable.unlink(stage.scope, unlinked!.memberId);
      await stage.peopleTable.setFriend(stage.scope, stranger!.userId, 'none');
      await stage.drain();
      await everyoneOnce(stage, id, [blocker!.userId, unlinked!.userId, stranger!.userId]);
      expect((await stage.totals(id)).skipped).toEqual({ blocked: 1, not_linked: 1, not_friend: 1 });
      expect(await stage.state(id)).toBe('sent');
    });

    it('repeats what may have been executed word for word, whoever has blocked since', async () => {
      const stage = await open(10);
      const id = await stage.planned(messages);
      await line.fault({ kind: 'accepted-then-dropped', endpoint });
      await stage.drain();
      await line.clearFaults();
      await stage.peopleTable.setFriend(stage.scope, stage.people[0]!.userId, 'blocked');
      await stage.drainToTheEnd(id);
      await everyoneOnce(stage, id);
    });

    it('does not take a later refusal for an answer to an attempt that is unknown', async () => {
      const stage = await open(10);
      const id = await stage.planned(messages);
      await line.fault({ kind: 'accepted-then-dropped', endpoint });
      await stage.drain();
      await line.clearFaults();
      await line.fault({ kind: '429-rate', endpoint });
      stage.scope.clock.advance(60_000);
      await stage.drain();
      await line.clearFaults();
      await stage.peopleTable.setFriend(stage.scope, stage.people[0]!.userId, 'blocked');
      await stage.drainToTheEnd(id);
      await everyoneOnce(stage, id);
    });

    it('calls an outcome uncertain after 23 hours, and never sends again', async () => {
      const stage = await open(10);
      const id = await stage.planned(messages);
      await line.fault({ kind: 'accepted-then-dropped', endpoint, times: 10 });
      await stage.drain();
      await line.clearFaults();
      stage.scope.clock.advance(23 * 60 * 60_000 + 1);
      await stage.drain();
      expect(await stage.totals(id)).toMatchObject({ planned: 0, uncertain: 10, accepted: 0 });
      expect(await stage.state(id)).toBe('sent');
      expect([...(await line.received()).values()]).toEqual(Array(10).fill(1));
    });

    it('stops the channel on 401, tells nobody else, and goes on when it has new credentials', async () => {
      const stage = await open(20);
      const id = await stage.planned(messages);
      await line.fault({ kind: '401', endpoint });
      await stage.drain();
      await line.clearFaults();
      const channels = app.get(Channels);
      expect((await channels.get(stage.scope, stage.channelId)).refusedAt).not.toBeNull();
      await stage.drain();
      expect(await stage.totals(id)).toMatchObject({ planned: 20, accepted: 0 });
      await channels.update(stage.scope, stage.channelId, { accessToken: line.accessToken, verify: false });
      await stage.drainToTheEnd(id);
      await everyoneOnce(stage, id);
    });

    it('pauses with the exact remainder when the quota is spent, and sends only the rest later', async () => {
      const stage = await open(20);
      const id = await stage.planned(messages);
      await line.open({ quota: 12 });
      await stage.drain();
      const { state, problem } = await stage.sends.get(stage.scope, id);
      const got = endpoint === 'push' ? 12 : 0;
      expect(state).toBe('paused');
      expect(problem).toMatchObject({ code: 'delivery.quota_spent', quotaLeft: 12 - got });
      expect(await stage.totals(id)).toMatchObject({ planned: 20 - got, accepted: got });
      await line.open({ quota: null });
      await stage.sends.resume(stage.scope, id);
      await stage.drain();
      await everyoneOnce(stage, id);
    });

    it('tries later when LINE only keeps the quota for something else', async () => {
      const stage = await open(20);
      const id = await stage.planned(messages);
      await line.open({ quota: 1000, reserved: 1000 });
      await stage.drain();
      await stage.drain();
      expect(await stage.state(id)).toBe('sending');
      expect((await line.answers(endpoint))['429']).toBeLessThanOrEqual(20);
      await line.open({ quota: 1000, reserved: 0 });
      await stage.drainToTheEnd(id);
      await everyoneOnce(stage, id);
    });

    it('rejects one bad id with the words of LINE, and sends to the others', async () => {
      const stage = await open(20);
      const id = await stage.planned(messages);
      const bad = stage.people[4]!;
      await line.fault({ kind: '400', endpoint, userId: bad.userId });
      await stage.drainToTheEnd(id);
      await everyoneOnce(stage, id, [bad.userId]);
      const [outcome] = await stage.outcomes(id, { memberId: bad.memberId });
      expect(outcome).toMatchObject({ state: 'rejected', detail: expect.any(String), requestId: expect.any(String) });
      expect(await stage.totals(id)).toMatchObject({ rejected: 1, accepted: 19 });
    });

    it('lets two drains race without harm', async () => {
      const stage = await open(endpoint === 'push' ? 100 : PEOPLE);
      const id = await stage.planned(messages);
      const had = await Promise.all([stage.drain(), stage.drain(), stage.drain()]);
      expect(had.filter(Boolean)).toHaveLength(1);
      await everyoneOnce(stage, id);
    });

    it('keeps a worker that was paused and wakes up from writing over the one that went on', async () => {
      const stage = await open(20);
      const id = await stage.planned(messages);
      const pages = app.get(PagesRepository);
      const [asleep] = await stage.lease(endpoint === 'push');
      await stage.drainToTheEnd(id);
      for (const shared of [
        { state: 'rejected', error: 'late' },
        { state: 'accepted', requestId: 'late' },
      ] as const)
        expect(await pages.settle(stage.scope, [{ page: asleep!, own: [], shared }])).toEqual([]);
      await everyoneOnce(stage, id);
    });

    it('cancels at a page boundary and gives every person a reason', async () => {
      const stage = await open(endpoint === 'push' ? 1_000 : PEOPLE);
      const id = await stage.planned(messages);
      await line.fault({ kind: 'before500', endpoint, times: 1 });
      const turn = stage.drain();
      const cancelled = await stage.sends.cancel(stage.scope, id);
      await turn;
      await stage.drain();
      expect(cancelled).toBe(true);
      const totals = await stage.totals(id);
      expect(totals).toEqual(countOf(await stage.outcomes(id)));
      expect(totals.planned).toBe(0);
      expect((await line.received()).size).toBe(totals.accepted);
      const { state, endedAt } = await stage.sends.get(stage.scope, id);
      expect([state, endedAt !== null]).toEqual(['cancelled', true]);
    });
  });

  it('finds by halves who makes LINE refuse a page without a name', async () => {
    const stage = await open(40);
    const id = await stage.planned(HELLO);
    await line.settings({ unknownIds: 'refuse' });
    const bad = stage.people[17]!;
    await line.forget(bad.userId);
    await stage.drainToTheEnd(id);
    await line.settings({ unknownIds: 'skip' });
    await everyoneOnce(stage, id, [bad.userId]);
    expect(await stage.totals(id)).toMatchObject({ accepted: 39, rejected: 1 });
  });

  it('asks again about those of a page who were surely not sent to, and repeats the one who may have been', async () => {
    const stage = await open(10);
    const id = await stage.planned(PERSONAL);
    const [lost, blocker] = stage.people;
    await line.fault({ kind: 'accepted-then-dropped', endpoint: 'push', userId: lost!.userId });
    await line.fault({ kind: '429-rate', endpoint: 'push' });
    await stage.drain();
    await line.clearFaults();
    for (const { userId } of [lost!, blocker!]) await stage.peopleTable.setFriend(stage.scope, userId, 'blocked');
    await stage.drainToTheEnd(id);
    await everyoneOnce(stage, id, [blocker!.userId]);
    expect((await stage.totals(id)).skipped).toEqual({ blocked: 1 });
  });

  it('does not send while paused, and sends the rest when resumed', async () => {
    const stage = await open();
    const id = await stage.planned(HELLO);
    await stage.sends.pause(stage.scope, id);
    await stage.drain();
    expect((await line.received()).size).toBe(0);
    await stage.sends.resume(stage.scope, id);
    await stage.drain();
    await everyoneOnce(stage, id);
  });

  it('skips a person whose values make the message too long', async () => {
    const stage = await open(3);
    await stage.peopleTable.setAttributes(stage.scope, stage.people[1]!.memberId, { name: 'x'.repeat(900) });
    const text = `${'a'.repeat(4_200)}{{member.attributes.name | fallback: "you"}}`;
    const id = await stage.planned([{ type: 'text', text }]);
    await stage.drain();
    await everyoneOnce(stage, id, [stage.people[1]!.userId]);
    expect((await stage.totals(id)).skipped).toEqual({ unfit_message: 1 });
  });
});
