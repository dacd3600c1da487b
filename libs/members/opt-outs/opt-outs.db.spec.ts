import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { Jobs } from '#jobs';
import { createTestApp, type TestApp, type TestWorkspace } from '#testing';
import { MembersHttpModule } from '../members.module.js';
import { Members } from '../members.service.js';
import { optedOutBetween } from './opt-outs.repository.js';
import { OptOuts } from './opt-outs.service.js';

const START = new Date('2026-04-15T12:00:00+09:00');
const HOUR = 3_600_000;

describe('opt-outs', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [MembersHttpModule] });
  });

  afterAll(() => app.close());

  /** A workspace with members at a quarter past noon. */
  async function shop(...externalIds: string[]) {
    app.scope.clock.set(START);
    const of = await app.workspace();
    const ids = await app.get(Members).ensure(of.scope, externalIds);
    return { of, ids };
  }

  const ask = (method: string, path: string, of: TestWorkspace, body?: object) =>
    app.request(method, `/v1/members/${path}`, { body, key: of.key });

  const facts = async (of: TestWorkspace) => {
    return app.get(Database).query<{ action: string; details: { purpose: string; members: number } }>(
      of.scope,
      sql`select action, details from audit_entries where workspace_id = ${of.scope.workspaceId}
             and action like 'members.opted%' order by id`,
    );
  };

  it('are kept by purpose with their date and source, and stay told of when they have ended', async () => {
    const { of } = await shop('hanako');
    expect((await ask('GET', 'hanako/opt-outs', of)).body).toEqual({ items: [] });
    const out = await ask('PUT', 'hanako/opt-outs/promotional', of, { source: 'web form' });
    const first = {
      purpose: 'promotional',
      since: START.toISOString(),
      source: 'web form',
      endedAt: null,
      endSource: null,
    };
    expect(out).toMatchObject({ status: 200, body: { items: [first] } });

    app.scope.clock.advance(HOUR);
    const back = await ask('DELETE', 'hanako/opt-outs/promotional?source=call%20centre', of);
    const ended = { ...first, endedAt: '2026-04-15T04:00:00.000Z', endSource: 'call centre' };
    expect(back).toMatchObject({ status: 200, body: { items: [ended] } });

    app.scope.clock.advance(HOUR);
    await ask('PUT', 'hanako/opt-outs/promotional', of, { source: 'letter', since: '2026-04-15T13:30:00+09:00' });
    const again = { ...first, since: '2026-04-15T04:30:00.000Z', source: 'letter' };
    expect((await ask('GET', 'hanako/opt-outs', of)).body).toEqual({ items: [again, ended] });
  });

  it('change nothing, and tell nobody, where it is so already', async () => {
    const { of } = await shop('hanako');
    expect((await ask('DELETE', 'hanako/opt-outs/triggered', of)).body).toEqual({ items: [] });
    expect(await facts(of)).toEqual([]);
    await ask('PUT', 'hanako/opt-outs/triggered', of, { source: 'a' });
    app.scope.clock.advance(HOUR);
    const again = await ask('PUT', 'hanako/opt-outs/triggered', of, { source: 'b' });
    expect(again.body.items).toMatchObject([{ since: START.toISOString(), source: 'a' }]);
    expect(await facts(of)).toHaveLength(1);
    await ask('DELETE', 'hanako/opt-outs/triggered', of);
    await ask('DELETE', 'hanako/opt-outs/triggered', of);
    expect((await facts(of)).map(({ action }) => action)).toEqual(['members.opted_out', 'members.opted_in']);
    const { body } = await ask('GET', 'hanako/opt-outs', of);
    expect(body.items).toMatchObject([{ source: 'a', endSource: 'api' }]);
  });

  it.each([
    [{}, '/source'],
    [{ source: '' }, '/source'],
    [{ source: 'a', since: '2026-04-15' }, '/since'],
    [{ source: 'a', since: '2026-04-15T12:10:00.001+09:00' }, '/since'],
    [{ source: 'a', purpose: 'triggered' }, '/purpose'],
  ])('refuse bad input and name the place (%#)', async (body, path) => {
    const { of } = await shop('hanako');
    const answer = await ask('PUT', 'hanako/opt-outs/promotional', of, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', errors: [{ path }] } });
    expect((await ask('GET', 'hanako/opt-outs', of)).body.items).toEqual([]);
  });

  it('are of three purposes, and of no others', async () => {
    const { of } = await shop('hanako');
    const answer = await ask('PUT', 'hanako/opt-outs/marketing', of, { source: 'a' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'purpose.not_found' } });
  });

  it('of nobody we know are not found', async () => {
    const { of } = await shop();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const path = method === 'GET' ? 'nobody/opt-outs' : 'nobody/opt-outs/promotional';
      const answer = await ask(method, path, of, method === 'PUT' ? { source: 'a' } : undefined);
      expect(answer).toMatchObject({ status: 404, body: { code: 'member.not_found' } });
    }
  });

  it('come in batches: each in its turn, what is wrong is told and the rest is done', async () => {
    const { of } = await shop('a', 'b', 'c');
    const optOuts = [
      { externalId: 'a', purpose: 'promotional', source: 'old system', since: '2020-01-01T00:00:00Z' },
      { externalId: 'nobody', purpose: 'promotional', source: 's' },
      { externalId: 'b', purpose: 'promotional', source: 's' },
      { externalId: 'b', purpose: 'everything', source: 's' },
      { externalId: 'a', purpose: 'promotional', source: 'app', optedOut: false },
      { externalId: 'a', purpose: 'promotional', source: 'shop' },
      { externalId: 'c', purpose: 'triggered', source: 's', optedOut: false },
      { externalId: 'c', purpose: 'triggered', source: 's', since: '2999-01-01T00:00:00Z' },
      { externalId: 'b', purpose: 'triggered', source: 's' },
    ];
    const { status, body } = await ask('POST', 'opt-outs/batch', of, { optOuts });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      changed: 5,
      unchanged: 1,
      rejected: [
        { index: 1, code: 'member.not_found' },
        { index: 3, code: 'request.invalid', detail: expect.stringContaining('/purpose') },
        { index: 7, code: 'request.invalid', detail: expect.stringContaining('/since') },
      ],
    });
    expect((await ask('GET', 'a/opt-outs', of)).body.items).toMatchObject([
      { source: 'shop', endedAt: null },
      { source: 'old system', since: '2020-01-01T00:00:00.000Z', endSource: 'app', endedAt: START.toISOString() },
    ]);
    expect((await facts(of)).map(({ action, details }) => [action, details.purpose, details.members])).toEqual([
      ['members.opted_out', 'promotional', 2],
      ['members.opted_out', 'triggered', 1],
      ['members.opted_in', 'promotional', 1],
      ['members.opted_out', 'promotional', 1],
    ]);
    const many = Array.from({ length: 1001 }, () => optOuts[0]);
    expect((await ask('POST', 'opt-outs/batch', of, { optOuts: many })).body.errors).toMatchObject([
      { path: '/optOuts' },
    ]);
  });

  it('are announced, each change once', async () => {
    const { of, ids } = await shop('a', 'b');
    const optOuts = ['a', 'b', 'a'].map((externalId) => ({ externalId, purpose: 'triggered', source: 's' }));
    const heard: object[] = [];
    const jobs = app.get(Jobs);
    const announce = jobs.announce.bind(jobs);
    jobs.announce = async (scope, fact, payload) => {
      heard.push({ fact: fact.name, ...(payload as object) });
      await announce(scope, fact, payload);
    };
    await app.get(OptOuts).changeMany(of.scope, optOuts);
    await app.get(OptOuts).optIn(of.scope, 'b', 'triggered', 's');
    jobs.announce = announce;
    const { workspaceId } = of.scope;
    expect(heard).toEqual([
      { fact: 'members.opted_out', workspaceId, purpose: 'triggered', memberIds: [ids.get('a'), ids.get('b')] },
      { fact: 'members.opted_in', workspaceId, purpose: 'triggered', memberIds: [ids.get('b')] },
    ]);
  });

  it('survive many who say contrary things at once: one lasting opt-out at most, and a history without gaps', async () => {
    const { of } = await shop('a', 'b');
    const optOuts = app.get(OptOuts);
    await Promise.all(
      Array.from({ length: 24 }, (_, i) => {
        const [first, second] = i % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
        const optedOut = i % 3 !== 0;
        const item = (externalId: string) => ({ externalId, purpose: 'promotional', source: `${i}`, optedOut });
        return optOuts.changeMany(of.scope, [item(first), item(second)]);
      }),
    );
    for (const id of ['a', 'b']) {
      const items = await optOuts.list(of.scope, id);
      expect(items.filter(({ endedAt }) => endedAt === null).length).toBeLessThanOrEqual(1);
      expect(items.slice(1).every(({ endedAt }) => endedAt !== null)).toBe(true);
    }
  });

  it('belong to one workspace', async () => {
    const { of } = await shop('hanako');
    const { of: other } = await shop('hanako');
    await ask('PUT', 'hanako/opt-outs/promotional', of, { source: 'a' });
    expect((await ask('GET', 'hanako/opt-outs', other)).body.items).toEqual([]);
  });

  it('are found between two members by a range of an index that holds no others', async () => {
    const { of, ids } = await shop('a', 'b', 'c', 'd');
    const optOuts = app.get(OptOuts);
    for (const id of ['a', 'b', 'd']) await optOuts.optOut(of.scope, id, 'promotional', { source: 's' });
    await optOuts.optOut(of.scope, 'c', 'triggered', { source: 's' });
    await optOuts.optIn(of.scope, 'b', 'promotional', 's');
    const db = app.get(Database);
    const query = (purpose: string) =>
      optedOutBetween(sql`${of.scope.workspaceId}`, sql`${purpose}`, [sql`${ids.get('a')}`, sql`${ids.get('c')}`]);
    const found = await db.query<{ member_id: string }>(of.scope, query('promotional'));
    expect(found.map(({ member_id }) => member_id)).toEqual([ids.get('a')]);
    expect(await db.query(of.scope, query('triggered'))).toEqual([{ member_id: ids.get('c') }]);
    const plan = await db.query(of.scope, sql`explain ${query('promotional')}`);
    expect(JSON.stringify(plan)).toMatch(/member_opt_outs_lasting/);
  });
});
