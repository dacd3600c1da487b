import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JobRunner } from '#jobs';
import { newId } from '#kernel';
import type { VariableValues } from '#messages';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import type { SendOrder } from '../sends.service.js';
import { DeliveryStage, PeopleModule } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';

const DAY = 24 * 60 * 60 * 1000;
const SHIPPED = [{ type: 'text', text: '{{member.externalId}}: {{event.orderId}}' }];

describe('people who are named with values of an event', () => {
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
  const named = (values: Map<string, VariableValues>): Partial<SendOrder> => ({
    origin: { kind: 'journey', id: newId() },
    class: 'triggered',
    audience: { people: [...values.keys()], values },
    withEvent: true,
  });
  const orderOf = (stage: DeliveryStage, ...orderIds: (string | null)[]) =>
    named(new Map(orderIds.map((orderId, i) => [stage.people[i]!.memberId, { 'event.orderId': orderId }])));
  it('are sent their own, beside what is known of the member, as it was when it was decided', async () => {
    const stage = await open(3);
    const hostile = '"},{{member.rank}}<b>';
    const id = await stage.start(SHIPPED, orderOf(stage, 'A-1', hostile));
    await drainJobs(app.nest);
    expect(await stage.totals(id)).toMatchObject({ audience: 2, accepted: 2 });
    expect(await line.textsOf(stage.people[0]!.userId)).toEqual(['m1: A-1']);
    expect(await line.textsOf(stage.people[1]!.userId)).toEqual([`m2: ${hostile}`]);
    expect(await line.textsOf(stage.people[2]!.userId)).toEqual([]);
  });

  it('are skipped with the reason where a value is missing or breaks a limit of LINE', async () => {
    const stage = await open(3);
    const id = await stage.start(SHIPPED, orderOf(stage, 'A-1', null, 'x'.repeat(5_000)));
    await drainJobs(app.nest);
    expect(await stage.totals(id)).toMatchObject({ accepted: 1, skipped: { missing_variable: 1, unfit_message: 1 } });
    const [missing] = await stage.outcomes(id, { reason: 'missing_variable' });
    expect(missing).toMatchObject({ memberId: stage.people[1]!.memberId, detail: 'event.orderId' });
  });

  it('are all unfit where the event leaves nothing that LINE would take, and LINE is not asked', async () => {
    const stage = await open(2);
    const empty = [{ type: 'template', altText: 'a', template: { type: 'carousel', columns: [] } }];
    const id = await stage.start(empty, orderOf(stage, 'A-1', 'A-2'));
    await drainJobs(app.nest);
    expect(await stage.totals(id)).toMatchObject({ audience: 2, planned: 0, skipped: { unfit_message: 2 } });
    expect(await stage.state(id)).toBe('sent');
    const [one] = await stage.outcomes(id);
    expect(one!.detail).toContain('/0/template/columns');
    expect([await line.requestsTo('push'), await line.requestsTo('validate.push')]).toEqual([0, 0]);
  });

  it('need variables of an event to be let in', async () => {
    const stage = await open(1);
    const order = { ...orderOf(stage, 'A-1'), withEvent: undefined };
    await expect(stage.start(SHIPPED, order)).rejects.toMatchObject({ status: 400 });
  });

  it('may be testers without a member, who are shown the names', async () => {
    const stage = await open(1);
    const [person] = stage.people;
    const { scope, channelId } = stage;
    const tester = (await stage.sends.peopleByLineUser(scope, channelId, [person!.userId])).get(person!.userId)!;
    const id = await stage.start(SHIPPED, { ...orderOf(stage), audience: { people: [tester] } });
    await drainJobs(app.nest);
    expect(await stage.totals(id)).toMatchObject({ accepted: 1 });
    expect(await line.textsOf(person!.userId)).toEqual(['member.externalId: event.orderId']);
  });

  it('are planned by whoever decides once LINE has taken the content, for thirty days and on that channel', async () => {
    const stage = await open(4);
    const [, blocked] = stage.people;
    await stage.peopleTable.setFriend(stage.scope, blocked!.userId, 'blocked');
    await stage.start(SHIPPED, orderOf(stage, 'A-1'));
    expect((await drainJobs(app.nest)).map(({ job }) => job)).toContain('delivery.plan');
    const second = await stage.start(SHIPPED, orderOf(stage, 'A-2', 'A-3', 'A-4'));
    expect(await stage.state(second)).toBe('sending');
    expect(await stage.totals(second)).toMatchObject({ audience: 3, planned: 2, skipped: { blocked: 1 } });
    expect((await drainJobs(app.nest)).map(({ job }) => job)).toEqual(['delivery.drain']);
    expect(await stage.totals(second)).toMatchObject({ accepted: 2 });
    expect(await line.requestsTo('validate.push')).toBe(1);

    const nobody = await stage.start(SHIPPED, named(new Map([[blocked!.memberId, { 'event.orderId': 'A-5' }]])));
    expect(await stage.state(nobody)).toBe('sent');
    expect(await drainJobs(app.nest)).toEqual([]);

    const campaign = await stage.start(SHIPPED, { ...orderOf(stage, 'A-6'), origin: { kind: 'test', id: newId() } });
    expect(await stage.state(campaign)).toBe('planning');
    await drainJobs(app.nest);
    expect(await line.requestsTo('validate.push')).toBe(2);

    stage.scope.clock.advance(31 * DAY);
    const late = await stage.start(SHIPPED, orderOf(stage, 'A-7'));
    expect(await stage.state(late)).toBe('planning');
    await drainJobs(app.nest);
    expect(await line.requestsTo('validate.push')).toBe(3);
    expect(await stage.totals(late)).toMatchObject({ accepted: 1 });
  });

  it('in a hundred sends at once are all reached once, and woken for once', async () => {
    const stage = await open(100);
    await stage.start(SHIPPED, orderOf(stage, 'first'));
    await drainJobs(app.nest);
    await line.reset();
    await line.addFriends(stage.people.map(({ userId }) => userId));
    const sends = [];
    for (const { memberId } of stage.people)
      sends.push(await stage.start(SHIPPED, named(new Map([[memberId, { 'event.orderId': memberId }]]))));
    expect(await app.get(JobRunner).due(1_000)).toHaveLength(1);
    // Whoever asks only now whether the wake-up was early enough may find it under way, and then wakes once more.
    const ran = await drainJobs(app.nest);
    expect(new Set(ran.map(({ job }) => job))).toEqual(new Set(['delivery.drain']));
    expect([...(await line.received()).values()]).toEqual(Array(100).fill(1));
    for (const id of sends) expect(await stage.state(id)).toBe('sent');
    expect(await line.textsOf(stage.people[41]!.userId)).toEqual([`m42: ${stage.people[41]!.memberId}`]);
  });
});
