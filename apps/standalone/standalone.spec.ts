import { createServer, type Server } from 'node:net';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation } from '#testing';
import { ApiClient } from './api-client.js';
import { SEGMENTS } from './demo-workspace/shop.js';

describe('npm start', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.create({});
    await installation.start();
  }, 60_000);

  afterAll(async () => {
    await installation.stop();
    installation.remove();
  }, 60_000);

  it('opens with a believable workspace whose friends are linked', async () => {
    const { apiKey } = installation.notes();
    const api = new ApiClient(installation.apiUrl, apiKey);
    const all = await count(api, { kind: 'sample', percent: 100 });
    const friends = await count(api, { kind: 'friend', state: 'friend' });
    expect(all).toBe(120);
    expect(friends).toBeGreaterThan(60);
    const { items } = await api.get<{ items: { name: string }[] }>('/v1/segments');
    expect(items.map((segment) => segment.name).sort()).toEqual(SEGMENTS.map((segment) => segment.name).sort());
  });

  it('says in one sentence that the directory is in use, and leaves the first one alone', async () => {
    const second = installation.beside({ PORT: '0' });
    const { code, output } = await second.startAndFail();
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(/^Another Tsunagi \(process \d+\) is using /)]);
    expect((await fetch(`${installation.apiUrl}/healthz`)).status).toBe(200);
  }, 60_000);

  it('stops clean on Ctrl-C and goes on where it was', async () => {
    const before = installation.notes();
    const api = new ApiClient(installation.apiUrl, before.apiKey);
    await api.post('/v1/events', {
      events: [{ id: 'kept', type: 'visit', memberId: 'M0001', occurredAt: '2026-01-05T12:00:00+09:00' }],
    });
    expect(await installation.stop()).toBe(0);
    await installation.start();
    expect(installation.notes().workspaceId).toBe(before.workspaceId);
    const again = await api.post<{ duplicates: number }>('/v1/events', {
      events: [{ id: 'kept', type: 'visit', memberId: 'M0001', occurredAt: '2026-01-05T12:00:00+09:00' }],
    });
    expect(again.duplicates).toBe(1);
    expect(await count(api, { kind: 'sample', percent: 100 })).toBe(120);
  }, 60_000);
});

describe('npm start that cannot', () => {
  let installation: Installation;
  let squatter: Server | undefined;

  beforeAll(async () => {
    installation = await Installation.create({});
  });
  afterEach(() => {
    squatter?.close();
  });
  afterAll(() => installation.remove());

  it('names the port that is taken', async () => {
    squatter = createServer();
    const port = Number(new URL(installation.apiUrl).port);
    await new Promise<void>((done) => squatter?.listen(port, '127.0.0.1', done));
    const { code, output } = await installation.startAndFail();
    expect(code).toBe(1);
    expect(output.trim()).toBe(`Port ${port} is taken by another program: set PORT to a free one.`);
  }, 60_000);

  it('names the data directory that is broken', async () => {
    await installation.start();
    await installation.stop();
    rmSync(join(installation.directory, 'postgres', 'global'), { recursive: true });
    const { code, output } = await installation.startAndFail();
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringContaining(join(installation.directory, 'postgres'))]);
  }, 60_000);

  it('names the secrets that are damaged', async () => {
    writeFileSync(join(installation.directory, 'secrets.json'), '{');
    const { code, output } = await installation.startAndFail();
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(/secrets\.json is damaged/)]);
  }, 60_000);
});

async function count(api: ApiClient, rule: object): Promise<number> {
  return (await api.post<{ count: number }>('/v1/segments/preview', { rule })).count;
}
