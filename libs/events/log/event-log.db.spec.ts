import { Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HandlesFact, type PayloadOf } from '#jobs';
import type { Scope } from '#kernel';
import { Members, MembersHttpModule } from '#members';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { eventsAccepted } from '../events.jobs.js';
import { EventsHttpModule, EventsModule } from '../events.module.js';
import { Events } from '../events.service.js';
import { EventLog } from './event-log.service.js';

@Injectable()
class Heard {
  readonly facts: PayloadOf<typeof eventsAccepted>[] = [];

  @HandlesFact(eventsAccepted, { name: 'test.hear', lane: 'journeys' })
  async hear(fact: PayloadOf<typeof eventsAccepted>): Promise<void> {
    this.facts.push(fact);
  }
}

@Module({ imports: [EventsModule], providers: [Heard] })
class HearingModule {}

let counter = 0;
const at = (minute: number) => new Date(Date.UTC(2026, 3, 1, 0, minute)).toISOString();
const visit = (memberId: string, minute = 0) => ({
  id: `v${++counter}`,
  type: 'visit',
  memberId,
  occurredAt: at(minute),
});
const browse = (memberId: string, minute = 0) => ({
  ...visit(memberId, minute),
  type: 'browse',
  url: 'https://a.example/',
});
const restock = () => ({ id: `r${++counter}`, type: 'restock', productId: 'p', occurredAt: at(0) });

