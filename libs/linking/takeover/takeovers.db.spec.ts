import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import type { AppError } from '#kernel';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { linkingModules, LinkingStory, lineUser, type ShownLink } from '../testing/linking-story.js';
import { TakeoverStory } from './testing/takeover-story.js';

const HOUR = 60 * 60_000;

describe('A takeover', () => {
  let app: TestApp;
  let story: LinkingStory<TestApp>;
  let takeovers: TakeoverStory;

  beforeAll(async () => {
    app = await createTestApp({ imports: linkingModules });
    story = await LinkingStory.start(app, () => drainJobs(app.nest));
    takeovers = new TakeoverStory(app, story.channelId);
  }, 60_000);

  afterAll(() => app.close());

  beforeEach(() => story.reset());

  const link = (memberId: string, user: number, more: object = {}) =>
    story.post([{ memberId, lineUserId: lineUser(user), linkedAt: '2020-01-01T00:00:00Z', ...more }]);
  const live = async (memberId: string) =>
    (await story.linksOf(memberId))
      .filter(({ endedAt }: ShownLink) => endedAt === null)
      .map(({ lineUserId, role }: ShownLink) => `${lineUserId.slice(-2)} ${role}`)
      .sort();
  const codeOf = (done: Promise<unknown>) =>
    done.then(
      () => 'done',
      (error: unknown) => (error as AppError).code,
    );
  const announced = (job: string) =>
    app
      .get(Database)
      .query<{ payload: { takeoverId?: string } }>(app.scope, sql`select payload from outbox where job = ${job}`);

  it('moves every link of the member with that LINE user, at once, and nobody else’s', async () => {
    await link('m1', 1, { role: 'contractor' });
    await link('m1', 1, { role: 'user', friend: true });
    await link('m2', 1);
    await link('m1', 3);
    const { status, body } = await takeovers.ask('m1', { lineUserId: lineUser(1) });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        memberId: 'm1',
        fromLineUserId: lineUser(1),
        toLineUserId: null,
        state: 'open',
        code: expect.stringMatching(/^\w{10}$/),
        links: [{ role: 'contractor' }, { role: 'user' }],
        warnings: ['no_login', 'no_email'],
      },
    });
    const attempt = await takeovers.newcomer(2, 'm1');
    await takeovers.enter(attempt, ` ${body.code} `);
    expect(await live('m1')).toEqual(['01 contractor', '01 user', '03 member']);
    await takeovers.confirm(attempt);
    expect(await live('m1')).toEqual(['02 contractor', '02 user', '03 member']);
    expect(await live('m2')).toEqual(['01 member']);
    const all = await story.linksOf('m1');
    expect(all.filter(({ endedAt }) => endedAt)).toMatchObject([
      { endReason: 'taken_over' },
      { endReason: 'taken_over' },
    ]);
    expect(all.slice(-2)).toMatchObject([
      { linkedAt: '2020-01-01T00:00:00.000Z', route: 'login' },
      { linkedAt: '2020-01-01T00:00:00.000Z', route: 'login' },
    ]);
    expect(await story.tiesOf('m1')).toEqual({ linked: true, friendState: 'none' });
    expect(await takeovers.show(body.id)).toMatchObject({ state: 'done', toLineUserId: lineUser(2) });
  });

  it('is told as ends and beginnings with role and route, marked as moved, and as itself', async () => {
    await link('m1', 1, { role: 'contractor' });
    await link('m1', 1, { role: 'user' });
    await app.get(Database).execute(app.scope, sql`delete from outbox`);
    const id = await takeovers.move('m1', 2);
    const payloads = async (job: string) => (await announced(job)).map(({ payload }) => payload);
    const inRoles = (route: string) => ['contractor', 'user'].map((role) => ({ role, route }));
    expect(await payloads('linking.unlinked')).toMatchObject([
      { takeoverId: id, reason: 'taken_over', links: inRoles('import') },
    ]);
    expect(await payloads('linking.linked')).toMatchObject([{ takeoverId: id, links: inRoles('login') }]);
    expect(await payloads('linking.taken_over')).toMatchObject([{ takeoverId: id, channelId: story.channelId }]);
  });

  it('is off until it is asked for, and its code is nowhere in clear', async () => {
    await link('m1', 1);
    expect((await app.request('GET', '/v1/takeovers')).body.items).toEqual([]);
    const attempt = await takeovers.newcomer(2, 'm1');
    expect(await codeOf(takeovers.enter(attempt, 'A2bcdefghj'))).toBe('linking.takeover_code_wrong');
    const { code } = await takeovers.codeFor('m1');
    const rows = await app.get(Database).query(app.scope, sql`select t::text as row from takeovers t`);
    const entries = await app.get(Database).query(app.scope, sql`select a::text as row from audit_entries a`);
    expect(JSON.stringify([rows, entries])).not.toContain(code);
  });

  it('is over after 24 hours, when a newer code is asked for, and once it is done', async () => {
    await link('m1', 1);
    const attempt = await takeovers.newcomer(2, 'm1');
    const first = await takeovers.codeFor('m1');
    const second = await takeovers.codeFor('m1');
    expect(await takeovers.show(first.id)).toMatchObject({ state: 'cancelled' });
    expect(await codeOf(takeovers.enter(attempt, first.code))).toBe('linking.takeover_over');
    await takeovers.enter(attempt, second.code);
    app.scope.clock.advance(24 * HOUR);
    expect(await takeovers.show(second.id)).toMatchObject({ state: 'expired' });
    const late = await takeovers.newcomer(2, 'm1');
    expect(await codeOf(takeovers.enter(late, second.code))).toBe('linking.takeover_over');
    const third = await takeovers.codeFor('m1');
    await takeovers.enter(late, third.code);
    await takeovers.confirm(late);
    const again = await takeovers.newcomer(3, 'm1');
    expect(await codeOf(takeovers.enter(again, third.code))).toBe('linking.takeover_over');
    expect(await live('m1')).toEqual(['02 member']);
  });

  it('is won by one of ten who race, and the others are told', async () => {
    await link('m1', 1, { role: 'contractor' });
    await link('m1', 1, { role: 'user' });
    const { code } = await takeovers.codeFor('m1');
    const racers = await Promise.all(Array.from({ length: 10 }, (_, n) => takeovers.newcomer(n + 2, 'm1')));
    await Promise.all(racers.map((racer) => takeovers.enter(racer, code)));
    const ends = await Promise.all(racers.map((racer) => codeOf(takeovers.confirm(racer))));
    expect(ends.filter((end) => end === 'done')).toHaveLength(1);
    expect(ends.filter((end) => end !== 'done')).toEqual(Array.from({ length: 9 }, () => 'linking.takeover_over'));
    const winner = (ends.indexOf('done') + 2).toString(16).padStart(2, '0');
    expect(await live('m1')).toEqual([`${winner} contractor`, `${winner} user`]);
  });

  it('happens once for ten taps of the same person', async () => {
    await link('m1', 1);
    const { code } = await takeovers.codeFor('m1');
    const attempt = await takeovers.newcomer(2, 'm1');
    await takeovers.enter(attempt, code);
    const ends = await Promise.all(Array.from({ length: 10 }, () => codeOf(takeovers.confirm(attempt))));
    expect(ends.filter((end) => end === 'done')).toHaveLength(1);
    expect(await story.linksOf('m1')).toHaveLength(2);
  });

  it('needs the member who it is about, another LINE account, and the channel it was asked on', async () => {
    await link('m1', 1);
    const { code } = await takeovers.codeFor('m1');
    const stranger = await takeovers.newcomer(2, 'm2');
    await takeovers.enter(stranger, code);
    expect(await codeOf(takeovers.confirm(stranger))).toBe('linking.takeover_other_member');
    const same = await takeovers.newcomer(1, 'm1');
    expect(await codeOf(takeovers.enter(same, code))).toBe('linking.takeover_same_account');
    const elsewhere = await new TakeoverStory(app, story.otherChannelId).newcomer(2, 'm1');
    expect(await codeOf(takeovers.enter(elsewhere, code))).toBe('linking.takeover_code_wrong');
    expect(await live('m1')).toEqual(['01 member']);
  });

  it('is refused where the new LINE account has the role for another member, and waits', async () => {
    await link('m1', 1);
    await link('m2', 2);
    const { id, code } = await takeovers.codeFor('m1');
    const attempt = await takeovers.newcomer(2, 'm1');
    await takeovers.enter(attempt, code);
    expect(await codeOf(takeovers.confirm(attempt))).toBe('linking.line_user_taken');
    expect(await takeovers.show(id)).toMatchObject({ state: 'open' });
    expect(await live('m1')).toEqual(['01 member']);
  });

  it('brings a household that shared the old LINE account along, one after another', async () => {
    await link('m1', 1);
    await link('m2', 1);
    await takeovers.move('m1', 2);
    const second = await takeovers.move('m2', 2);
    expect([await live('m1'), await live('m2')]).toEqual([['02 member'], ['02 member']]);
    await takeovers.undo(second);
    expect([await live('m1'), await live('m2')]).toEqual([['02 member'], ['01 member']]);
  });

  it('asks which LINE account where there are several, and has none to move where there is none', async () => {
    expect(await takeovers.ask('m1')).toMatchObject({ status: 409, body: { code: 'linking.takeover_not_linked' } });
    await link('m1', 1);
    await link('m1', 2);
    expect(await takeovers.ask('m1')).toMatchObject({ status: 409, body: { code: 'linking.takeover_which' } });
    expect(await takeovers.ask('m1', { lineUserId: lineUser(9) })).toMatchObject({ status: 409 });
    expect(await takeovers.ask('m1', { lineUserId: lineUser(2) })).toMatchObject({ status: 201 });
    expect(await takeovers.ask('nobody')).toMatchObject({ status: 404 });
    expect(await takeovers.ask('m1', { channelId: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90' })).toMatchObject({
      status: 400,
    });
  });

  it('that meets the same link at the new LINE account leaves it as it is, also when undone', async () => {
    await link('m1', 1, { role: 'user' });
    await link('m1', 2, { role: 'user' });
    const id = await takeovers.move('m1', 2, { lineUserId: lineUser(1) });
    expect(await live('m1')).toEqual(['02 user']);
    await takeovers.undo(id);
    expect(await live('m1')).toEqual(['01 user', '02 user']);
  });

  describe('undone', () => {
    it('gives back exactly what it took, within a day and once', async () => {
      await link('m1', 1, { role: 'contractor', friend: true });
      await link('m1', 1, { role: 'user', friend: true });
      const before = (await story.linksOf('m1')).map(({ id: _, ...rest }) => rest);
      const id = await takeovers.move('m1', 2);
      app.scope.clock.advance(24 * HOUR - 1);
      const all = await Promise.all(Array.from({ length: 10 }, () => takeovers.undo(id)));
      expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
      const now = (await story.linksOf('m1'))
        .filter(({ endedAt }) => endedAt === null)
        .map(({ id: _, ...rest }) => rest);
      expect(now).toEqual(before);
      expect(await story.tiesOf('m1')).toEqual({ linked: true, friendState: 'friend' });
      expect(await takeovers.show(id)).toMatchObject({ state: 'undone' });
      expect((await story.linksOf('m1')).filter(({ endedAt }) => endedAt)).toHaveLength(4);
    });

    it('is not any more after a day, and not before it is done', async () => {
      await link('m1', 1);
      const open = await takeovers.codeFor('m1');
      expect(await takeovers.undo(open.id)).toMatchObject({ status: 409 });
      const id = await takeovers.move('m1', 2);
      app.scope.clock.advance(24 * HOUR);
      expect(await takeovers.undo(id)).toMatchObject({ status: 409, body: { code: 'linking.takeover_undo_over' } });
      expect(await takeovers.undo('0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90')).toMatchObject({ status: 404 });
    });

    it('comes in the reverse order of what was done', async () => {
      await link('m1', 1);
      const first = await takeovers.move('m1', 2);
      const second = await takeovers.move('m1', 3);
      expect(await takeovers.undo(first)).toMatchObject({ status: 409, body: { code: 'linking.takeover_moved_on' } });
      expect(await takeovers.undo(second)).toMatchObject({ status: 200 });
      expect(await takeovers.undo(first)).toMatchObject({ status: 200 });
      expect(await live('m1')).toEqual(['01 member']);
    });

    it('gives back also what the new LINE account has ended meanwhile', async () => {
      await link('m1', 1);
      const id = await takeovers.move('m1', 2);
      await story.end((await story.linksOf('m1'))[1]!.id);
      await takeovers.undo(id);
      expect(await live('m1')).toEqual(['01 member']);
    });
  });

  it('slows down who guesses codes', async () => {
    await link('m1', 1);
    const attempt = await takeovers.newcomer(2, 'm1');
    const tries = [];
    for (let n = 0; n < 7; n++) tries.push(await codeOf(takeovers.enter(attempt, 'A2bcdefghj')));
    expect(tries.slice(-1)).toEqual(['linking.takeover_too_often']);
    const { code } = await takeovers.codeFor('m1');
    expect(await codeOf(takeovers.enter(attempt, code))).toBe('linking.takeover_too_often');
  });

  it('is listed, the newest first, by state', async () => {
    await link('m1', 1);
    await link('m2', 2);
    const done = await takeovers.move('m1', 3);
    const { id: open } = await takeovers.codeFor('m2');
    const list = async (query: string) =>
      (await app.request('GET', `/v1/takeovers${query}`)).body.items.map(({ id }: { id: string }) => id) as string[];
    expect(await list('')).toEqual([open, done]);
    expect(await list('?state=open')).toEqual([open]);
    expect(await list('?state=done')).toEqual([done]);
    expect(await list('?state=objected')).toEqual([]);
    const { body: page } = await app.request('GET', '/v1/takeovers?limit=1');
    expect(await list(`?limit=1&cursor=${page.nextCursor}`)).toEqual([done]);
    expect(await app.request('GET', '/v1/takeovers?state=x')).toMatchObject({ status: 400 });
  });

  it('of another workspace is neither seen, nor asked for, nor undone', async () => {
    await link('m1', 1);
    const id = await takeovers.move('m1', 2);
    const { key } = await app.workspace();
    const ask = (method: string, url: string, body?: object) => app.request(method, url, { key, body });
    expect(await ask('GET', `/v1/takeovers/${id}`)).toMatchObject({ status: 404 });
    expect(await ask('POST', `/v1/takeovers/${id}/undo`)).toMatchObject({ status: 404 });
    expect((await ask('GET', '/v1/takeovers')).body.items).toEqual([]);
    expect(await ask('POST', '/v1/members/m1/takeover', { channelId: story.channelId })).toMatchObject({ status: 404 });
    expect(await live('m1')).toEqual(['02 member']);
  });
});
