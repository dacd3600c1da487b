import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Channels } from '#channels';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import { countOf, DeliveryStage, dieOnce, HELLO, PeopleModule, PERSONAL } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';
import { NamingRepository } from './naming.repository.js';
import { PlanningRepository } from './planning.repository.js';
import { Planning } from './planning.service.js';

describe('planning', () => {
  let line: EmulatedLine;
  let app: TestApp;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  const open = (friends: number) => DeliveryStage.open(app, line, friends);
  const name = (value: string) => [{ type: 'text', text: value }];

  it('names everyone and gives each who is skipped a reason', async () => {
    const stage = await open(8);
    const [, blocked, stranger, unlinked] = stage.people;
    await stage.peopleTable.setFriend(stage.scope, blocked!.userId, 'blocked');
    await stage.peopleTable.setFriend(stage.scope, stranger!.userId, 'none');
    await stage.peopleTable.unlink(stage.scope, unlinked!.memberId);
    const id = await stage.planned(HELLO);
    expect(await stage.totals(id)).toEqual({
      audience: 8,
      planned: 5,
      accepted: 0,
      rejected: 0,
      uncertain: 0,
      skipped: { blocked: 1, not_friend: 1, not_linked: 1 },
    });
    expect(await stage.totals(id)).toEqual(countOf(await stage.outcomes(id)));
  });

  it('chooses one LINE user a member: a friend before a blocker, then the oldest', async () => {
    const stage = await open(3);
    const [first, second, third] = stage.people;
    await stage.peopleTable.unlink(stage.scope, third!.memberId);
    await stage.peopleTable.link(stage.scope, stage.channelId, first!.memberId, third!.userId);
    await stage.peopleTable.setFriend(stage.scope, first!.userId, 'blocked');
    const id = await stage.planned(HELLO);
    const [one] = await stage.outcomes(id, { memberId: first!.memberId });
    expect(one).toMatchObject({ state: 'planned', lineUserId: third!.userId });
    const [two] = await stage.outcomes(id, { memberId: second!.memberId });
    expect(two).toMatchObject({ state: 'planned', lineUserId: second!.userId });
  });

  it('sends to those who are linked in a role, and says of the others that they are not', async () => {
    const stage = await open(4);
    const [both, user, contractor, unlinked] = stage.people;
    const { scope, channelId, peopleTable } = stage;
    // As `user`: to the LINE user of somebody else, though their own is the older friend.
    await peopleTable.link(scope, channelId, both!.memberId, contractor!.userId);
    await peopleTable.link(scope, channelId, user!.memberId, user!.userId);
    await peopleTable.unlink(scope, unlinked!.memberId);
    const id = await stage.planned(HELLO, { role: 'user' });
    expect(await stage.totals(id)).toMatchObject({ planned: 2, skipped: { not_in_role: 1, not_linked: 1 } });
    expect(await stage.outcomes(id, { memberId: both!.memberId })).toMatchObject([{ lineUserId: contractor!.userId }]);
    expect(await stage.outcomes(id, { reason: 'not_in_role' })).toMatchObject([{ memberId: contractor!.memberId }]);
  });

  it('sends to nobody whose role has ended since', async () => {
    const stage = await open(2);
    const [person, stays] = stage.people;
    const { scope, channelId, peopleTable } = stage;
    for (const { memberId, userId } of [person!, stays!]) await peopleTable.link(scope, channelId, memberId, userId);
    const id = await stage.planned(HELLO, { role: 'user' });
    await peopleTable.endRole(scope, person!.memberId, 'user');
    await stage.drain();
    expect(await stage.totals(id)).toMatchObject({ accepted: 1, skipped: { not_in_role: 1 } });
    expect(await line.textsOf(person!.userId)).toEqual([]);
  });

  it('sends a household that shares a LINE user one message', async () => {
    const stage = await open(2);
    const [mother, child] = stage.people;
    await stage.peopleTable.unlink(stage.scope, child!.memberId);
    await stage.peopleTable.link(stage.scope, stage.channelId, child!.memberId, mother!.userId);
    const id = await stage.planned(HELLO);
    expect(await stage.totals(id)).toMatchObject({ planned: 1, skipped: { duplicate: 1 } });
    const [duplicate] = await stage.outcomes(id, { reason: 'duplicate' });
    expect(duplicate).toMatchObject({ memberId: child!.memberId, lineUserId: mother!.userId });
  });

  it('freezes the values of each person and skips who lacks one', async () => {
    const stage = await open(4);
    const [named, listed, empty] = stage.people;
    await stage.peopleTable.setAttributes(stage.scope, named!.memberId, { name: '花子 "{{x}}"' });
    await stage.peopleTable.setAttributes(stage.scope, listed!.memberId, { name: ['a', 'b'] });
    await stage.peopleTable.setAttributes(stage.scope, empty!.memberId, { name: '' });
    const id = await stage.planned(name('{{member.attributes.name}} {{member.rank}} {{member.purchaseTotal}}'));
    await stage.peopleTable.setAttributes(stage.scope, named!.memberId, { name: 'changed' });
    await stage.drain();
    expect(await line.textsOf(named!.userId)).toEqual(['花子 "{{x}}" gold 0']);
    expect(await line.textsOf(listed!.userId)).toEqual(['a、b gold 0']);
    expect(await stage.totals(id)).toMatchObject({ accepted: 2, skipped: { missing_variable: 2 } });
    const [missing] = await stage.outcomes(id, { reason: 'missing_variable' });
    expect(missing).toMatchObject({ memberId: empty!.memberId, detail: 'member.attributes.name' });
  });

  it('lets the next of a household have the message when the first lacks a value', async () => {
    const stage = await open(2);
    const [mother, child] = stage.people;
    await stage.peopleTable.unlink(stage.scope, child!.memberId);
    await stage.peopleTable.link(stage.scope, stage.channelId, child!.memberId, mother!.userId);
    await stage.peopleTable.setAttributes(stage.scope, child!.memberId, { name: '太郎' });
    const id = await stage.planned(name('{{member.attributes.name}}'));
    expect(await stage.totals(id)).toMatchObject({ planned: 1, skipped: { missing_variable: 1 } });
  });

  it('can die at any line and be done again', async () => {
    const stage = await open(45_000);
    const id = await stage.start(HELLO);
    const repository = app.get(PlanningRepository);
    for (const [target, method, when] of [
      [repository, 'hold', 'after'],
      [app.get(NamingRepository), 'nameAudience', 'after'],
      [repository, 'planSlice', 'before'],
      [repository, 'planSlice', 'after'],
      [repository, 'finish', 'before'],
    ] as const) {
      dieOnce(target, method, when);
      await expect(stage.plan(id)).rejects.toThrow('killed');
    }
    await stage.plan(id);
    await stage.plan(id);
    expect(await stage.state(id)).toBe('sending');
    expect(await stage.totals(id)).toMatchObject({ audience: 45_000, planned: 45_000, skipped: {} });
    expect(await stage.outcomes(id, { limit: 100_000 })).toHaveLength(45_000);
  }, 60_000);

  it('finds a duplicate in another slice', async () => {
    const stage = await open(20_001);
    const [first, last] = [stage.people[0]!, stage.people.at(-1)!];
    await stage.peopleTable.unlink(stage.scope, last.memberId);
    await stage.peopleTable.link(stage.scope, stage.channelId, last.memberId, first.userId);
    const id = await stage.planned(HELLO);
    expect(await stage.totals(id)).toMatchObject({ planned: 20_000, skipped: { duplicate: 1 } });
    expect(await stage.outcomes(id, { memberId: last.memberId })).toMatchObject([{ reason: 'duplicate' }]);
  }, 60_000);

  it('takes turns with other sends, a slice each', async () => {
    await drainJobs(app.nest);
    for (const friends of [42_000, 22_001, 2_000]) await (await open(friends)).start(HELLO);
    const ran = (await drainJobs(app.nest)).filter(({ job }) => job.startsWith('delivery.plan'));
    const [first, second] = ran.filter(({ job }) => job === 'delivery.plan_rest');
    expect(ran.map(({ job, outcome }) => [job, outcome]).slice(0, 3)).toEqual(Array(3).fill(['delivery.plan', 'done']));
    expect(ran.map(({ id, outcome }) => [id, outcome]).slice(3)).toEqual([
      [first!.id, 'later'],
      [second!.id, 'later'],
      [first!.id, 'done'],
      [second!.id, 'done'],
    ]);
  }, 60_000);

  it('lets sends that begin go before the rest of others', async () => {
    const planning = app.get(Planning);
    const large = await open(2_001);
    const id = await large.start(HELLO);
    await planning.begin(large.scope, id);
    const other = await open(1);
    const beginning = await other.start(HELLO);
    await line.fault({ kind: 'hang', endpoint: 'validate.multicast', times: 1 });
    const order: string[] = [];
    await Promise.all([
      planning.begin(other.scope, beginning).catch((error: unknown) => order.push((error as Error).name)),
      planning.goOn(large.scope, id).then(() => order.push('rest')),
    ]);
    expect(order).toEqual(['RetryAfter', 'rest']);
  });

  it('tells everyone who was named when it is cancelled before it is planned', async () => {
    const stage = await open(30_000);
    const id = await stage.start(HELLO);
    dieOnce(app.get(PlanningRepository), 'planSlice', 'before');
    await expect(stage.plan(id)).rejects.toThrow('killed');
    await stage.sends.cancel(stage.scope, id);
    expect(await stage.totals(id)).toMatchObject({ audience: 30_000, planned: 30_000 });
    await stage.plan(id);
    expect(await stage.totals(id)).toMatchObject({ planned: 0, skipped: { cancelled: 30_000 } });
    expect((await stage.sends.get(stage.scope, id)).endedAt).not.toBeNull();
    await stage.drain();
    expect((await line.received()).size).toBe(0);
  }, 60_000);

  it('waits where it is paused and goes on where it was', async () => {
    const stage = await open(30_000);
    const id = await stage.start(HELLO);
    dieOnce(app.get(PlanningRepository), 'planSlice', 'before');
    await expect(stage.plan(id)).rejects.toThrow('killed');
    expect(await stage.sends.pause(stage.scope, id)).toBe(true);
    await stage.plan(id);
    expect(await stage.outcomes(id)).toEqual([]);
    expect(await stage.sends.resume(stage.scope, id)).toBe(true);
    expect(await stage.state(id)).toBe('planning');
    await stage.plan(id);
    expect(await stage.totals(id)).toMatchObject({ planned: 30_000 });
  }, 60_000);

  it('ends at once where the rule names nobody', async () => {
    const stage = await open(1);
    const id = await stage.planned(HELLO, {
      audience: { rule: { kind: 'rank', in: ['nobody'] }, asOf: stage.scope.clock.now() },
    });
    expect(await stage.state(id)).toBe('sent');
    expect(await stage.totals(id)).toMatchObject({ audience: 0 });
  });

  it('asks LINE about the content before anybody is named', async () => {
    const stage = await open(5);
    await line.fault({ kind: '400', endpoint: 'validate.multicast', times: 1 });
    const id = await stage.planned(HELLO);
    expect(await stage.sends.get(stage.scope, id)).toMatchObject({
      state: 'failed',
      problem: { code: 'delivery.content_refused' },
    });
    expect(await stage.totals(id)).toMatchObject({ audience: 0 });
    await line.fault({ kind: '401', endpoint: 'validate.push', times: 1 });
    const personal = await stage.start(PERSONAL);
    await expect(stage.plan(personal)).rejects.toThrow('could not be asked');
    expect((await app.get(Channels).get(stage.scope, stage.channelId)).refusedAt).not.toBeNull();
    expect(await stage.state(personal)).toBe('planning');
  });

  it('fails with a reason when what the rule refers to is gone', async () => {
    const stage = await open(1);
    const rule = { kind: 'segment', id: '01900000-0000-7000-8000-000000000000' };
    const id = await stage.planned(HELLO, { audience: { rule, asOf: stage.scope.clock.now() } });
    expect(await stage.sends.get(stage.scope, id)).toMatchObject({
      state: 'failed',
      problem: { code: 'delivery.rule_refused' },
    });
  });
});
