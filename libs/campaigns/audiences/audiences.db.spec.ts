import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ChannelsHttpModule } from '#channels';
import { Database, raw, sql } from '#database';
import { DeliveryJobsModule } from '#delivery';
import { LinkingHttpModule } from '#linking';
import { MembersHttpModule } from '#members';
import { ProductsHttpModule } from '#products';
import { SegmentsHttpModule } from '#segments';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { CampaignsHttpModule, CampaignsJobsModule } from '../campaigns.module.js';
import { AudiencePeopleRepository } from './audience-people.repository.js';
import { Audiences } from './audiences.service.js';
import { AudienceReceiving } from './receiving.service.js';

const MEMBERS = 20_000;
const TABLES = ['campaign_audiences', 'campaign_audience_parts', 'campaign_audience_refusals', 'audience_members'];

describe('files of people', () => {
  let app: TestApp;

  beforeAll(async () => {
    const line = [ChannelsHttpModule, MembersHttpModule, LinkingHttpModule, SegmentsHttpModule, DeliveryJobsModule];
    app = await createTestApp({ imports: [...line, ProductsHttpModule, CampaignsHttpModule, CampaignsJobsModule] });
    await app.get(Database).execute(
      app.scope,
      sql`insert into members (workspace_id, external_id, created_at)
          select ${app.scope.workspaceId}, ${'x'.repeat(100)} || n, now() from generate_series(1, ${MEMBERS}) n`,
    );
  }, 60_000);

  afterAll(() => app.close());

  const people = function* (from: number, to: number) {
    for (let i = from; i <= to; i += 1) yield Buffer.from(`${'x'.repeat(100)}${i}\n`);
  };
  const receive = (bytes: AsyncIterable<Buffer>) =>
    app.get(AudienceReceiving).receive(app.scope, { name: 'List' }, { bytes, length: 0 });
  const counts = async () => {
    const count = (table: string) =>
      app.get(Database).one<{ n: number }>(app.scope, sql`select count(*)::int as n from ${raw(table)}`);
    return Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, (await count(table)).n] as const)));
  };

  it('are read on where a death has left off, nobody twice and nobody left out', async () => {
    // Three parts, of about ten thousand rows each.
    const { id } = await receive(Readable.from(people(1, MEMBERS + 5)));
    const repository = app.get(AudiencePeopleRepository);
    const add = repository.add.bind(repository);
    let calls = 0;
    const dying = jest.spyOn(repository, 'add').mockImplementation(async (...given) => {
      const added = await add(...given);
      calls += 1;
      if (calls === 3 || calls === 6) throw new Error('killed');
      return added;
    });
    for (let run = 0; run < 3; run += 1) {
      await drainJobs(app.nest, { failures: 'allow' });
      const { matched, refused, rows, progress } = await app.get(Audiences).get(app.scope, id).then(shown);
      // What is told was committed together with what it tells of.
      expect(rows).toBe(matched + refused);
      expect((await counts()).audience_members).toBe(matched);
      if (run === 0) expect(progress).toBeLessThan(1);
      app.scope.clock.advance(3_600_000);
    }
    dying.mockRestore();
    expect(calls).toBeGreaterThan(6);
    const audience = await app.get(Audiences).get(app.scope, id);
    expect(audience).toMatchObject({ state: 'ready', rows: MEMBERS + 5, matched: MEMBERS, refused: 5 });
    const refusals = await app.get(Audiences).refusals(app.scope, id, 10);
    expect(refusals.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5].map((n) => MEMBERS + n));
    await app.get(Audiences).delete(app.scope, id);
    await drainJobs(app.nest);
    expect(await counts()).toEqual(Object.fromEntries(TABLES.map((table) => [table, 0])));
  });

  it('leave nothing behind when their sender goes away', async () => {
    async function* broken() {
      yield* people(1, 15_000);
      throw new Error('aborted');
    }
    await expect(receive(broken())).rejects.toThrow('aborted');
    expect(await app.get(Audiences).list(app.scope, 10)).toEqual([]);
    await drainJobs(app.nest);
    expect(await counts()).toEqual(Object.fromEntries(TABLES.map((table) => [table, 0])));
  });

  it('are refused beside too many that are not read yet', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push((await receive(Readable.from(people(1, 1)))).id);
    await expect(receive(Readable.from(people(1, 1)))).rejects.toMatchObject({ code: 'campaigns.too_many_audiences' });
    await drainJobs(app.nest);
    ids.push((await receive(Readable.from(people(1, 1)))).id);
    for (const id of ids) await app.get(Audiences).delete(app.scope, id);
    await drainJobs(app.nest);
  });

  it('are refused in the middle by an answer that arrives', async () => {
    await app.nest.listen(0, '127.0.0.1');
    const line = Buffer.alloc(1_100_000, 'x');
    const answer = await fetch(`${await app.nest.getUrl()}/v1/audiences?name=x`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'text/csv' },
      body: Buffer.concat(Array.from({ length: 8 }, () => line)),
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'campaigns.audience_unreadable' }]);
  });

  it('are taken in beside feeds of products, which are CSV too', async () => {
    const upload = (url: string) =>
      app.request('POST', url, { body: 'id,title\n1,x\n', headers: { 'content-type': 'text/csv' } });
    expect(await upload('/v1/audiences?name=x')).toMatchObject({ status: 202, body: { state: 'reading' } });
    expect((await upload('/v1/product-feeds')).status).toBe(202);
    expect((await upload('/v1/campaigns')).status).toBe(415);
  });
});

const shown = <T extends { bytes: number; readBytes: number }>(audience: T) => ({
  ...audience,
  progress: audience.readBytes / audience.bytes,
});