describe('stored events', () => {
  let app: TestApp;
  let scope: Scope;
  let events: Events;
  let log: EventLog;

  beforeAll(async () => {
    app = await createTestApp({ imports: [EventsHttpModule, MembersHttpModule, HearingModule] });
    events = app.get(Events);
    log = app.get(EventLog);
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    ({ scope } = await app.workspace());
    app.get(Heard).facts.length = 0;
  });

  const told = async () => {
    await drainJobs(app.nest);
    return app.get(Heard).facts.filter(({ workspaceId }) => workspaceId === scope.workspaceId);
  };
  const idsOf = (externalIds: string[]) => app.get(Members).ensure(scope, externalIds);
  const shown = (logged: { id: string }[]) => logged.map(({ id }) => id);

  describe('are announced', () => {
    it('once a batch, by whose they are and from the earliest on', async () => {
      await events.post(scope, [visit('a'), browse('b'), visit('a'), restock()]);
      const ids = await idsOf(['a', 'b']);
      const [fact, ...more] = await told();
      expect(more).toEqual([]);
      expect(fact).toMatchObject({ workspaceId: scope.workspaceId, ofNobody: true });
      expect(new Set(fact!.memberIds)).toEqual(new Set(ids.values()));
      expect(fact!.memberIds).toHaveLength(2);
      const { fromSeq } = fact!;
      expect(await log.since(scope, { memberIds: fact!.memberIds, fromSeq, types: ['visit', 'browse'] })).toHaveLength(
        3,
      );
      expect(await log.ofNobody(scope, { fromSeq, types: ['restock'] })).toHaveLength(1);
    });

    it('also where they are nobody’s', async () => {
      await events.post(scope, [restock()]);
      expect(await told()).toMatchObject([{ memberIds: [], ofNobody: true }]);
    });

    it('not where they are known already or refused', async () => {
      const one = visit('a');
      await events.post(scope, [one]);
      await told();
      app.get(Heard).facts.length = 0;
      await events.post(scope, [one, { ...visit('b'), occurredAt: 'never' }]);
      expect(await told()).toEqual([]);
    });

    it('by no more than a thousand members a fact, whoever posts more', async () => {
      await events.post(scope, Array.from({ length: 2_300 }, (_, n) => visit(`m${n}`)).concat(restock() as never));
      const facts = await told();
      expect(facts.map(({ memberIds }) => memberIds.length)).toEqual([1_000, 1_000, 300]);
      expect(new Set(facts.flatMap(({ memberIds }) => memberIds)).size).toBe(2_300);
      expect(facts.map(({ ofNobody }) => ofNobody)).toEqual([true, false, false]);
      expect(new Set(facts.map(({ fromSeq }) => fromSeq)).size).toBe(1);
    });

    it('each at least once, and all of them, when many post at once', async () => {
      const posted = Array.from({ length: 60 }, (_, n) => visit(`c${n % 20}`, n));
      await Promise.all(posted.map((one) => events.post(scope, [one])));
      const found = new Set<string>();
      const facts = await told();
      for (const { memberIds, fromSeq } of facts)
        for (const { id } of await log.since(scope, { memberIds, fromSeq, types: ['visit'] })) found.add(id);
      expect(found).toEqual(new Set(posted.map(({ id }) => id)));
      expect(facts.length).toBeLessThan(60);
    });
  });

  describe('are read again', () => {
    it('by member, type and arrival, in the order in which they happened', async () => {
      const [late, early, other, same] = [visit('a', 9), visit('a', 3), browse('a', 5), visit('a', 3)];
      await events.post(scope, [late, visit('b', 1)]);
      await events.post(scope, [early, other, same]);
      const ids = await idsOf(['a', 'b']);
      const of = { memberIds: [ids.get('a')!], fromSeq: '1', types: ['visit', 'browse'] };
      const all = await log.since(scope, of);
      expect(shown(all)).toEqual([early, same, other, late].map(({ id }) => id));
      expect(all[2]).toEqual({
        seq: expect.stringMatching(/^\d+$/),
        id: other.id,
        type: 'browse',
        memberId: ids.get('a'),
        at: Date.parse(at(5)),
        receivedAt: scope.clock.now().getTime(),
        body: { url: 'https://a.example/' },
      });
      expect(shown(await log.since(scope, { ...of, types: ['browse'] }))).toEqual([other.id]);
      const fromSeq = all.find(({ id }) => id === other.id)!.seq;
      expect(shown(await log.since(scope, { ...of, fromSeq }))).toEqual([same.id, other.id]);
      expect(await log.since(scope, { ...of, memberIds: [] })).toEqual([]);
      expect(await log.since(scope, { ...of, types: [] })).toEqual([]);
    });

    it('member by member, whole, over as many pages as it takes', async () => {
      const posted = Array.from({ length: 30 }, (_, n) => visit(`p${n % 7}`, (n * 11) % 30));
      await events.post(scope, [...posted, browse('nobody of these')]);
      const found: string[] = [];
      const members: string[] = [];
      for (let afterMember = '0'; ;) {
        const page = await log.ofMembers(scope, { afterMember, members: 3, types: ['visit'] });
        if (page.length === 0) break;
        expect(new Set(page.map(({ memberId }) => memberId)).size).toBeLessThanOrEqual(3);
        found.push(...shown(page));
        members.push(...page.map(({ memberId }) => memberId!));
        afterMember = page.at(-1)!.memberId!;
      }
      const ids = await idsOf(posted.map(({ memberId }) => memberId));
      const ordered = posted.toSorted(
        (a, b) => Number(ids.get(a.memberId)) - Number(ids.get(b.memberId)) || a.occurredAt.localeCompare(b.occurredAt),
      );
      expect(found).toEqual(shown(ordered));
      expect(new Set(members).size).toBe(7);
      const some = await log.ofMembers(scope, {
        ...{ afterMember: '0', members: 10, types: ['visit'] },
        ...{ from: new Date(at(5)), to: new Date(at(9)) },
      });
      expect(some.map((one) => new Date(one.at).getUTCMinutes()).sort()).toEqual([5, 6, 7, 8]);
    });

    it('within their workspace', async () => {
      await events.post(scope, [visit('a'), restock()]);
      const ids = await idsOf(['a']);
      const { scope: stranger } = await app.workspace();
      const of = { memberIds: [...ids.values()], fromSeq: '1', types: ['visit', 'restock'] };
      expect(await log.since(stranger, of)).toEqual([]);
      expect(await log.ofNobody(stranger, of)).toEqual([]);
      expect(await log.ofMembers(stranger, { afterMember: '0', members: 10, types: of.types })).toEqual([]);
    });
  });
});
