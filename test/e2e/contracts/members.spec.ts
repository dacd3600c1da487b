import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { paths, Shop, type Json } from './shop.js';

const url = (id: string) => `/v1/members/${encodeURIComponent(id)}`;

describe('The contract of members', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => void (app = await createTestApp({ imports: features })));
  afterAll(() => app.close());
  beforeEach(async () => void (shop = await Shop.open(app)));

  const full = {
    rank: 'gold',
    birthDate: '1990-05-06',
    email: 'a@example.com',
    phone: '+819012345678',
    registeredAt: '2020-01-02T03:04:05+09:00',
    tags: ['a', 'b'],
    attributes: { s: 'x', n: 1.5, b: false, l: ['p', 'q'] },
  };

  it('answers with the member, and again with its summary', async () => {
    const kept = { ...full, externalId: 'm', registeredAt: expect.anything() };
    expect(await shop.put('m', full)).toMatchObject(kept);
    const member = await shop.member('m');
    expect(member).toMatchObject({ ...kept, visitCount: 0, purchaseCount: 0, purchaseTotal: 0, linked: false });
    expect(new Date(member.registeredAt)).toEqual(new Date(full.registeredAt));
    expect(member).toMatchObject({ firstPurchaseAt: null, lastPurchaseAt: null, birthMonth: 5, friendState: 'none' });
  });

  it.each<[string, Json, Json]>([
    ['absent fields stay', {}, full],
    ['null clears the rank', { rank: null }, { rank: null, tags: ['a', 'b'] }],
    ['null clears the email', { email: null }, { email: null, phone: full.phone }],
    ['null clears the phone', { phone: null }, { phone: null }],
    ['null clears the registration', { registeredAt: null }, { registeredAt: null }],
    ['null clears the birth date', { birthDate: null }, { birthDate: null }],
    ['null clears the tags', { tags: null }, { tags: [] }],
    ['null clears the attributes', { attributes: null }, { attributes: {} }],
    ['tags replace', { tags: ['c'] }, { tags: ['c'] }],
    ['no tags', { tags: [] }, { tags: [] }],
    ['attributes merge', { attributes: { s: 'y', z: 0 } }, { attributes: { ...full.attributes, s: 'y', z: 0 } }],
    ['a null key goes', { attributes: { s: null } }, { attributes: { n: 1.5, b: false, l: ['p', 'q'] } }],
    ['a null key that is not there', { attributes: { none: null } }, { attributes: full.attributes }],
    ['lists replace', { attributes: { l: ['z'] } }, { attributes: { ...full.attributes, l: ['z'] } }],
  ])('%s', async (_, change, after) => {
    await shop.put('m', full);
    await shop.put('m', change);
    const { registeredAt: _at, ...expected } = after as { registeredAt?: unknown };
    const member = await shop.member('m');
    expect(member).toMatchObject(expected);
    if ('attributes' in after) expect(member.attributes).toEqual(after.attributes);
  });

  it.each<[string, Json, string]>([
    ['an unknown field', { nope: 1 }, '/nope'],
    ['a rank of another type', { rank: 1 }, '/rank'],
    ['month 0', { birthMonth: 0 }, '/birthMonth'],
    ['month 13', { birthMonth: 13 }, '/birthMonth'],
    ['a fraction of a month', { birthMonth: 1.5 }, '/birthMonth'],
    ['29 February 2023', { birthDate: '2023-02-29' }, '/birthDate'],
    ['an instant as a birth date', { birthDate: '1990-05-06T00:00:00Z' }, '/birthDate'],
    ['a contradicting month', { birthDate: '1990-05-06', birthMonth: 6 }, '/birthMonth'],
    ['no offset', { registeredAt: '2020-01-01T00:00:00' }, '/registeredAt'],
    ['tags that are none', { tags: 'a' }, '/tags'],
    ['a tag of another type', { tags: ['a', 1] }, '/tags/1'],
    ['1,001 units', { attributes: { a: 'x'.repeat(1_001) } }, '/attributes/a'],
    ['101 strings', { attributes: { a: Array(101).fill('x') } }, '/attributes/a'],
    ['an object', { attributes: { a: {} } }, '/attributes/a'],
    ['attributes that are none', { attributes: [] }, '/attributes'],
  ])('refuses %s at its place', async (_, body, path) => {
    const answer = await shop.call('PUT', url('m'), body);
    expect([answer.status, paths(answer)]).toEqual([400, [path]]);
    expect((await shop.call('GET', url('m'))).status).toBe(404);
  });

  it('refuses a number in a list', async () => {
    expect((await shop.call('PUT', url('m'), { attributes: { a: ['x', 1] } })).status).toBe(400);
  });

  it('takes the longest values', async () => {
    const attributes = { s: 'あ'.repeat(1_000), l: Array(100).fill('x'), 'k/~ ': '', __x: -0.1, big: 1e21 };
    expect((await shop.put('m', { attributes })).attributes).toEqual(attributes);
  });

  it('refuses a later month that contradicts the date it has, and takes one that agrees', async () => {
    await shop.put('m', { birthDate: '1990-05-06' });
    expect((await shop.call('PUT', url('m'), { birthMonth: 6 })).status).toBe(400);
    await shop.put('m', { birthMonth: 5 });
    expect(await shop.put('m', { birthDate: null, birthMonth: 6 })).toMatchObject({ birthDate: null, birthMonth: 6 });
  });

  it.each(['x'.repeat(128), '😀'.repeat(64), ' a', 'a ', 'é', 'é', 'A', 'ａ', '%', 'a/b', '..', '__proto__', "'"])(
    'keeps the id %j to the letter',
    async (id) => {
      const answer = await shop.must('POST', '/v1/members/batch', { members: [{ externalId: id }] });
      expect(answer).toEqual({ created: 1, updated: 0, rejected: [] });
      const listed = await shop.must(
        'GET',
        `/v1/segments/${await shop.segment({ kind: 'sample', percent: 100 })}/members`,
      );
      expect(listed.items.map(({ externalId }: { externalId: string }) => externalId)).toEqual([id]);
    },
  );

  it('tells apart ids that only look the same', async () => {
    const ids = ['a', 'A', ' a', 'a ', 'ａ', '\u00e9', 'e\u0301', 'ß', 'ss'];
    const members = ids.map((externalId) => ({ externalId }));
    expect(await shop.must('POST', '/v1/members/batch', { members })).toMatchObject({ created: ids.length });
    for (const id of ids) expect((await shop.member(id)).externalId).toBe(id);
  });

  it.each(['', 'x'.repeat(129), '😀'.repeat(64) + 'x', 'a\u0000', 'a\nb', '\u007f', '\u0085', '\ud800', 5, null])(
    'rejects the id %j and stores the others',
    async (externalId) => {
      const members = [{ externalId: 'good' }, { externalId }, { externalId: 'fine' }];
      const answer = await shop.must('POST', '/v1/members/batch', { members });
      const rejected = [{ index: 1, code: expect.any(String), detail: expect.any(String) }];
      expect(answer).toEqual({ created: 2, updated: 0, rejected });
    },
  );

  it('counts what a batch created, updated and rejected', async () => {
    await shop.put('old');
    await shop.did({ type: 'visit', memberId: 'bare' });
    const members = [
      { externalId: 'old', rank: 'x' },
      { externalId: 'bare', rank: 'y' },
      { externalId: 'new' },
      { externalId: 'bad', birthMonth: 13 },
      { externalId: 'bad', birthDate: '1990-05-06', birthMonth: 6 },
      { rank: 'no id' },
      'nonsense',
      null,
    ];
    const answer = await shop.must('POST', '/v1/members/batch', { members });
    expect(answer).toMatchObject({ created: 1, updated: 2 });
    expect(answer.rejected.map(({ index }: { index: number }) => index)).toEqual([3, 4, 5, 6, 7]);
    expect((await shop.call('GET', url('bad'))).status).toBe(404);
    expect(await shop.member('bare')).toMatchObject({ rank: 'y', visitCount: 1 });
  });

  it('rejects the row whose month contradicts the date it has', async () => {
    await shop.put('m', { birthDate: '1990-05-06', rank: 'old' });
    const members = [{ externalId: 'm', birthMonth: 6, rank: 'new' }];
    expect(await shop.must('POST', '/v1/members/batch', { members })).toMatchObject({ rejected: [{ index: 0 }] });
    expect(await shop.member('m')).toMatchObject({ birthMonth: 5, rank: 'old' });
  });

  it.each([
    [1_000, 200],
    [1_001, 400],
  ])('answers %i members with %i', async (n, status) => {
    const members = Array.from({ length: n }, (_, i) => ({ externalId: `m${i}` }));
    expect((await shop.call('POST', '/v1/members/batch', { members })).status).toBe(status);
    expect((await shop.call('GET', url('m0'))).status).toBe(status === 200 ? 200 : 404);
  });

  it.each<[unknown, string]>([
    [{}, '/members'],
    [{ members: {} }, '/members'],
    [{ members: [], x: 1 }, '/x'],
  ])('refuses the body %j', async (body, path) => {
    const answer = await shop.call('POST', '/v1/members/batch', body);
    expect(answer.status).toBe(400);
    expect(paths(answer)).toContain(path);
  });
});
