import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator } from './emulator.js';
import { EmulatorUnderTest } from './testing/emulator-under-test.js';

describe('An emulator with a data file', () => {
  let directory: string;
  let dataFile: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'emulator-'));
    dataFile = join(directory, 'deep', 'line.jsonl');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const ask = async (url: string, path: string) => (await fetch(`${url}/_emulator${path}`)).json();

  it('goes on where it was, even when the last line was cut short', async () => {
    const line = await EmulatorUnderTest.start({ dataFile });
    const { channelId } = line.channel;
    const key = { 'x-line-retry-key': '123e4567-e89b-12d3-a456-426614174000' };
    await line.onChannel('POST /users/state', { userIds: [line.friend(1)], state: 'blocked' });
    const accepted = await line.multicast([line.friend(0), line.friend(1), `U${'e'.repeat(32)}`], 'hello', key);
    await line.api('POST /v2/bot/message/broadcast', { messages: [{ type: 'text', text: 'all' }] });
    await line.onChannel('POST /users/message', { userId: line.friend(0), text: 'hi' });
    const paths = [
      `/ledger/summary?channelId=${channelId}&digest=true`,
      `/chat?channelId=${channelId}&userId=${line.friend(0)}`,
      '/channels',
    ];
    const before = await Promise.all(paths.map((path) => ask(line.url, path)));
    await line.close();
    appendFileSync(dataFile, '{"kind":"send","chan');

    const again = await startEmulator({ dataFile });
    try {
      expect(await Promise.all(paths.map((path) => ask(again.url, path)))).toEqual(before);
      const repeated = await fetch(`${again.url}/v2/bot/message/multicast`, {
        method: 'POST',
        headers: { ...key, 'content-type': 'application/json', authorization: `Bearer ${line.channel.accessToken}` },
        body: JSON.stringify({ to: [line.friend(0)], messages: [{ type: 'text', text: 'hello' }] }),
      });
      expect(repeated.status).toBe(409);
      expect(repeated.headers.get('x-line-accepted-request-id')).toBe(accepted.headers.get('x-line-request-id'));
    } finally {
      await again.close();
    }
  });

  it('starts empty after a reset', async () => {
    const line = await EmulatorUnderTest.start({ dataFile });
    await line.control('POST /reset', {});
    await line.close();
    const again = await startEmulator({ dataFile });
    expect(await ask(again.url, '/channels')).toEqual({ channels: [] });
    await again.close();
  });
});
