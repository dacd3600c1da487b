import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '#database';
import { Attempts } from '../attempts/attempts.service.js';
import { Links } from '../links.service.js';
import { ContractsStory, lineUser } from '../testing/contracts-story.js';
import { CodeRedemption } from './code-redemption.service.js';

describe('A user code', () => {
  let story: ContractsStory;

  beforeAll(async () => {
    story = await ContractsStory.start();
  }, 60_000);

  afterAll(() => story.app.close());

  beforeEach(() => story.reset());

  it('is given, shown again, and makes its user one of the contract', async () => {
    const given = await story.give('taro', { label: '長男' });
    expect(given).toEqual({
      id: expect.any(String),
      userMemberId: 'taro',
      label: '長男',
      code: expect.stringMatching(/^[2-9A-Za-z]{10}$/),
      state: 'open',
      createdAt: story.app.scope.clock.now().toISOString(),
      expiresAt: null,
      usedAt: null,
    });
    expect(await story.codes()).toEqual([given]);
    expect((await story.ask('GET', '/v1/members/papa/users')).body.users).toMatchObject([{ memberId: 'taro' }]);
  });

  it.each([
    ['papa', { userMemberId: 'nobody' }, 400],
    ['papa', {}, 400],
    ['papa', { userMemberId: 'taro', expiresAt: '2026-04-15T11:59:59+09:00' }, 400],
    ['papa', { userMemberId: 'taro', code: 'Ab3dEfGh2j' }, 400],
    ['nobody', { userMemberId: 'taro' }, 404],
  ])('is not given to %s with %j', async (contractor, body, status) => {
    expect(await story.ask('POST', `/v1/members/${contractor}/user-codes`, body)).toMatchObject({ status });
    expect(await story.codes()).toEqual([]);
  });

  it('is given once while it is open, also by requests that come together', async () => {
    const asked = Array.from({ length: 10 }, () =>
      story.ask('POST', '/v1/members/papa/user-codes', { userMemberId: 'taro' }),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const [open] = await story.codes();
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      expect({ status, id: body.details?.id ?? body.id }).toEqual({ status: 409, id: open!.id });
    }
  });

  it('links whoever types it, as the user and in that role, once', async () => {
    const { code } = await story.give('taro');
    expect(await story.types(1, `　${code} `)).toEqual({ kind: 'linked' });
    expect(await story.linksOf(1)).toEqual(['user taro']);
    expect(await story.codes()).toMatchObject([{ code: null, state: 'used', usedAt: expect.any(String) }]);
    expect(await story.types(2, code)).toEqual({ kind: 'wrong' });
    expect(await story.types(1, code)).toEqual({ kind: 'linked' });
  });

  it('does not link again once the link it made has ended', async () => {
    const { code } = await story.give('taro');
    await story.types(1, code);
    await story.db.execute(story.app.scope, sql`update links set ended_at = now()`);
    expect(await story.types(1, code)).toEqual({ kind: 'wrong' });
    expect(await story.linksOf(1)).toEqual([]);
  });

  it('makes one link of twenty people who type it at the same time', async () => {
    const { code } = await story.give('taro');
    await Promise.all(Array.from({ length: 20 }, (_, n) => story.lineUserId(n)));
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => story.types(n, code)));
    expect(outcomes.filter(({ kind }) => kind === 'linked')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'wrong')).toHaveLength(19);
    const { n } = await story.db.one<{ n: number }>(story.app.scope, sql`select count(*)::int as n from links`);
    expect(n).toBe(1);
  });

  it('gives the contractor the second role with the same LINE account', async () => {
    await story.link(1, 'papa', 'contractor');
    const [own] = await story.codes();
    expect(await story.types(1, own!.code!)).toEqual({ kind: 'linked' });
    expect(await story.linksOf(1)).toEqual(['contractor papa', 'user papa']);
  });

  it('is free again at once for the LINE account that kept it, and for no other', async () => {
    const { code } = await story.give('taro');
    const first = await keep(story, 7, code);
    expect(first.kept).toMatchObject({ kind: 'right' });
    expect((await keep(story, 8, code)).kept).toEqual({ kind: 'wrong' });
    const second = await keep(story, 7, code);
    expect(second.kept).toEqual(first.kept);
    const attempts = story.app.get(Attempts);
    const over = attempts.memberProven(story.app.scope, first.id, { memberId: '1', proof: 'code' });
    await expect(over).rejects.toMatchObject({ code: 'linking.attempt_over' });
    expect(await story.types(8, code)).toEqual({ kind: 'wrong' });
    expect(await story.types(7, code)).toEqual({ kind: 'linked' });
    expect(await story.linksOf(7)).toEqual(['user taro']);
  });

  it('is forgotten with its contract and its typing errors when the data of its user are erased', async () => {
    await story.ask('PUT', '/v1/members/papa/users', { users: [{ memberId: 'taro' }, { memberId: 'hana' }] });
    await story.give('taro');
    await story.give('hana');
    const both = [await story.types(3, 'aaaaaaaaa1'), await story.types(4, 'aaaaaaaaa1')];
    expect(both).toEqual([{ kind: 'wrong' }, { kind: 'wrong' }]);
    await story.link(3, 'taro', 'user');
    await story.link(4, 'taro', 'member');
    await story.link(4, 'hana', 'user');
    await story.app.get(Links).endOfMember(story.app.scope, await story.memberId('taro'));
    expect((await story.codes()).map(({ userMemberId }) => userMemberId)).toEqual(['hana']);
    const { body } = await story.ask('GET', '/v1/members/papa/users');
    expect(body.users).toMatchObject([{ memberId: 'hana' }]);
    const failures = sql`select subject as id from linking_tries where kind = 'code.line_user'`;
    expect(await story.db.query(story.app.scope, failures)).toEqual([{ id: await story.lineUserId(4) }]);
  });

  it('stays free where the LINE account is another user already, and costs no try', async () => {
    const [taro, hana] = [await story.give('taro'), await story.give('hana')];
    await story.types(1, taro.code);
    for (let i = 0; i < 20; i += 1) {
      expect(await story.types(1, hana.code)).toEqual({ kind: 'refused', code: 'linking.line_user_taken' });
    }
    expect(await story.linksOf(1)).toEqual(['user taro']);
    expect(await story.types(2, hana.code)).toEqual({ kind: 'linked' });
  });

  it.each(['toLowerCase', 'toUpperCase'] as const)(
    'is wrong after %s, told as any other wrong code',
    async (change) => {
      const { code } = await story.give('taro');
      expect(await story.types(1, code[change]())).toEqual(await story.types(1, 'Ab3dEfGh2j'));
      expect(await story.types(1, code)).toEqual({ kind: 'linked' });
    },
  );

  it('runs out', async () => {
    const expiresAt = new Date(story.app.scope.clock.now().getTime() + 60_000).toISOString();
    const { code } = await story.give('taro', { expiresAt });
    story.app.scope.clock.advance(60_000);
    expect(await story.types(1, code)).toEqual({ kind: 'wrong' });
    expect(await story.codes()).toMatchObject([{ code: null, state: 'expired' }]);
    expect(await story.give('taro')).toMatchObject({ state: 'open' });
  });

  it('is taken back, once', async () => {
    const { id, code } = await story.give('taro');
    const url = `/v1/members/papa/user-codes/${id}`;
    expect(await story.ask('DELETE', `/v1/members/other/user-codes/${id}`)).toMatchObject({ status: 404 });
    expect(await story.ask('DELETE', url)).toMatchObject({ status: 204 });
    expect(await story.ask('DELETE', url)).toMatchObject({ status: 404 });
    expect(await story.types(1, code)).toEqual({ kind: 'wrong' });
    expect(await story.codes()).toEqual([]);
  });

  it('is replaced: the old one is dead, used or not, and who is linked stays so', async () => {
    const first = await story.give('taro', { label: '長男' });
    const replace = (id: string) => story.ask('POST', `/v1/members/papa/user-codes/${id}/replace`, {});
    const { status, body: second } = await replace(first.id);
    expect({ status, second }).toMatchObject({ status: 200, second: { userMemberId: 'taro', label: '長男' } });
    expect(second.code).not.toBe(first.code);
    expect(await story.types(1, first.code)).toEqual({ kind: 'wrong' });
    expect(await story.types(1, second.code)).toEqual({ kind: 'linked' });
    const { body: third } = await replace(second.id);
    expect(await story.types(2, third.code)).toEqual({ kind: 'linked' });
    expect([await story.linksOf(1), await story.linksOf(2)]).toEqual([['user taro'], ['user taro']]);
    expect(await replace(first.id)).toMatchObject({ status: 404 });
  });

  it('is nobody else’s: another workspace neither sees, ends, replaces nor uses it', async () => {
    const { id, code } = await story.give('taro');
    const { key, scope } = await story.app.workspace();
    const ask = (method: string, url: string, body?: object) => story.app.request(method, url, { key, body });
    expect(await ask('GET', '/v1/members/papa/user-codes')).toMatchObject({ status: 404 });
    await ask('PUT', '/v1/members/papa', {});
    expect((await ask('GET', '/v1/members/papa/user-codes')).body.items).toEqual([]);
    expect(await ask('DELETE', `/v1/members/papa/user-codes/${id}`)).toMatchObject({ status: 404 });
    expect(await ask('POST', `/v1/members/papa/user-codes/${id}/replace`, {})).toMatchObject({ status: 404 });
    expect(await story.typesIn(scope, code)).toEqual({ kind: 'wrong' });
    expect(await story.codes()).toMatchObject([{ code, state: 'open' }]);
  });

  it('is seen only with the permit for it', async () => {
    const body = { name: 'k', permits: ['linking.read', 'linking.write'] };
    const { body: made } = await story.ask('POST', '/v1/api-keys', body);
    const key = made.secret ?? made.key ?? made.apiKey;
    const ask = (method: string, more = {}) =>
      story.app.request(method, '/v1/members/papa/user-codes', { key, ...more });
    expect(await ask('GET')).toMatchObject({ status: 403 });
    expect(await ask('POST', { body: { userMemberId: 'taro' } })).toMatchObject({ status: 403 });
  });

  it('leaves neither itself nor names in the audit log', async () => {
    const { code } = await story.give('taro', { label: '長男' });
    await story.types(1, code.toLowerCase());
    await story.types(1, code);
    const entries = await story.db.query<{ line: string }>(
      story.app.scope,
      sql`select concat_ws(' ', action, subject, details) as line from audit_entries`,
    );
    const log = entries.map(({ line }) => line).join('\n');
    for (const word of ['linking.user_code_given', 'linking.user_code_wrong', 'linking.user_code_used'])
      expect(log).toContain(word);
    for (const secret of [code, code.toLowerCase(), '長男', lineUser(1)]) expect(log).not.toContain(secret);
  });
});

/** The nth LINE user enters a code on the page, in a browser of its own. */
async function keep(story: ContractsStory, n: number, code: string) {
  const { scope } = story.app;
  const { channelId } = story;
  const attempts = story.app.get(Attempts);
  const given = { channelId, purpose: 'link', route: 'user_code', role: 'user' } as const;
  const { id } = (await attempts.begin(scope, given)).attempt;
  const lineUserId = await story.lineUserId(n);
  await attempts.lineProven(scope, id, { lineUserId });
  return { id, kept: await story.app.get(CodeRedemption).keepFor(scope, { attemptId: id, lineUserId }, code) };
}
