import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChannelsHttpModule } from '#channels';
import { DeliveryJobsModule } from '#delivery';
import { newId, type Scope, type VirtualClock } from '#kernel';
import { LinkingHttpModule } from '#linking';
import { MembersHttpModule } from '#members';
import { SegmentsHttpModule } from '#segments';
import { createTestApp, EmulatorProcess, type TestApp } from '#testing';
import { CampaignsHttpModule, CampaignsJobsModule } from '../campaigns.module.js';
import { UnitStatisticsKeeper } from './unit-statistics.service.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

class InsightLine extends EmulatorProcess {
  static async start(): Promise<InsightLine> {
    const line = new InsightLine(...(await InsightLine.launch()));
    await line.settings({ rateLimits: true });
    return line;
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON
  override control(method: string, path: string, body?: object): Promise<any> {
    return super.control(method, path, body);
  }
}

describe('what LINE is asked about aggregation units', () => {
  let app: TestApp;
  let line: InsightLine;
  let scope: Scope & { clock: VirtualClock };
  let lineChannelId: string;
  let channelId: string;
  let channels = 0;

  beforeAll(async () => {
    line = await InsightLine.start();
    const features = [ChannelsHttpModule, MembersHttpModule, LinkingHttpModule, SegmentsHttpModule, DeliveryJobsModule];
    app = await createTestApp({
      imports: [...features, CampaignsHttpModule, CampaignsJobsModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000, databasePoolSize: 10 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  beforeEach(async () => {
    const workspace = await app.workspace();
    scope = workspace.scope;
    lineChannelId = `30${String((channels += 1)).padStart(8, '0')}`;
    const account = { channelId: lineChannelId, channelSecret: 'a'.repeat(32), accessToken: `stats-${lineChannelId}` };
    await line.control('POST', 'channels', { ...account, webhookActive: false });
    const { body } = await app.request('POST', '/v1/channels', {
      key: workspace.key,
      body: { name: 'S', lineChannelId, channelSecret: account.channelSecret, accessToken: account.accessToken },
    });
    channelId = body.id;
    await tick(0);
  });

  /** Time passes, at LINE too. */
  async function tick(milliseconds: number): Promise<void> {
    scope.clock.advance(milliseconds);
    await line.control('POST', 'clock', { set: scope.clock.now().getTime(), frozen: true });
  }

  const keeper = () => app.get(UnitStatisticsKeeper);
  const note = (unit: string, campaignId = newId()) => keeper().note(scope, { channelId, unit }, campaignId);

  async function calls(): Promise<{ total: number; rateLimited: number }> {
    const { endpoints } = await line.control('GET', `requests?channelId=${lineChannelId}`);
    type Figures = { endpoint: string; total: number; rateLimited: number };
    const found = (endpoints as Figures[]).find(({ endpoint }) => endpoint === 'insight.aggregation');
    return { total: found?.total ?? 0, rateLimited: found?.rateLimited ?? 0 };
  }

  const fetched = async (units: string[]) =>
    (await keeper().known(scope, channelId, units)).filter(({ fetchedAt }) => fetchedAt).map(({ unit }) => unit);

  it('is asked from the next day on, once a day', async () => {
    await note('one');
    await keeper().fetch(scope, channelId);
    expect(await calls()).toEqual({ total: 0, rateLimited: 0 });
    await tick(DAY_MS);
    await keeper().fetch(scope, channelId);
    await keeper().fetch(scope, channelId);
    expect((await calls()).total).toBe(1);
    for (let day = 0; day < 30; day += 1) {
      await tick(DAY_MS);
      await keeper().fetch(scope, channelId);
    }
    const [row] = await keeper().known(scope, channelId, ['one']);
    expect([(await calls()).total, row!.dueAt]).toEqual([15, null]);
  });

  it('is asked sixty times in any hour, by however many workers, and never refused for it', async () => {
    const units = Array.from({ length: 130 }, (_, i) => `u${i}`);
    for (const unit of units) await note(unit);
    await tick(DAY_MS);
    await Promise.all([1, 2, 3, 4].map(() => keeper().fetch(scope, channelId)));
    expect(await calls()).toEqual({ total: 60, rateLimited: 0 });
    // Any hour, not only those that begin with the clock's.
    for (let part = 0; part < 3; part += 1) {
      await tick(20 * 60_000 - 1_000);
      await Promise.all([1, 2].map(() => keeper().fetch(scope, channelId)));
      expect((await calls()).total).toBe(60);
    }
    await tick(61_000 + 3_000);
    await Promise.all([1, 2].map(() => keeper().fetch(scope, channelId)));
    expect(await calls()).toEqual({ total: 120, rateLimited: 0 });
    await tick(HOUR_MS + 61_000);
    await keeper().fetch(scope, channelId);
    expect(await calls()).toEqual({ total: 130, rateLimited: 0 });
    expect(await fetched(units)).toHaveLength(130);
  });

  it('lets campaigns take turns, however many units one has', async () => {
    const large = newId();
    const many = Array.from({ length: 70 }, (_, i) => `large_${i}`);
    for (const unit of many) await note(unit, large);
    const small = ['a', 'b', 'c'];
    for (const unit of small) await note(unit);
    await tick(DAY_MS);
    await keeper().fetch(scope, channelId);
    expect(await fetched(small)).toEqual(small);
    expect(await fetched(many)).toHaveLength(57);
  });

  it('is asked again where LINE did not answer, and not where somebody else has used up the hour', async () => {
    await note('one');
    await tick(DAY_MS);
    const fault = { endpoint: 'insight.aggregation', channelId: lineChannelId, times: 1 };
    await line.control('POST', 'faults', { ...fault, kind: 'before500' });
    await keeper().fetch(scope, channelId);
    expect((await keeper().known(scope, channelId, ['one']))[0]).toMatchObject({
      fetchedAt: null,
      problem: expect.any(String),
    });
    await tick(HOUR_MS);
    await line.control('POST', 'faults', { ...fault, kind: '429-rate' });
    await keeper().fetch(scope, channelId);
    const before = (await calls()).total;
    await tick(HOUR_MS - 60_000);
    await keeper().fetch(scope, channelId);
    expect((await calls()).total).toBe(before);
    await tick(3 * 60_000);
    await keeper().fetch(scope, channelId);
    expect(await fetched(['one'])).toEqual(['one']);
  });

  it('is asked no more about a channel that is gone or whose token LINE refuses', async () => {
    await note('one');
    await tick(DAY_MS);
    await line.control('POST', 'faults', {
      endpoint: 'insight.aggregation',
      channelId: lineChannelId,
      kind: '401',
      times: 1,
    });
    await keeper().fetch(scope, channelId);
    await tick(DAY_MS);
    await keeper().fetch(scope, channelId);
    expect((await calls()).total).toBe(1);
    const gone = newId();
    await keeper().note(scope, { channelId: gone, unit: 'one' }, newId());
    await keeper().fetch(scope, gone);
    expect((await keeper().known(scope, gone, ['one']))[0]).toMatchObject({ dueAt: null, fetchedAt: null });
  });
});
