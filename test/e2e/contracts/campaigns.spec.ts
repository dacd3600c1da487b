import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { jobsModules } from '../../../apps/worker/worker.module.js';
import { EmulatorUnderTest } from '../../../apps/line-emulator/testing/emulator-under-test.js';
import { paths, rank, Shop, type Json } from './shop.js';

const nobody = '00000000-0000-4000-8000-000000000000';
const text = (said: string) => ({ type: 'text', text: said });
const linkedAt = '2026-04-01T00:00:00Z';

describe('The contract of campaigns', () => {
  let app: TestApp;
  let line: EmulatorUnderTest;
  let shop: Shop;
  let channelId: string;

  beforeAll(async () => {
    line = await EmulatorUnderTest.start({ rateLimits: false });
    const config = { lineApiBaseUrl: line.url, lineTimeoutMs: 1_000 };
    app = await createTestApp({ imports: [...features, ...jobsModules], config });
  });
  afterAll(async () => {
    await app.close();
    await line.close();
  });
  beforeEach(async () => {
    await line.control('POST /reset', { keep: 'accounts' });
    app.scope.clock.set('2026-04-15T12:00:00+09:00');
    shop = await Shop.open(app);
    const { channelId: lineChannelId, channelSecret, accessToken } = line.channel;
    const body = { name: 'c', lineChannelId, channelSecret, accessToken, verify: false };
    channelId = (await shop.must('POST', '/v1/channels', body)).id;
  });

  const people = async (members: Record<string, { body?: Json; user?: number; friend?: boolean }>) => {
    for (const [memberId, { body }] of Object.entries(members)) await shop.put(memberId, body);
    const links = Object.entries(members).flatMap(([memberId, { user, friend = true }]) =>
      user === undefined ? [] : [{ memberId, lineUserId: line.friend(user), friend, linkedAt }],
    );
    await shop.links(channelId, ...links);
    await shop.settle();
  };
  const draft = (more: Json = {}) =>
    shop.call('POST', '/v1/campaigns', {
      name: 'c',
      channelId,
      ...('segmentId' in more ? {} : { rule: { kind: 'sample', percent: 100 } }),
      messages: [text('hello')],
      ...more,
    });
  const make = async (more: Json = {}): Promise<string> => {
    const { status, body } = await draft(more);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.id;
  };
  const turn = (id: string, how: string, body: Json = {}) => shop.call('POST', `/v1/campaigns/${id}/${how}`, body);
  const look = (id: string) => shop.must('GET', `/v1/campaigns/${id}`);
  const run = async (more: Json = {}) => {
    const id = await make(more);
    expect((await turn(id, 'schedule')).status).toBeLessThan(300);
    await shop.settle();
    return id;
  };
  const recipients = async (id: string): Promise<Record<string, Json>> => {
    const { items } = await shop.must('GET', `/v1/campaigns/${id}/recipients?limit=1000`);
    return Object.fromEntries(items.map((one: { memberId: string }) => [one.memberId, one]));
  };
  const received = async (i: number): Promise<string[]> => {
    const { entries } = await line.ledger('', `userId=${line.friend(i)}`);
    return entries
      .filter(({ outcome }: Json) => outcome === 'delivered')
      .flatMap(({ messages }: { messages: { text: string }[] }) => messages.map((one) => one.text));
  };

  it('begin as a draft, and are answered as they are', async () => {
    const given = { name: 'c', class: 'transactional', unit: 'spring_1', sendAt: '2026-05-01T10:00:00+09:00' };
    const { status, body } = await draft(given);
    expect({ status, ...body }).toMatchObject({
      status: 201,
      state: 'draft',
      name: 'c',
      class: 'transactional',
      unit: 'spring_1',
    });
    expect(await look(body.id)).toMatchObject({
      state: 'draft',
      totals: { audience: 0, planned: 0, accepted: 0, rejected: 0, uncertain: 0, skipped: {} },
    });
  });

  it.each<[string, Json, string]>([
    ['no messages', { messages: [] }, '/messages'],
    ['six messages', { messages: Array(6).fill(text('x')) }, '/messages'],
    ['messages that are none', { messages: text('x') }, '/messages'],
    ['an unknown message type', { messages: [{ type: 'nope' }] }, '/messages/0/type'],
    ['a text message without text', { messages: [text('x'), { type: 'text' }] }, '/messages/1/text'],
    ['an unknown variable', { messages: [text('{{member.nope}}')] }, '/messages/0/text'],
    ['an unknown root', { messages: [text('{{nope}}')] }, '/messages/0/text'],
    ['an event outside journeys', { messages: [text('{{event.total}}')] }, '/messages/0/text'],
    ['an unknown class', { class: 'spam' }, '/class'],
    ['a unit with a blank', { unit: 'a b' }, '/unit'],
    ['a unit of 31', { unit: 'x'.repeat(31) }, '/unit'],
    ['an empty unit', { unit: '' }, '/unit'],
    ['a local time', { sendAt: '2026-05-01T10:00:00' }, '/sendAt'],
    ['an unknown channel', { channelId: nobody }, '/channelId'],
    ['an unknown segment', { rule: undefined, segmentId: nobody }, '/segmentId'],
    ['a bad rule', { rule: rank() }, '/rule/in'],
    ['a rule with an unknown segment', { rule: { kind: 'segment', id: nobody } }, '/rule/id'],
    ['an unknown field', { nope: 1 }, '/nope'],
    ['no name', { name: undefined }, '/name'],
  ])('refuse %s', async (_, more, path) => {
    const answer = await draft(more);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(405);
    expect([answer.status, paths(answer)]).toEqual([400, [path]]);
  });

  it('refuse both or neither of segment and rule', async () => {
    const segmentId = await shop.segment(rank('a'));
    for (const more of [{ segmentId, rule: rank('a') }, { segmentId: undefined }])
      expect((await draft(more)).status).toBe(400);
  });

  it('go to everyone once, say of everyone why, and add up', async () => {
    await people({
      friend: { user: 0 },
      other: { user: 1 },
      bare: {},
      stranger: { user: 2, friend: false },
      blocked: { user: 3 },
      household: { user: 0 },
      left: { user: 4 },
    });
    const { items } = await shop.must('GET', '/v1/members/left/links');
    await shop.must('DELETE', `/v1/links/${items[0].id}`);
    const { channelSecret } = line.channel;
    expect(channelSecret).toBeTruthy();
    const url = `${await listening()}/webhooks/line/${channelId}`;
    await line.onChannel('POST /channels', { webhookUrl: url });
    await line.onChannel('POST /users/state', { userIds: [line.friend(3)], state: 'blocked' });
    await shop.settle();
    const id = await run();
    const { state, totals } = await look(id);
    expect({ state, ...totals }).toEqual({
      state: 'sent',
      audience: 7,
      planned: 0,
      accepted: 2,
      rejected: 0,
      uncertain: 0,
      skipped: { not_linked: 2, not_friend: 1, blocked: 1, duplicate: 1 },
    });
    const each = await recipients(id);
    expect(Object.keys(each).sort()).toEqual(['bare', 'blocked', 'friend', 'household', 'left', 'other', 'stranger']);
    expect(each.other).toMatchObject({ state: 'accepted', reason: null, requestId: expect.any(String) });
    expect(each.bare).toMatchObject({ state: 'skipped', reason: 'not_linked', requestId: null });
    expect(each.left).toMatchObject({ state: 'skipped', reason: 'not_linked' });
    expect(each.blocked).toMatchObject({ state: 'skipped', reason: 'blocked' });
    expect(each.stranger).toMatchObject({ state: 'skipped', reason: 'not_friend' });
    expect([each.friend?.reason, each.household?.reason].sort()).toEqual(['duplicate', null].sort());
    expect(await Promise.all([0, 1, 2, 3, 4].map(received))).toEqual([['hello'], ['hello'], [], [], []]);
    await shop.settle();
    expect(await received(0)).toEqual(['hello']);
  });

  let address: string | undefined;
  const listening = async () => {
    if (!address) await app.nest.listen(0, '127.0.0.1');
    return (address ??= await app.nest.getUrl());
  };

  it('fill in values as data, fall back, and skip whose value is missing', async () => {
    const evil = '"}],"to":"x","messages":[{"type":"text","text":"{{member.rank}}\\n\u2028';
    await people({
      evil: { user: 0, body: { rank: 'gold', attributes: { name: evil } } },
      plain: { user: 1, body: { rank: 'silver', attributes: { name: 5 } } },
      nameless: { user: 2, body: { rank: 'gold' } },
      rankless: { user: 3, body: { attributes: { name: 'x' } } },
    });
    const id = await run({ messages: [text('{{member.rank}}: {{member.attributes.name | fallback: "お客様"}}さん')] });
    expect(await Promise.all([0, 1, 2, 3].map(received))).toEqual([
      [`gold: ${evil}さん`],
      ['silver: 5さん'],
      ['gold: お客様さん'],
      [],
    ]);
    const { state, totals } = await look(id);
    expect({ state, ...totals }).toMatchObject({
      state: 'sent',
      audience: 4,
      planned: 0,
      accepted: 3,
      rejected: 0,
      uncertain: 0,
    });
    expect(Object.values(totals.skipped as Record<string, number>)).toEqual([1]);
    expect((await recipients(id)).rankless).toMatchObject({
      state: 'skipped',
      reason: expect.any(String),
      requestId: null,
    });
  });

  it('ask the segment at the moment of sending', async () => {
    await people({ a: { user: 0, body: { rank: 'gold' } }, b: { user: 1 } });
    const id = await run({ segmentId: await shop.segment(rank('gold')) });
    expect((await look(id)).totals).toMatchObject({ audience: 1, accepted: 1, skipped: {} });
    expect(await Promise.all([0, 1].map(received))).toEqual([['hello'], []]);
  });

  it('wait for their time', async () => {
    await people({ a: { user: 0 } });
    const id = await run({ sendAt: '2026-04-15T13:00:00+09:00' });
    expect(await look(id)).toMatchObject({ state: 'scheduled', totals: { audience: 0 } });
    app.scope.clock.advance(59 * 60_000);
    await shop.settle();
    expect([(await look(id)).state, await received(0)]).toEqual(['scheduled', []]);
    app.scope.clock.advance(60_000);
    await shop.settle();
    expect([(await look(id)).state, await received(0)]).toEqual(['sent', ['hello']]);
  });

  const at = { sendAt: '2026-04-15T13:00:00+09:00' };
  it.each<[string, string[], Json, Record<string, boolean>]>([
    ['draft', [], {}, { pause: false, resume: false }],
    ['scheduled', ['schedule'], at, { schedule: false, resume: false }],
    ['cancelled', ['schedule', 'cancel'], at, { schedule: false, pause: false, resume: false, cancel: false }],
    ['sent', ['schedule'], {}, { schedule: false, pause: false, resume: false, cancel: false }],
    ['scheduled', ['schedule'], at, { cancel: true }],
    ['draft', [], {}, { schedule: true }],
  ])('that are %s allow what fits', async (state, steps, more, tried) => {
    await people({ a: { user: 0 } });
    const id = await make(more);
    for (const step of steps) expect((await turn(id, step)).status).toBeLessThan(300);
    await shop.settle();
    expect((await look(id)).state).toBe(state);
    for (const [step, fits] of Object.entries(tried)) {
      const { status, body } = await turn(id, step);
      expect([step, status < 300, body?.code]).toEqual([step, fits, fits ? undefined : 'campaigns.wrong_state']);
    }
    if (!Object.values(tried).includes(true)) expect((await look(id)).state).toBe(state);
    // The clock is set back for the next one, who shares the emulator's people.
    await turn(id, 'cancel');
  });

  it('that are cancelled send nothing', async () => {
    await people({ a: { user: 0 } });
    const id = await run(at);
    await turn(id, 'cancel');
    app.scope.clock.advance(3_600_000);
    await shop.settle();
    expect([(await look(id)).state, await received(0)]).toEqual(['cancelled', []]);
  });

  it('that are paused in mid-sending stand still, go on when resumed, and send once', async () => {
    await people({ a: { user: 0 }, b: { user: 1 } });
    await line.control('POST /faults', { kind: '429-rate', endpoint: 'multicast' });
    const id = await run();
    expect((await look(id)).state).toBe('sending');
    expect((await turn(id, 'pause')).status).toBeLessThan(300);
    await line.control('DELETE /faults');
    app.scope.clock.advance(60_000);
    await shop.settle();
    const { state, totals } = await look(id);
    expect([state, totals.planned, await received(0)]).toEqual(['paused', 2, []]);
    expect((await turn(id, 'schedule')).body.code).toBe('campaigns.wrong_state');
    expect((await turn(id, 'resume')).status).toBeLessThan(300);
    app.scope.clock.advance(60_000);
    await shop.settle();
    expect([(await look(id)).state, await received(0), await received(1)]).toEqual(['sent', ['hello'], ['hello']]);
  });

  it.each(['after500', 'accepted-then-dropped', 'before500'])('reach everyone once in spite of %s', async (kind) => {
    await people({ a: { user: 0 }, b: { user: 1 } });
    await line.control('POST /faults', { kind, times: 1 });
    const id = await make();
    await turn(id, 'schedule');
    await shop.settle();
    app.scope.clock.advance(3_600_000);
    await shop.settle();
    expect((await look(id)).totals).toMatchObject({ accepted: 2, uncertain: 0, planned: 0 });
    expect([await received(0), await received(1)]).toEqual([['hello'], ['hello']]);
  });

  it('are answered 404 where there is none', async () => {
    for (const how of ['schedule', 'pause', 'resume', 'cancel']) expect((await turn(nobody, how)).status).toBe(404);
    for (const url of ['', '/recipients'])
      expect((await shop.call('GET', `/v1/campaigns/${nobody}${url}`)).status).toBe(404);
  });

  it('go to testers, and stay drafts', async () => {
    await people({ a: { user: 0 }, b: { user: 1 } });
    const id = await make();
    expect((await turn(id, 'test', { memberIds: ['a'] })).status).toBeLessThan(300);
    await shop.settle();
    expect([(await look(id)).state, await received(0), await received(1)]).toEqual(['draft', ['hello'], []]);
  });
});
