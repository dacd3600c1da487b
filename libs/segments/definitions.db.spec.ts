import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Channels, ChannelsHttpModule } from '#channels';
import { EventsHttpModule } from '#events';
import { LinkingHttpModule } from '#linking';
import { MembersHttpModule } from '#members';
import { createTestApp, type TestApp } from '#testing';
import { SegmentsHttpModule } from './segments.module.js';
import { Segments } from './segments.service.js';

type Plain = Record<string, unknown>;

const gold: Plain = { kind: 'rank', in: ['gold'] };

describe('Definitions of segments', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({
      imports: [ChannelsHttpModule, MembersHttpModule, LinkingHttpModule, EventsHttpModule, SegmentsHttpModule],
    });
    const members = [
      { externalId: 'aya', rank: 'gold' },
      { externalId: 'ken', rank: 'silver', birthMonth: 4 },
      { externalId: 'rin', rank: 'gold', birthMonth: 5 },
    ];
    await app.request('POST', '/v1/members/batch', { body: { members } });
  });

  afterAll(() => app.close());

  const preview = (rule: unknown) => app.request('POST', '/v1/segments/preview', { body: { rule } });
  const create = async (name: string, rule: unknown): Promise<string> =>
    (await app.request('POST', '/v1/segments', { body: { name, rule } })).body.id;
  const ref = (id: string): Plain => ({ kind: 'segment', id });

  describe('a definition', () => {
    it('is made, read, changed, listed and deleted', async () => {
      const made = await app.request('POST', '/v1/segments', { body: { name: 'Gold', rule: gold } });
      expect(made.status).toBe(201);
      expect(made.body).toMatchObject({ name: 'Gold', rule: gold });
      await create('Later', gold);
      const url = `/v1/segments/${made.body.id}`;
      expect((await app.request('GET', url)).body).toEqual(made.body);
      const rule = { kind: 'not', rule: gold };
      const changed = await app.request('PUT', url, { body: { name: 'Not gold', rule } });
      expect(changed.body).toMatchObject({ id: made.body.id, name: 'Not gold', rule });
      const first = (await app.request('GET', '/v1/segments?limit=1')).body;
      expect(first.items).toEqual([changed.body]);
      const rest = (await app.request('GET', `/v1/segments?limit=200&cursor=${first.nextCursor}`)).body;
      expect(rest.items.map((segment: { name: string }) => segment.name)).toEqual(['Later']);
      expect(rest.nextCursor).toBeNull();
      expect((await app.request('DELETE', url)).status).toBe(204);
      for (const method of ['GET', 'DELETE']) expect((await app.request(method, url)).status).toBe(404);
      expect((await app.request('PUT', url, { body: { name: 'x', rule } })).status).toBe(404);
      expect((await app.request('GET', '/v1/segments/x')).status).toBe(404);
    });

    it('is made once by one Idempotency-Key', async () => {
      const request = { body: { name: 'once', rule: gold }, headers: { 'idempotency-key': 'k1' } };
      const [first, second] = [
        await app.request('POST', '/v1/segments', request),
        await app.request('POST', '/v1/segments', request),
      ];
      expect(second.body).toEqual(first.body);
      const other = await app.request('POST', '/v1/segments', { ...request, body: { name: 'other', rule: gold } });
      expect(other.status).toBe(409);
    });

    it('asks for the permit', async () => {
      const made = await app.request('POST', '/v1/api-keys', { body: { name: 'reader', permits: ['segments.read'] } });
      const { key } = made.body;
      expect((await app.request('GET', '/v1/segments', { key })).status).toBe(200);
      expect((await app.request('POST', '/v1/segments', { key, body: { name: 'x', rule: gold } })).status).toBe(403);
      expect((await app.request('GET', '/v1/segments', { key: null })).status).toBe(401);
    });

    it('lists its members page by page in a fixed order', async () => {
      const id = await create('birthdays', { kind: 'birth-month', in: [4, 5] });
      const first = (await app.request('GET', `/v1/segments/${id}/members?limit=1`)).body;
      expect(first.items).toMatchObject([{ externalId: 'ken', rank: 'silver', birthMonth: 4, linked: false }]);
      const second = (await app.request('GET', `/v1/segments/${id}/members?limit=1&cursor=${first.nextCursor}`)).body;
      expect(second).toMatchObject({ items: [{ externalId: 'rin', friendState: 'none' }], nextCursor: null });
      expect((await app.request('GET', `/v1/segments/${id}/members?limit=1001`)).status).toBe(400);
    });

    it('cannot lead back to itself, however far around', async () => {
      const a = await create('a', gold);
      const b = await create('b', { kind: 'any', rules: [gold, ref(a)] });
      const c = await create('c', { kind: 'not', rule: ref(b) });
      const rule = { kind: 'all', rules: [gold, ref(c), { kind: 'not', rule: ref(a) }] };
      const { status, body } = await app.request('PUT', `/v1/segments/${a}`, { body: { name: 'a', rule } });
      expect([status, body.code]).toEqual([409, 'segments.cycle']);
      expect(body.errors.map((error: { path: string }) => error.path)).toEqual([
        '/rule/rules/1/id',
        '/rule/rules/2/rule/id',
      ]);
      expect((await app.request('GET', `/v1/segments/${a}`)).body.rule).toEqual(gold);
    });

    it('cannot be led into a cycle by two changes at once', async () => {
      for (let round = 0; round < 5; round++) {
        const [a, b] = [await create('a', gold), await create('b', gold)];
        const answers = await Promise.all([
          app.request('PUT', `/v1/segments/${a}`, { body: { name: 'a', rule: ref(b) } }),
          app.request('PUT', `/v1/segments/${b}`, { body: { name: 'b', rule: ref(a) } }),
        ]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      }
    });

    it('stays while something refers to it, and says what does', async () => {
      const id = await create('base', gold);
      const on = await create('on top', { kind: 'not', rule: ref(id) });
      app
        .get(Segments)
        .registerReferrer(async (_, segmentId) =>
          segmentId === id ? [{ kind: 'campaign', id: 'c1', name: 'Spring' }] : [],
        );
      const { status, body } = await app.request('DELETE', `/v1/segments/${id}`);
      expect([status, body.code]).toEqual([409, 'segments.in_use']);
      expect(body.details.referrers).toEqual([
        { kind: 'segment', id: on, name: 'on top' },
        { kind: 'campaign', id: 'c1', name: 'Spring' },
      ]);
      expect((await app.request('DELETE', `/v1/segments/${on}`)).status).toBe(204);
    });

    it('keeps a channel that it names from being deleted', async () => {
      const dto = { name: 'c', lineChannelId: '88', channelSecret: 's', accessToken: 't', verify: false };
      const { id } = await app.get(Channels).create(app.scope, dto);
      const segment = await create('of a channel', { kind: 'friend', state: 'friend', channelId: id });
      expect((await app.request('DELETE', `/v1/channels/${id}`)).status).toBe(409);
      await app.request('DELETE', `/v1/segments/${segment}`);
      expect((await app.request('DELETE', `/v1/channels/${id}`)).status).toBe(204);
    });
  });

  describe('references', () => {
    it('may form a long chain', async () => {
      let id = await create('chain', gold);
      for (let link = 0; link < 120; link++) id = await create('chain', { kind: 'not', rule: ref(id) });
      expect((await preview(ref(id))).body.count).toBe(2);
      const { body } = await app.request('POST', '/v1/segments/explain', { body: { rule: ref(id), memberId: 'aya' } });
      expect(body.tree).toEqual({ kind: 'segment', id, matches: true, actual: true });
    }, 60_000);

    it('may double with each step without doubling the work', async () => {
      let id = await create('doubled', gold);
      for (let step = 0; step < 30; step++)
        id = await create('doubled', {
          kind: 'all',
          rules: [ref(id), { kind: 'not', rule: { kind: 'not', rule: ref(id) } }],
        });
      expect((await preview(ref(id))).body.count).toBe(2);
      const members = await app.request('GET', `/v1/segments/${id}/members`);
      expect(members.body.items.map((item: { externalId: string }) => item.externalId)).toEqual(['aya', 'rin']);
    }, 60_000);
  });
});
