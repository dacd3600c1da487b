import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { loadConfig } from '#config';
import { JobFigures } from '#jobs';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createStatusServer } from './status-server.js';
import { createWorker } from './create-worker.js';

describe('A worker', () => {
  let database: TestDatabase;
  let worker: INestApplicationContext;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const encryptionKeys = `spec:${Buffer.alloc(32).toString('base64')}`;
    worker = await createWorker(
      loadConfig({
        DATABASE_URL: database.url,
        ADMIN_KEY: 'a'.repeat(32),
        ENCRYPTION_KEYS: encryptionKeys,
        LOG_LEVEL: 'silent',
      }),
    );
    server = createStatusServer(worker.get(JobFigures, { strict: false })).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 30_000);

  afterAll(async () => {
    server.close();
    await worker.close();
    await database.drop();
  });

  it('boots with a handler for everything that is declared', () => {
    expect(worker).toBeDefined();
  });

  it('is well while it looks for due work', async () => {
    const { status } = await fetch(`${url}/healthz`);
    expect(status).toBe(200);
  });

  it('tells how each lane is getting on', async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('# TYPE jobs_due gauge\njobs_due{lane="webhooks"} 0\n');
    expect(text).toMatch(/^jobs_runs_total\{outcome="done"\} \d+$/m);
    expect(text).toMatch(/^jobs_oldest_due_seconds\{lane="bulk"\} 0$/m);
  });

  it('has nothing else to say', async () => {
    const { status } = await fetch(`${url}/v1/workspace`);
    expect(status).toBe(404);
  });
});
