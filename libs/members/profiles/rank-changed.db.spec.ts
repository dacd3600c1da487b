import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, type TestApp } from '#testing';
import { Members } from '../members.service.js';
import { MembersHttpModule } from '../members.module.js';

describe('A change of rank', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [MembersHttpModule] });
  });

  afterAll(() => app.close());

  /** The members of each fact since the last look, by their external ids. */
  async function announced(): Promise<string[][]> {
    const rows = await app.get(Database).query<{ ids: string[] }>(
      app.scope,
      sql`with taken as (delete from outbox where job = 'members.rank_changed' returning id, payload)
            select array(select m.external_id from members m
                          where t.payload -> 'memberIds' ? m.id::text order by m.external_id) as ids
              from taken t order by t.id`,
    );
    return rows.map(({ ids }) => ids);
  }

  const put = (id: string, body: object) => app.request('PUT', `/v1/members/${id}`, { body });
  const batch = (members: object[]) => app.request('POST', '/v1/members/batch', { body: { members } });

  it('is announced when the rank is really another one, also when it is taken away', async () => {
    await put('a', { rank: 'gold' });
    expect(await announced()).toEqual([]);
    await put('a', { rank: 'gold', tags: ['x'] });
    await put('a', { email: 'a@b' });
    expect(await announced()).toEqual([]);
    await put('a', { rank: 'silver' });
    await put('a', { rank: null });
    expect(await announced()).toEqual([['a'], ['a']]);
  });

  it('is announced once for all members of a batch, and for nobody else', async () => {
    await batch(['b', 'c', 'd'].map((externalId) => ({ externalId, rank: 'gold' })));
    await announced();
    await batch([
      { externalId: 'b', rank: 'silver' },
      { externalId: 'c', rank: 'silver' },
      { externalId: 'c', rank: 'gold' },
      { externalId: 'd', rank: null },
      { externalId: 'new', rank: 'gold' },
      { externalId: 'b', rank: 5 },
    ]);
    expect(await announced()).toEqual([['b', 'd']]);
  });

  it('of a member known by an event only is announced with their first profile', async () => {
    await app.get(Members).ensure(app.scope, ['bare']);
    await put('bare', { rank: 'gold' });
    expect(await announced()).toEqual([['bare']]);
  });
});
