import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { ApiClient } from '../../apps/standalone/api-client.js';
import type { ChaosStack } from '../../tools/chaos/chaos-stack.js';
import { IMPORTING_POINTS } from '../../tools/chaos/crash-points.js';
import { PATIENCE_MS, RESUMED_WITHIN_MS, startStack } from './chaos-town.js';

const DEAD_WITHIN_MS = 60_000;
/** Some dozen transactions, and more than one part of the file. */
const ROWS = 45_000;
const HEAD = 'id,title,price\n';

interface Feed {
  id: string;
  state: string;
  bytes: number;
  importedBytes: number;
  rows: number;
}

/** A file of products none of which another one has. */
function file(name: string, rows: number): Buffer {
  return Buffer.from(HEAD + Array.from({ length: rows }, (_, n) => `${name}-${n},商品 ${n},${n % 900}\n`).join(''));
}

describe('A product feed', () => {
  let stack: ChaosStack;
  let key: string;

  beforeAll(async () => {
    stack = await startStack();
    ({ apiKey: key } = await stack.admin.post<{ apiKey: string }>('/v1/workspaces', { name: 'Shop' }));
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
  }, 60_000);

  afterEach(async () => {
    while (stack.workers.length < 2) await stack.startWorker();
  }, 60_000);

  const api = (): ApiClient => stack.client(key);
  const feed = (id: string) => api().get<Feed>(`/v1/product-feeds/${id}`);
  const send = async (method: string, path: string, body: Buffer): Promise<Feed> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'text/csv' };
    const answer = await fetch(`${stack.apiUrl}/v1/product-feeds${path}`, {
      method,
      headers,
      body: new Uint8Array(body),
    });
    expect(answer.status).toBe(202);
    return (await answer.json()) as Feed;
  };

  /** Begins to send a file, and never comes to its end. @returns what ends with the connection */
  function beginToSend(path: string, bytes: Buffer): Promise<void> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'text/csv' };
    const sending = request(`${stack.apiUrl}/v1/product-feeds${path}`, { method: 'POST', headers });
    sending.write(bytes);
    return new Promise((ended) => sending.once('error', () => ended()).once('close', () => ended()));
  }

  it(
    'whose api is killed while it comes in is sent on from where it is, and then imported once',
    async () => {
      const bytes = file('sent', ROWS);
      const broken = beginToSend('', bytes.subarray(0, bytes.length - 1_000));
      const receiving = async () => (await api().get<{ items: Feed[] }>('/v1/product-feeds')).items[0];
      await eventually('a part has come', async () => ((await receiving())?.bytes ?? 0) > 0, PATIENCE_MS);
      await stack.api?.kill();
      await broken;
      await stack.startApi();
      const left = (await receiving())!;
      expect(left).toMatchObject({ state: 'receiving', importedBytes: 0 });
      expect(left.bytes).toBeLessThan(bytes.length);
      await send('PATCH', `/${left.id}?offset=${left.bytes}`, bytes.subarray(left.bytes));
      await eventually('it is imported', async () => (await feed(left.id)).state === 'imported', PATIENCE_MS);
      expect(await feed(left.id)).toMatchObject({
        ...{ rows: ROWS, created: ROWS, updated: 0, unchanged: 0, refusedRows: 0 },
        ...{ bytes: bytes.length, importedBytes: bytes.length },
      });
    },
    2 * PATIENCE_MS,
  );

  it.each(IMPORTING_POINTS)(
    'whose worker is killed, %s, is gone on with within 10 s, each row once',
    async (point) => {
      const rows = point === 'feed ended' ? 700 : ROWS;
      const bytes = file(point.replace(' ', '-'), rows);
      const died = await stack.trap(point, point === 'feed ended' ? 1 : 30);
      const { id } = await send('POST', '', bytes);
      expect(await died(DEAD_WITHIN_MS)).toBeDefined();
      const before = (await feed(id)).rows;
      const isGoingOn = async () => {
        const now = await feed(id);
        return now.rows > before || now.state === 'imported';
      };
      const resumedMs = await eventually('somebody goes on', isGoingOn, PATIENCE_MS);
      await eventually('it is imported', async () => (await feed(id)).state === 'imported', PATIENCE_MS);
      expect(await feed(id)).toMatchObject({ rows, created: rows, updated: 0, unchanged: 0, refusedRows: 0 });
      expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS);
    },
    2 * PATIENCE_MS,
  );
});
