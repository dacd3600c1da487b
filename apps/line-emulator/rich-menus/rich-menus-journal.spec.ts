import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { startEmulator } from '../emulator.js';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { png, readyMenu } from '../testing/rich-menu-samples.js';

it('Rich menus, images, links, aliases and what is on its way survive a restart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'emulator-'));
  const dataFile = join(directory, 'line.jsonl');
  const line = await EmulatorUnderTest.start({ dataFile });
  const { channelId, accessToken } = line.channel;
  await line.control('POST /clock', { frozen: true });
  const [first, second, third] = [await readyMenu(line), await readyMenu(line), await readyMenu(line)];
  await line.api(`POST /v2/bot/user/all/richmenu/${first}`);
  await line.api('POST /v2/bot/richmenu/alias', { richMenuAliasId: 'second', richMenuId: second });
  await line.api(`DELETE /v2/bot/richmenu/${third}`);
  for (const i of [0, 1, 2]) await line.api(`POST /v2/bot/user/${line.friend(i)}/richmenu/${second}`);
  await line.api('POST /v2/bot/richmenu/bulk/link', { richMenuId: first, userIds: [line.friend(0)] });
  await line.control('POST /clock', { advanceMs: 2000 });
  await line.onChannel('POST /users/state', { userIds: [line.friend(1)], state: 'blocked' });
  await line.onChannel('POST /users/state', { userIds: [line.friend(1)], state: 'friend' });
  const operations = [{ type: 'link', from: second, to: first }];
  const batch = await line.api('POST /v2/bot/richmenu/batch', { operations });
  const ask = async (url: string, path: string) => (await fetch(`${url}/_emulator${path}`)).json();
  const paths = [`/rich-menus?channelId=${channelId}`, `/rich-menus/links?channelId=${channelId}`];
  const before = await Promise.all(paths.map((path) => ask(line.url, path)));
  expect(before[1]).toEqual({ userIds: [line.friend(0), line.friend(2)], richMenuIds: [first, second] });
  await line.close();

  const again = await startEmulator({ dataFile });
  try {
    expect(await Promise.all(paths.map((path) => ask(again.url, path)))).toEqual(before);
    const headers = { authorization: `Bearer ${accessToken}` };
    const image = await fetch(`${again.url}/v2/bot/richmenu/${first}/content`, { headers });
    expect(png().equals(Buffer.from(await image.arrayBuffer()))).toBe(true);
    const advance = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"advanceMs":2000}' };
    await fetch(`${again.url}/_emulator/clock`, advance);
    expect(await ask(again.url, paths[1] ?? '')).toMatchObject({ richMenuIds: [first, first] });
    const requestId = batch.headers.get('x-line-request-id') ?? '';
    const progress = await fetch(`${again.url}/v2/bot/richmenu/progress/batch?requestId=${requestId}`, { headers });
    expect(await progress.json()).toMatchObject({ phase: 'succeeded' });
  } finally {
    await again.close();
    rmSync(directory, { recursive: true });
  }
});
