import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Channels, ChannelsHttpModule } from '#channels';
import { EventsHttpModule } from '#events';
import { LinkingHttpModule } from '#linking';
import { MembersHttpModule } from '#members';
import { createTestApp, type TestApp, type TestWorkspace } from '#testing';
import { SegmentsHttpModule } from './segments.module.js';

type Plain = Record<string, unknown>;

const gold: Plain = { kind: 'rank', in: ['gold'] };
const NOBODY = '01900000-0000-7000-8000-000000000000';

describe('Segments', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({
      imports: [ChannelsHttpModule, MembersHttpModule, LinkingHttpModule, EventsHttpModule, SegmentsHttpModule],
    });
    await put([
      { externalId: 'aya', rank: 'gold', tags: ['vip'], attributes: { points: 5 } },
      { externalId: 'ken', rank: 'silver', birthMonth: 4 },
      { externalId: 'rin', rank: 'gold', birthMonth: 5 },
    ]);
  });

  afterAll(() => app.close());

  const put = (members: Plain[], tenant: TestWorkspace = app) =>
    app.request('POST', '/v1/members/batch', { key: tenant.key, body: { members } });
  const preview = (rule: unknown, more: Plain = {}, tenant: TestWorkspace = app) =>
    app.request('POST', '/v1/segments/preview', { key: tenant.key, body: { rule, ...more } });
  const create = async (name: string, rule: unknown): Promise<string> =>
    (await app.request('POST', '/v1/segments', { body: { name, rule } })).body.id;

  describe('a preview', () => {
    it('counts exactly, and says as of when', async () => {
      const { status, body } = await preview(gold);
      expect(status).toBe(200);
      expect(body).toEqual({ count: 2, linked: 0, reachable: 0, asOf: app.scope.clock.now().toISOString() });
    });

    it('takes a bare date as local midnight', async () => {
      expect((await preview(gold, { asOf: '2026-04-01' })).body.asOf).toBe('2026-03-31T15:00:00.000Z');
    });

    it.each<[string, Plain, string]>([
      ['a rule that is missing', {}, '/rule'],
      ['a broken rule', { rule: { kind: 'any', rules: [{ kind: 'rank', in: [] }] } }, '/rule/rules/0/in'],
      ['a moment that is none', { rule: gold, asOf: 'now' }, '/asOf'],
      ['an unknown field', { rule: gold, sample: true }, '/sample'],
      ['yen with decimals', { rule: { kind: 'purchase', total: { gte: 1, lte: 1.5 } } }, '/rule/total/lte'],
      [
        'a window that ends first',
        { rule: { kind: 'visit', within: { from: '2026-04-02', to: '2026-04-01T14:00:00Z' } } },
        '/rule/within',
      ],
      [
        'an empty window',
        { rule: { kind: 'visit', within: { from: '2026-04-02', to: '2026-04-01T15:00:00Z' } } },
        '/rule/within',
      ],
      ['an unknown channel', { rule: { kind: 'friend', state: 'friend', channelId: NOBODY } }, '/rule/channelId'],
      ['a channel that cannot be one', { rule: { kind: 'link', linked: true, channelId: 'x' } }, '/rule/channelId'],
      ['an unknown segment', { rule: { kind: 'not', rule: { kind: 'segment', id: NOBODY } } }, '/rule/rule/id'],
      ['a segment that cannot be one', { rule: { kind: 'segment', id: `' or 1=1` } }, '/rule/id'],
    ])('refuses %s, with its place', async (_, body, path) => {
      const answer = await app.request('POST', '/v1/segments/preview', { body });
      expect(answer.status).toBe(400);
      expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
    });

    it('knows neither segments, channels nor people of other workspaces', async () => {
      const other = await app.workspace();
      const id = await create('mine', gold);
      const dto = { name: 'c', lineChannelId: '77', channelSecret: 's', accessToken: 't', verify: false };
      const channel = await app.get(Channels).create(app.scope, dto);
      expect((await preview(gold, {}, other)).body.count).toBe(0);
      expect((await preview({ kind: 'segment', id }, {}, other)).status).toBe(400);
      expect((await preview({ kind: 'friend', state: 'none', channelId: channel.id }, {}, other)).status).toBe(400);
      const route = { key: other.key, body: { name: 'x', rule: gold } };
      for (const method of ['GET', 'PUT', 'DELETE'])
        expect(
          (await app.request(method, `/v1/segments/${id}`, method === 'PUT' ? route : { key: other.key })).status,
        ).toBe(404);
      expect((await app.request('GET', `/v1/segments/${id}/members`, { key: other.key })).status).toBe(404);
      expect((await app.request('GET', `/v1/segments/${id}`)).body.name).toBe('mine');
    });

    it('takes hostile strings for the data they are', async () => {
      const hostile = [
        `'; drop table members; --`,
        '$1',
        '%',
        '{}',
        '{"a"}',
        '\\',
        `"`,
        'null',
        '🦊',
        '\u202e',
        '__proto__',
      ];
      const tenant = await app.workspace();
      await put(
        hostile.map((text, at) => ({ externalId: `h${at}`, rank: text, tags: [text], attributes: { [text]: text } })),
        tenant,
      );
      for (const text of hostile) {
        const rules: Plain[] = [
          { kind: 'rank', in: [text] },
          { kind: 'tag', any: [text] },
          { kind: 'attribute', name: text, equals: text },
          { kind: 'attribute', name: text, in: [text] },
          { kind: 'attribute', name: text, exists: true },
        ];
        for (const rule of rules.filter(() => text !== '__proto__'))
          expect((await preview(rule, {}, tenant)).body.count).toBe(1);
        const nobody: Plain[] = [
          { kind: 'purchase', where: { category: [text], product: [text], store: [text] } },
          { kind: 'browsed', where: { urlContains: text } },
          { kind: 'sample', percent: 0, salt: text },
        ];
        for (const rule of nobody) expect((await preview(rule, {}, tenant)).body.count).toBe(0);
      }
    });
  });

  describe('an explanation', () => {
    const explain = (rule: unknown, memberId: string) =>
      app.request('POST', '/v1/segments/explain', { body: { rule, memberId } });

    it("is the rule's own tree, with what is true and what is there at every node", async () => {
      const rules = [
        { kind: 'not', rule: { kind: 'birth-month', relative: 'current' } },
        {
          kind: 'any',
          rules: [
            { kind: 'tag', any: ['vip'] },
            { kind: 'attribute', name: 'points', gte: 6 },
          ],
        },
        { kind: 'purchase', total: { lte: 0 }, count: { lte: 0 }, within: { days: 3 } },
        { kind: 'visit' },
      ];
      const { status, body } = await explain({ kind: 'all', rules }, 'aya');
      expect(status).toBe(200);
      expect(body).toEqual({
        matches: false,
        tree: {
          kind: 'all',
          matches: false,
          rules: [
            {
              kind: 'not',
              matches: true,
              rule: { kind: 'birth-month', relative: 'current', matches: false, actual: null },
            },
            {
              kind: 'any',
              matches: true,
              rules: [
                { kind: 'tag', any: ['vip'], matches: true, actual: ['vip'] },
                { kind: 'attribute', name: 'points', gte: 6, matches: false, actual: 5 },
              ],
            },
            { ...rules[2], matches: true, actual: { count: 0, total: 0, quantity: 0 } },
            { kind: 'visit', matches: false, actual: { count: 0 } },
          ],
        },
      });
    });

    it('knows 404 for a member that does not exist, and 400 for a broken rule before that', async () => {
      expect((await explain(gold, 'nobody')).body).toMatchObject({ status: 404, code: 'member.not_found' });
      expect((await explain({ kind: 'rank' }, 'nobody')).status).toBe(400);
    });
  });

  describe('a sample', () => {
    const drawn = async (rule: Plain) => {
      const { body } = await app.request('POST', '/v1/segments', { body: { name: 'sample', rule } });
      const answer = await app.request('GET', `/v1/segments/${body.id}/members?limit=1000`);
      return answer.body.items.map((item: { externalId: string }) => item.externalId) as string[];
    };

    it('grows with its percentage, holds whom it held, and depends on its salt', async () => {
      await put(Array.from({ length: 400 }, (_, at) => ({ externalId: `s${at}` })));
      const [none, few, more, all] = [
        await drawn({ kind: 'sample', percent: 0 }),
        await drawn({ kind: 'sample', percent: 12.5 }),
        await drawn({ kind: 'sample', percent: 50.01 }),
        await drawn({ kind: 'sample', percent: 100 }),
      ];
      expect(none).toEqual([]);
      expect(all).toHaveLength(403);
      expect(few.length).toBeGreaterThan(20);
      expect(more.length).toBeGreaterThan(150);
      expect(few.filter((id) => !more.includes(id))).toEqual([]);
      expect(await drawn({ kind: 'sample', percent: 12.5 })).toEqual(few);
      expect(await drawn({ kind: 'sample', percent: 12.5, salt: 'other' })).not.toEqual(few);
    });
  });
});
