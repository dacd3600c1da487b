import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChannelsHttpModule } from '#channels';
import { Database, sql } from '#database';
import { EventsHttpModule } from '#events';
import { JobRunner } from '#jobs';
import { LinkingHttpModule } from '#linking';
import { Members, MembersHttpModule } from '#members';
import { createTestApp, drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { SegmentsHttpModule, SegmentsJobsModule } from '../segments.module.js';
import { HeardChanges, HeardChangesModule } from '../testing/heard-changes.js';
import { LiveSegments } from './live-segments.service.js';

const JOURNEY = { kind: 'journey', id: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90' } as const;
const MENU = { kind: 'rich-menu', id: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e91' } as const;
const HOUR = 3_600_000;
const bought = { kind: 'purchase' };

describe('A live segment', () => {
  let app: TestApp;
  let tenant: TestWorkspace;
  let events = 0;

  beforeAll(async () => {
    app = await createTestApp({
      imports: [
        ...[ChannelsHttpModule, MembersHttpModule, LinkingHttpModule, EventsHttpModule],
        ...[SegmentsHttpModule, SegmentsJobsModule, HeardChangesModule],
      ],
    });
  }, 60_000);

  afterAll(() => app.close());

  beforeEach(async () => {
    app.scope.clock.set('2026-04-15T12:00:00+09:00');
    tenant = await app.workspace();
    heard().facts.length = 0;
  });

  const heard = () => app.get(HeardChanges);
  const live = () => app.get(LiveSegments);
  const work = (schedules = false) => drainJobs(app.nest, { schedules });

  async function request(method: string, url: string, body?: object) {
    const answer = await app.request(method, url, { body, key: tenant.key });
    return { status: answer.status, body: answer.body };
  }

  async function define(rule: object): Promise<string> {
    return (await request('POST', '/v1/segments', { name: 's', rule })).body.id;
  }

  async function watched(rule: object): Promise<string> {
    const id = await define(rule);
    await live().watch(tenant.scope, id, JOURNEY);
    await work();
    heard().begin(id, await idsOf(id));
    return id;
  }

  async function buy(memberId: string, minutesAgo = 1): Promise<void> {
    const occurredAt = new Date(tenant.scope.clock.now().getTime() - minutesAgo * 60_000).toISOString();
    const event = { id: `e${events++}`, type: 'purchase', memberId, occurredAt, orderId: `o${events}`, total: 10 };
    expect((await request('POST', '/v1/events', { events: [event] })).body).toMatchObject({ accepted: 1 });
  }

  const put = (id: string, profile: object) => request('PUT', `/v1/members/${id}`, profile);

  async function idsOf(segmentId: string): Promise<string[]> {
    const rows = await app
      .get(Database)
      .query<{ id: string }>(
        tenant.scope,
        sql`select member_id as id from live_segment_members where segment_id = ${segmentId} order by member_id`,
      );
    return rows.map(({ id }) => id);
  }

  async function known(segmentId: string): Promise<string[]> {
    const ids = await idsOf(segmentId);
    const rows = await app
      .get(Database)
      .query<{ id: string }>(
        tenant.scope,
        sql`select external_id as id from members where id = any(${ids}::bigint[]) order by external_id`,
      );
    return rows.map(({ id }) => id);
  }

  const told = () => heard().facts.map(({ segmentId, change, memberIds }) => ({ segmentId, change, memberIds }));

  it('begins with who belongs to it, of whom nobody is told, and tells who enters and leaves from then on', async () => {
    await buy('aya');
    const id = await watched({ kind: 'not', rule: bought });
    expect(await known(id)).toEqual([]);
    await put('ken', { rank: 'gold' });
    await work();
    const ken = (await app.get(Members).find(tenant.scope, ['ken'])).get('ken')!;
    expect(heard().facts).toEqual([
      {
        workspaceId: tenant.scope.workspaceId,
        segmentId: id,
        change: 'entered',
        memberIds: [ken],
        at: tenant.scope.clock.now().toISOString(),
      },
    ]);
    await buy('ken');
    await work();
    expect(told().slice(1)).toEqual([{ segmentId: id, change: 'left', memberIds: [ken] }]);
    expect(await known(id)).toEqual([]);
  });

  it('tells nothing of changes after which everybody belongs as before', async () => {
    await watched(bought);
    await buy('aya');
    await work();
    await buy('aya');
    await put('aya', { tags: ['x'] });
    await work();
    expect(told()).toHaveLength(1);
  });

  it('cannot be deleted before the last that watches it has gone', async () => {
    const id = await watched(bought);
    await live().watch(tenant.scope, id, MENU);
    await live().watch(tenant.scope, id, MENU);
    const refused = await request('DELETE', `/v1/segments/${id}`);
    expect([refused.status, refused.body.details.referrers]).toEqual([
      409,
      [
        { ...JOURNEY, name: 'journey' },
        { ...MENU, name: 'rich-menu' },
      ],
    ]);
    await live().unwatch(tenant.scope, id, JOURNEY);
    expect((await request('DELETE', `/v1/segments/${id}`)).status).toBe(409);
    await live().unwatch(tenant.scope, id, MENU);
    await live().unwatch(tenant.scope, id, MENU);
    expect((await request('DELETE', `/v1/segments/${id}`)).status).toBe(204);
  });

  it('must be one of the workspace', async () => {
    const id = await define(bought);
    const other = await app.workspace();
    await expect(live().watch(other.scope, id, JOURNEY)).rejects.toMatchObject({ status: 404 });
  });

  it('is forgotten when nobody watches it any more, and begins anew when somebody does', async () => {
    await buy('aya');
    const id = await watched(bought);
    expect(await known(id)).toEqual(['aya']);
    await live().unwatch(tenant.scope, id, JOURNEY);
    await buy('ken');
    await work();
    expect(await known(id)).toEqual([]);
    await live().watch(tenant.scope, id, JOURNEY);
    await live().unwatch(tenant.scope, id, JOURNEY);
    await live().watch(tenant.scope, id, JOURNEY);
    await work();
    expect(await known(id)).toEqual(['aya', 'ken']);
    expect(told()).toEqual([]);
  });

  it('changes at local midnight without anything happening', async () => {
    await buy('aya', 60);
    const id = await watched({ kind: 'not', rule: { kind: 'purchase', within: { days: 180 } } });
    expect(await known(id)).toEqual([]);
    // The local day of the purchase is the last that counts for 180 days.
    tenant.scope.clock.set('2026-10-12T23:59:59+09:00');
    await work(true);
    await work(true);
    expect(told()).toEqual([]);
    tenant.scope.clock.set('2026-10-13T00:00:02+09:00');
    await work(true);
    await work(true);
    expect(told()).toMatchObject([{ segmentId: id, change: 'entered' }]);
  });

  it('changes when its rule does, or one that it asks for, and not when only a name does', async () => {
    await put('aya', { rank: 'gold' });
    await put('ken', { rank: 'silver' });
    const gold = await define({ kind: 'rank', in: ['gold'] });
    const id = await watched({ kind: 'not', rule: { kind: 'segment', id: gold } });
    expect(await known(id)).toEqual(['ken']);
    await request('PUT', `/v1/segments/${gold}`, { name: 'renamed', rule: { kind: 'rank', in: ['gold'] } });
    expect((await work()).map(({ job }) => job)).not.toContain('segments.recompute');
    await request('PUT', `/v1/segments/${gold}`, { name: 's', rule: { kind: 'rank', in: ['silver'] } });
    await work();
    expect(await known(id)).toEqual(['aya']);
    expect(told().map(({ change }) => change)).toEqual(['entered', 'left']);
  });

  it('goes by the days of the time zone that its workspace has now', async () => {
    tenant.scope.clock.set('2026-04-15T21:30:00+09:00');
    await buy('aya', 6 * 60);
    const id = await watched({ kind: 'purchase', within: { days: 0 } });
    expect(await known(id)).toEqual(['aya']);
    await request('PATCH', '/v1/workspace', { timeZone: 'Asia/Kamchatka' });
    for (let second = 0; second < 8; second++) {
      tenant.scope.clock.advance(1_000);
      await work(true);
    }
    // In Kamchatka it is 00:30 of the next day.
    expect(await known(id)).toEqual([]);
    expect(told().map(({ change }) => change)).toEqual(['left']);
  });

  it('does not take back what was so because the clock is set back', async () => {
    const id = await watched(bought);
    await buy('aya');
    await work();
    tenant.scope.clock.advance(-HOUR);
    await put('aya', { tags: ['x'] });
    await work();
    expect(told().map(({ change }) => change)).toEqual(['entered']);
    expect(await known(id)).toEqual(['aya']);
  });

  it('is seen to when the job that was asked for has been lost', async () => {
    const id = await watched(bought);
    await buy('aya');
    // Until the member is marked, and no further.
    for (const { id: row } of await app.get(JobRunner).due(100)) await app.get(JobRunner).run(row);
    for (const { id: row } of await app.get(JobRunner).due(100)) await app.get(JobRunner).run(row);
    const lost = sql`delete from outbox where job = 'segments.judge_marked'`;
    expect(await app.get(Database).execute(tenant.scope, lost)).toBe(1);
    for (let second = 0; second < 8; second++) {
      tenant.scope.clock.advance(1_000);
      await work(true);
    }
    expect(await known(id)).toEqual(['aya']);
  });

  it('costs a workspace without one no more than a look', async () => {
    await buy('aya');
    const jobs = (await work()).map(({ job }) => job);
    expect(jobs).not.toContain('segments.judge_marked');
    const marks = sql`select from live_segment_marks`;
    expect(await app.get(Database).query(tenant.scope, marks)).toEqual([]);
  });

  it('comes to the same however many work at it at the same time', async () => {
    const fresh = await watched({ kind: 'purchase', count: { gte: 2 } });
    const lapsed = await watched({ kind: 'not', rule: { kind: 'purchase', within: { days: 1 } } });
    const people = Array.from({ length: 12 }, (_, n) => `m${n}`);
    for (let round = 0; round < 6; round++) {
      await Promise.all(people.filter((_, n) => n % 3 !== round % 3).map((id) => buy(id)));
      const rule = { kind: 'purchase', count: { gte: 1 + (round >> 1) } };
      await request('PUT', `/v1/segments/${fresh}`, { name: 's', rule });
      for (let pass = 0; pass < 3; pass++) await workAtOnce();
    }
    await work();
    for (const id of [fresh, lapsed]) {
      const { items } = (await request('GET', `/v1/segments/${id}/members?limit=100`)).body;
      expect(await known(id)).toEqual(items.map((item: { externalId: string }) => item.externalId).sort());
      expect([...heard().of(id)].sort()).toEqual((await idsOf(id)).sort());
    }
  }, 60_000);

  /** Everything that is due, as by very many workers. */
  async function workAtOnce(): Promise<void> {
    const runner = app.get(JobRunner);
    const runs = await Promise.all((await runner.due(100)).map(({ id }) => runner.run(id)));
    expect(runs.map((ran) => ran?.thrown).filter((thrown) => thrown !== undefined)).toEqual([]);
  }
});
