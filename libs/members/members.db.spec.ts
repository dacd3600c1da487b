import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestWorkspace } from '#testing';
import { MembersHttpModule } from './members.module.js';
import { Members } from './members.service.js';

const bare = {
  rank: null,
  birthMonth: null,
  birthDate: null,
  email: null,
  phone: null,
  registeredAt: null,
  tags: [],
  attributes: {},
  visitCount: 0,
  purchaseCount: 0,
  purchaseTotal: 0,
  firstPurchaseAt: null,
  lastPurchaseAt: null,
  linked: false,
  friendState: 'none',
};

describe('members', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [MembersHttpModule] });
  });

  afterAll(() => app.close());

  const put = (id: string, body: unknown, of: TestWorkspace = app) =>
    app.request('PUT', `/v1/members/${encodeURIComponent(id)}`, { body, key: of.key });
  const get = (id: string, of: TestWorkspace = app) =>
    app.request('GET', `/v1/members/${encodeURIComponent(id)}`, { key: of.key });
  const batch = (members: unknown, of: TestWorkspace = app) =>
    app.request('POST', '/v1/members/batch', { body: { members }, key: of.key });

  it('are made by the first PUT and answered with all that is known of them', async () => {
    const profile = {
      rank: 'gold',
      birthDate: '1990-02-28',
      email: 'hanako..@docomo.ne.jp',
      phone: '03-1234-5678',
      registeredAt: '2020-04-01T09:00:00+09:00',
      tags: ['b', 'a', 'b'],
      attributes: { size: 'M', points: 12.5, newsletter: true, likes: ['茶', 'coffee'] },
    };
    const { status, body } = await put('会員 1/2', profile);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...bare,
      ...profile,
      externalId: '会員 1/2',
      birthMonth: 2,
      registeredAt: '2020-04-01T00:00:00.000Z',
      tags: ['a', 'b'],
      createdAt: app.scope.clock.now().toISOString(),
    });
    expect((await get('会員 1/2')).body).toEqual(body);
  });

  it('keep what is absent, clear what is null, merge attributes by name and replace tags', async () => {
    await put('m', { rank: 'gold', email: 'a@b', tags: ['x'], attributes: { a: 1, b: 'two' } });
    expect((await put('m', {})).body).toMatchObject({ rank: 'gold', email: 'a@b', tags: ['x'] });
    const changed = await put('m', { rank: null, tags: ['y', 'z'], attributes: { a: null, c: [] } });
    expect(changed.body).toMatchObject({ rank: null, email: 'a@b', tags: ['y', 'z'] });
    expect(changed.body.attributes).toEqual({ b: 'two', c: [] });
    const cleared = await put('m', { email: null, tags: null, attributes: null });
    expect(cleared.body).toMatchObject({ email: null, tags: [], attributes: {} });
  });

  it('have the month of their birth date, and refuse another', async () => {
    expect((await put('born', { birthMonth: 5 })).body.birthMonth).toBe(5);
    expect((await put('born', { birthDate: '1984-02-29' })).body).toMatchObject({ birthMonth: 2 });
    for (const body of [{ birthMonth: 3 }, { birthMonth: 3, birthDate: '1984-02-29' }]) {
      expect(await put('born', body)).toMatchObject({
        status: 400,
        body: { code: 'request.invalid', errors: [{ path: '/birthMonth', detail: 'contradicts birthDate' }] },
      });
    }
    expect((await put('born', { birthMonth: 2 })).status).toBe(200);
    expect((await put('born', { birthMonth: null })).body.birthMonth).toBe(2);
    expect((await put('born', { birthMonth: 3, birthDate: null })).body).toMatchObject({
      birthMonth: 3,
      birthDate: null,
    });
  });

  it.each([
    [{ rank: 5 }, '/rank'],
    [{ rank: 'a\u0000' }, '/rank'],
    [{ rank: '\ud800' }, '/rank'],
    [{ rank: 'x'.repeat(1001) }, '/rank'],
    [{ rank: '貴'.repeat(1000) }, '/rank'],
    [{ birthMonth: 13 }, '/birthMonth'],
    [{ birthMonth: 1.5 }, '/birthMonth'],
    [{ birthDate: '2023-02-29' }, '/birthDate'],
    [{ birthDate: '1600-01-01' }, '/birthDate'],
    [{ birthDate: '9999-01-01' }, '/birthDate'],
    [{ email: 'nobody' }, '/email'],
    [{ registeredAt: '2020-04-01' }, '/registeredAt'],
    [{ registeredAt: '1600-01-01T00:00:00Z' }, '/registeredAt'],
    [{ registeredAt: '9999-01-01T00:00:00Z' }, '/registeredAt'],
    [{ tags: 'a' }, '/tags'],
    [{ tags: ['a', 1] }, '/tags/1'],
    [{ tags: Array.from({ length: 101 }, (_, n) => `t${n}`) }, '/tags'],
    [{ attributes: [] }, '/attributes'],
    [{ attributes: { a: { b: 1 } } }, '/attributes/a'],
    [{ attributes: { 'a/b': 'x'.repeat(1001) } }, '/attributes/a~1b'],
    [{ attributes: { a: Array(101).fill('x') } }, '/attributes/a'],
    [{ attributes: { a: [1] } }, '/attributes/a'],
    [{ attributes: { ['x'.repeat(129)]: 1 } }, `/attributes/${'x'.repeat(128)}`],
    [{ externalId: 'other' }, '/externalId'],
    [{ unknown: 1 }, '/unknown'],
    [{ visitCount: 1 }, '/visitCount'],
  ])('refuse bad input and name the place (%#)', async (body, path) => {
    expect(await put('refused', body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect((await get('refused')).status).toBe(404);
  });

  it('refuse keys that would reach into prototypes, and ids that are none', async () => {
    const answer = await app.request('PUT', '/v1/members/p', { body: '{"attributes":{"__proto__":"x"}}' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: '/attributes' }] } });
    for (const id of ['a\u0000b', 'x'.repeat(129), '\u0007']) expect((await put(id, {})).status).toBe(400);
    expect((await put('constructor', { attributes: { constructor: 'house' } })).body.attributes).toEqual({
      constructor: 'house',
    });
  });

  it('come in batches, of which the good ones are stored', async () => {
    await app.get(Members).ensure(app.scope, ['known by an event']);
    const { status, body } = await batch([
      { externalId: 'b1', rank: 'silver', birthDate: '1999-12-31' },
      { externalId: 'b1', birthMonth: 11 },
      { externalId: 'b2', rank: 7 },
      'nonsense',
      null,
      { rank: 'gold' },
      { externalId: 'b1', tags: ['later'], attributes: { a: 1 } },
      { externalId: 'b1', attributes: { b: 2 } },
      { externalId: 'known by an event', rank: 'bronze' },
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ created: 1, updated: 3 });
    expect(body.rejected).toEqual([
      { index: 1, code: 'request.invalid', detail: '/birthMonth contradicts birthDate' },
      { index: 2, code: 'request.invalid', detail: expect.stringContaining('/rank') },
      { index: 3, code: 'request.invalid', detail: 'must be an object' },
      { index: 4, code: 'request.invalid', detail: 'must be an object' },
      { index: 5, code: 'request.invalid', detail: '/externalId is missing' },
    ]);
    expect((await get('b1')).body).toMatchObject({
      rank: 'silver',
      birthMonth: 12,
      tags: ['later'],
      attributes: { a: 1, b: 2 },
    });
    expect((await get('b2')).status).toBe(404);
    expect(await batch([])).toMatchObject({ status: 200, body: { created: 0, updated: 0, rejected: [] } });
  });

  it('come in batches of 1,000 at most', async () => {
    const members = Array.from({ length: 1_000 }, (_, n) => ({ externalId: `many-${n}`, tags: ['t', `t${n}`] }));
    expect((await batch(members)).body).toMatchObject({ created: 1_000, updated: 0, rejected: [] });
    expect((await batch(members)).body).toMatchObject({ created: 0, updated: 1_000 });
    expect((await get('many-999')).body.tags).toEqual(['t', 't999']);
    expect(await batch([...members, { externalId: 'x' }])).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/members' }] },
    });
    expect(await batch({})).toMatchObject({ status: 400, body: { errors: [{ path: '/members' }] } });
  });

  it('are made and changed once each when batches with the same members meet', async () => {
    const members = Array.from({ length: 200 }, (_, n) => ({ externalId: `race-${n}`, attributes: { [`k${n}`]: n } }));
    const answers = await Promise.all(
      [members, members.toReversed(), members, members.toReversed()].map((m) => batch(m)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.reduce((sum, { body }) => sum + Number(body.created), 0)).toBe(200);
    expect(answers.reduce((sum, { body }) => sum + Number(body.updated), 0)).toBe(600);
  });

  it('belong to their workspace', async () => {
    const other = await app.workspace();
    await put('mine', { rank: 'gold' });
    expect(await get('mine', other)).toMatchObject({ status: 404, body: { code: 'member.not_found' } });
    expect((await put('mine', { rank: 'silver' }, other)).body.rank).toBe('silver');
    expect((await get('mine')).body.rank).toBe('gold');
  });

  it('know their ties', async () => {
    const members = app.get(Members);
    const ids = await members.ensure(app.scope, ['tied', 'loose']);
    await members.setTies(app.scope, [{ memberId: ids.get('tied')!, linked: true, friendState: 'blocked' }]);
    expect((await get('tied')).body).toMatchObject({ linked: true, friendState: 'blocked' });
    expect((await get('loose')).body).toMatchObject({ linked: false, friendState: 'none' });
    expect(await members.find(app.scope, ['tied', 'nobody'])).toEqual(new Map([['tied', ids.get('tied')]]));
  });
});
