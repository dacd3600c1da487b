import { createServer, type Server } from 'node:net';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '#database';
import { Installation } from '#testing';
import { ApiClient } from './api-client.js';
import type { DemoWorkspace } from './demo-workspace/seed.js';
import { SEGMENTS } from './demo-workspace/shop.js';
import type { Secrets } from './secrets.js';

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

  it('opens with a contract whose user has a code', async () => {
    const { apiKey } = installation.notes();
    const api = new ApiClient(installation.apiUrl, apiKey);
    const { items } = await api.get<{ items: { externalId: string }[] }>('/v1/members?role=contractor');
    const path = `/v1/members/${items[0]!.externalId}/user-codes`;
    const codes = (await api.get<{ items: { state: string; code: string }[] }>(path)).items;
    expect(codes).toEqual([expect.objectContaining({ state: 'open', code: expect.stringMatching(/^\w{10}$/) })]);
  });

  it('says in one sentence that the directory is in use, and leaves the first one alone', async () => {
    const second = installation.beside({ PORT: '0' });
    const { code, output } = await second.startAndFail();
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(/^Another Tsunagi \(process \d+\) is using /)]);
    expect((await fetch(`${installation.apiUrl}/healthz`)).status).toBe(200);
  }, 60_000);

  it('stops clean on Ctrl-C and goes on where it was', async () => {
    const before = notesOf(installation);
    const api = new ApiClient(installation.apiUrl, before.apiKey);
    await api.post('/v1/events', {
      events: [{ id: 'kept', type: 'visit', memberId: 'M0001', occurredAt: '2026-01-05T12:00:00+09:00' }],
    });
    expect(await installation.stop()).toBe(0);
    await installation.start();
    expect(notesOf(installation)).toMatchObject({ workspaceId: before.workspaceId, member: before.member });
    const again = await api.post<{ duplicates: number }>('/v1/events', {
      events: [{ id: 'kept', type: 'visit', memberId: 'M0001', occurredAt: '2026-01-05T12:00:00+09:00' }],
    });
    expect(again.duplicates).toBe(1);
    expect(await count(api, { kind: 'sample', percent: 100 })).toBe(120);
  }, 60_000);

  it('lets the menus lead to where it is, on another port', async () => {
    await installation.stop();
    const moved = installation.beside({ PORT: String(await freePort()) });
    await moved.start();
    const { apiKey, channelId } = notesOf(moved);
    const { apiUrl } = moved.notes();
    const { items } = await new ApiClient(apiUrl, apiKey).get<{ items: { areas: { action: { uri?: string } }[] }[] }>(
      `/v1/channels/${channelId}/rich-menus`,
    );
    await moved.stop();
    await installation.start();
    const page = `${apiUrl}/p/line/connect/${channelId}`;
    const addresses = items.flatMap(({ areas }) => areas.flatMap(({ action }) => action.uri ?? []));
    expect(addresses.sort()).toEqual([page, `${page}/takeover`, 'https://example.com/'].sort());
    expect(apiUrl).not.toBe(installation.apiUrl);
  }, 90_000);

  it('sets linking up where an installation from before there was linking is started', async () => {
    await installation.stop();
    const before = notesOf(installation);
    write('tsunagi.json', { ...before, member: undefined });
    const { lineAccount, ...secrets } = secretsOf(installation);
    write('secrets.json', { ...secrets, lineAccount: { ...lineAccount, login: undefined } });
    await installation.start();
    const { member, channelId, operator } = notesOf(installation);
    expect(member).toMatchObject({ loginId: before.member!.loginId });
    expect(operator).toEqual(before.operator);
    const page = await fetch(`${installation.apiUrl}/p/line/connect/${channelId}`);
    expect(page.status).toBe(200);
    const api = new ApiClient(installation.apiUrl, before.apiKey);
    expect(await menusOf(api, channelId!)).toEqual(['連携前', '連携後']);
    expect(secretsOf(installation)).toMatchObject({
      ...secrets,
      lineAccount: { accessToken: lineAccount.accessToken, login: { channelId: expect.stringMatching(/^\d{10}$/) } },
    });
  }, 60_000);

  function write(file: string, content: object): void {
    writeFileSync(join(installation.directory, file), JSON.stringify(content));
  }
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

function notesOf(installation: Installation): DemoWorkspace {
  return installation.notes();
}

function secretsOf({ directory }: Installation): Secrets {
  return JSON.parse(readFileSync(join(directory, 'secrets.json'), 'utf8')) as Secrets;
}

async function menusOf(api: ApiClient, channelId: string): Promise<string[]> {
  const { items } = await api.get<{ items: { name: string }[] }>(`/v1/channels/${channelId}/rich-menus`);
  return items.map(({ name }) => name).sort();
}

async function count(api: ApiClient, rule: object): Promise<number> {
  return (await api.post<{ count: number }>('/v1/segments/preview', { rule })).count;
}
