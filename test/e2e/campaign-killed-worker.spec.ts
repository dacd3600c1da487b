import { fork, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APP_ROLE, freePort } from '#database';
import { prepareQueue } from '#jobs';
import { waitUntil } from '../../tools/demo/progress.js';
import { CampaignTown, type CampaignShop } from './campaign-shop.js';

const FRIENDS = 4_000;

describe('a worker killed in the middle of a campaign', () => {
  let town: CampaignTown;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    town = await CampaignTown.open();
    await prepareQueue(town.app.ownerUrl, APP_ROLE);
  }, 60_000);

  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await town.close();
  });

  it('is followed by another within ten seconds, and nobody gets anything twice', async () => {
    const shop = await town.shop(FRIENDS);
    // Requests take long enough to be killed among them.
    await town.control('POST', 'faults', { kind: 'slow', ms: 2_000, endpoint: 'multicast' });
    const first = await startWorker();
    const { body } = await shop.draft({ rule: { kind: 'rank', in: ['gold', 'silver'] } });
    await shop.post(`/v1/campaigns/${body.id}/schedule`);
    await waitUntil('the first requests', async () => (await attempts()) > 0);
    await startWorker();
    const before = await attempts();
    first.kill('SIGKILL');
    const killedAt = performance.now();
    await town.control('DELETE', 'faults');
    await waitUntil('the next request', async () => (await attempts()) > before);
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    await waitUntil('everybody to be sent to', async () => {
      return (await shop.get(`/v1/campaigns/${body.id}`)).body.state === 'sent';
    });
    await everyoneOnce(shop, body.id);
  }, 120_000);

  async function everyoneOnce(shop: CampaignShop, id: string): Promise<void> {
    const received = await shop.received();
    expect(received.size).toBe(FRIENDS);
    expect([...received.values()].filter((times) => times !== 1)).toEqual([]);
    expect((await shop.get(`/v1/campaigns/${id}`)).body.totals).toMatchObject({ accepted: FRIENDS, planned: 0 });
  }

  /** Requests for a multicast that have come to LINE's door. */
  async function attempts(): Promise<number> {
    const { endpoints } = await town.control('GET', 'requests');
    return endpoints.find(({ endpoint }: { endpoint: string }) => endpoint === 'multicast')?.total ?? 0;
  }

  async function startWorker(): Promise<ChildProcess> {
    const port = await freePort();
    const { databaseUrl, encryptionKeys } = town.app.config;
    const worker = fork('dist/apps/worker/main.js', {
      env: {
        ...process.env,
        QUEUE_URL: '',
        DATABASE_URL: databaseUrl,
        ENCRYPTION_KEYS: encryptionKeys,
        ADMIN_KEY: town.app.config.adminKey,
        LINE_API_BASE_URL: town.line.url,
        HOST: '127.0.0.1',
        PORT: String(port),
        LOG_LEVEL: 'fatal',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    workers.push(worker);
    await waitUntil('a worker', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch((error: unknown) => error);
      return answer instanceof Response && answer.ok;
    });
    return worker;
  }
});
