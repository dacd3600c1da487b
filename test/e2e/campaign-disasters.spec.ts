import { fork, type ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { APP_ROLE, freePort } from '#database';
import { prepareQueue } from '#jobs';
import { newId } from '#kernel';
import { eventually } from '#testing';
import { CampaignTown, type CampaignShop } from './campaign-shop.js';

const FRIENDS = 4_000;
const EVERYBODY = { kind: 'rank', in: ['gold', 'silver'] };
const RESUMED_WITHIN_MS = 10_000;
const SENT_WITHIN_MS = 60_000;

const queueUrl = process.env.QUEUE_URL;
const itWithRedis = queueUrl ? it : it.skip;

describe('A campaign under way', () => {
  let town: CampaignTown;
  const workers: ChildProcess[] = [];

  afterEach(async () => {
    for (const worker of workers.splice(0)) worker.kill('SIGKILL');
    await town.close();
  });

  it('goes on within ten seconds after its worker was killed, and nobody gets anything twice', async () => {
    town = await CampaignTown.open();
    await prepareQueue(town.app.ownerUrl, APP_ROLE);
    const shop = await town.shop(FRIENDS);
    // Requests take so long that the other worker is there, also on a busy machine, before they are answered.
    await town.control('POST', 'faults', { kind: 'slow', ms: 9_000, endpoint: 'multicast' });
    const first = await startWorker();
    const id = await start(shop);
    await eventually('the first requests', async () => (await attempts()) > 0);
    await startWorker();
    const before = await attempts();
    first.kill('SIGKILL');
    const killedAt = performance.now();
    await town.control('DELETE', 'faults');
    await eventually('the next request', async () => (await attempts()) > before);
    expect(performance.now() - killedAt).toBeLessThan(RESUMED_WITHIN_MS);
    await everyoneOnce(shop, id);
  }, 120_000);

  itWithRedis(
    'does not mind that Redis is emptied again and again',
    async () => {
      const queue = { queueUrl: queueUrl!, queuePrefix: `{spec-${newId()}}` };
      town = await CampaignTown.open(queue);
      const shop = await town.shop(FRIENDS);
      await town.control('POST', 'faults', { kind: 'slow', ms: 500, endpoint: 'multicast' });
      await startWorker(queue);
      const redis = new Redis(queue.queueUrl);
      let emptied = 0;
      try {
        const id = await start(shop);
        // As after FLUSHALL, but of this queue only: others may use the server too.
        await eventually(
          'the campaign is sent',
          async () => {
            const keys = await redis.keys(`${queue.queuePrefix}:*`);
            if (keys.length > 0) emptied += await redis.unlink(...keys);
            return isSent(shop, id);
          },
          SENT_WITHIN_MS,
        );
        expect(emptied).toBeGreaterThan(0);
        await everyoneOnce(shop, id);
      } finally {
        await redis.quit();
      }
    },
    120_000,
  );

  async function start(shop: CampaignShop): Promise<string> {
    const { body } = await shop.draft({ rule: EVERYBODY });
    await shop.post(`/v1/campaigns/${body.id}/schedule`);
    return body.id as string;
  }

  async function isSent(shop: CampaignShop, id: string): Promise<boolean> {
    return (await shop.get(`/v1/campaigns/${id}`)).body.state === 'sent';
  }

  async function everyoneOnce(shop: CampaignShop, id: string): Promise<void> {
    await eventually('everybody is sent to', () => isSent(shop, id), SENT_WITHIN_MS);
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

  /** @param queue a Redis; without it the queue lives in the database */
  async function startWorker(queue?: { queueUrl: string; queuePrefix: string }): Promise<ChildProcess> {
    const port = await freePort();
    const { databaseUrl, encryptionKeys, adminKey } = town.app.config;
    const worker = fork('dist/apps/worker/main.js', {
      env: {
        ...process.env,
        QUEUE_URL: queue?.queueUrl ?? '',
        QUEUE_PREFIX: queue?.queuePrefix ?? '',
        DATABASE_URL: databaseUrl,
        ENCRYPTION_KEYS: encryptionKeys,
        ADMIN_KEY: adminKey,
        LINE_API_BASE_URL: town.line.url,
        HOST: '127.0.0.1',
        PORT: String(port),
        LOG_LEVEL: 'fatal',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    workers.push(worker);
    await eventually('a worker works', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch((error: unknown) => error);
      return answer instanceof Response && answer.ok;
    });
    return worker;
  }
});
