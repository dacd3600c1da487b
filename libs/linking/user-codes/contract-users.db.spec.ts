import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '#database';
import { ContractsStory } from '../testing/contracts-story.js';

describe('The users of a contract', () => {
  let story: ContractsStory;

  beforeAll(async () => {
    story = await ContractsStory.start();
  }, 60_000);

  afterAll(() => story.app.close());

  beforeEach(() => story.reset());

  const setUsers = (users: object[], contractor = 'papa') =>
    story.ask('PUT', `/v1/members/${contractor}/users`, { users });

  it('are named with the contract, kept in order, and shown again', async () => {
    const users = [{ memberId: 'taro', name: 'たろう' }, { memberId: 'papa' }, { memberId: 'hana', name: 'はな' }];
    const expected = [
      { memberId: 'taro', name: 'たろう', linked: false },
      { memberId: 'papa', name: null, linked: false },
      { memberId: 'hana', name: 'はな', linked: false },
    ];
    const shown = await setUsers(users);
    expect(shown).toMatchObject({ status: 200 });
    const byMember = (list: { memberId: string }[]) => [...list].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
    expect(byMember(shown.body.users)).toEqual(byMember(expected));
    expect((await story.ask('GET', '/v1/members/papa/users')).body).toEqual(shown.body);
    await story.link(1, 'taro', 'user');
    const { body } = await story.ask('GET', '/v1/members/papa/users');
    expect(body.users.find(({ memberId }: { memberId: string }) => memberId === 'taro')).toMatchObject({
      linked: true,
    });
  });

  it('are stored without their names in clear', async () => {
    await setUsers([{ memberId: 'taro', name: 'たろう' }]);
    await story.give('hana', { label: 'はな' });
    const rows = await story.db.query(
      story.app.scope,
      sql`select name, null as label, null as code from contract_users
      union all select null, label, code from user_codes`,
    );
    const stored = Buffer.concat(rows.flatMap((row) => Object.values(row).filter((value) => value !== null)));
    const { code } = (await story.codes())[0]!;
    for (const secret of ['たろう', 'はな', code!]) expect(stored.includes(secret)).toBe(false);
  });

  it.each([
    [[{ memberId: 'nobody' }], '/users/0/memberId'],
    [[{ memberId: 'taro' }, { memberId: 'taro' }], '/users/1/memberId'],
    [[{ memberId: 'taro', name: '' }], '/users/0/name'],
    [[{ memberId: 'taro', age: 5 }], '/users/0/age'],
    [{}, '/users'],
  ])('are refused as %j', async (users, path) => {
    expect(await setUsers(users as object[])).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect((await story.ask('GET', '/v1/members/papa/users')).body).toEqual({ users: [] });
  });

  it('of an unknown contractor are not found', async () => {
    expect(await setUsers([], 'nobody')).toMatchObject({ status: 404 });
    expect(await story.ask('GET', '/v1/members/nobody/users')).toMatchObject({ status: 404 });
  });

  it('each have a code once the contractor links, and whoever comes later at once', async () => {
    await setUsers([{ memberId: 'taro' }, { memberId: 'hana' }]);
    expect(await story.codes()).toEqual([]);
    await story.link(1, 'papa', 'contractor');
    const users = async () => (await story.codes()).map(({ userMemberId }) => userMemberId).sort();
    expect(await users()).toEqual(['hana', 'taro']);
    await setUsers([{ memberId: 'taro' }, { memberId: 'papa' }]);
    expect(await users()).toEqual(['papa', 'taro']);
  });

  it('are the contractor alone where nobody else is named', async () => {
    await story.link(1, 'papa', 'contractor');
    expect(await story.codes()).toMatchObject([{ userMemberId: 'papa', state: 'open' }]);
    expect(await story.codes('other')).toEqual([]);
  });

  it('get no second code by a second link, nor by the link of a plain member', async () => {
    await story.link(2, 'taro', 'member');
    expect(await story.codes('taro')).toEqual([]);
    await story.link(1, 'papa', 'contractor');
    const [first] = await story.codes();
    await story.types(3, first!.code!);
    await story.db.execute(story.app.scope, sql`update links set ended_at = now() where role = 'contractor'`);
    await story.link(1, 'papa', 'contractor');
    expect(await story.codes()).toMatchObject([{ id: first!.id, state: 'used' }]);
  });

  it('lose an open code when they are none any more, but no link', async () => {
    const { code } = await story.give('taro');
    const used = await story.give('hana');
    await story.types(1, used.code);
    await setUsers([]);
    expect(await story.types(2, code)).toEqual({ kind: 'wrong' });
    expect(await story.linksOf(1)).toEqual(['user hana']);
  });
});
