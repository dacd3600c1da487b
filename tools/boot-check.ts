/**
 * Boots the built `dist/` as `npm start` does, on a throw-away data directory and a free port: it must become ready, answer
 * `GET /healthz` with 200 and stop clean on SIGINT. Runs as `npm run check:boot`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const readyWithinMs = 60_000;
const stoppedWithinMs = 20_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function becomesHealthy(server: ChildProcess, url: string): Promise<void> {
  const signal = AbortSignal.timeout(readyWithinMs);
  let lastSeen: unknown;
  while (!signal.aborted) {
    if (server.exitCode !== null) throw new Error(`It ended with exit code ${server.exitCode} before it was ready.`);
    try {
      const { status } = await fetch(url, { signal });
      if (status === 200) return;
      lastSeen = status;
    } catch (error) {
      lastSeen = error;
    }
    await wait(200);
  }
  throw new Error(`${url} did not answer 200 within ${readyWithinMs} ms.`, { cause: lastSeen });
}

async function stopsClean(server: ChildProcess): Promise<void> {
  const exit = once(server, 'exit', { signal: AbortSignal.timeout(stoppedWithinMs) });
  server.kill('SIGINT');
  const [code, signal] = (await exit.catch((cause: unknown) => {
    throw new Error(`It did not stop within ${stoppedWithinMs} ms.`, { cause });
  })) as [number | null, NodeJS.Signals | null];
  if (code !== 0) throw new Error(`It ended with ${signal ?? `exit code ${code}`} on SIGINT.`);
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tsunagi-boot-'));
  // Started by root, Postgres steps down to a user who must get through to its directory.
  chmodSync(directory, 0o755);
  const port = await freePort();
  // The embedded profile, whatever this shell is set to.
  const { DATABASE_URL: _database, QUEUE_URL: _queue, LINE_API_BASE_URL: _line, ...env } = process.env;
  const started = performance.now();
  const server = spawn(process.execPath, ['--enable-source-maps', 'dist/apps/standalone/main.js'], {
    env: { ...env, PORT: String(port), DATA_DIR: join(directory, 'data') },
    stdio: 'inherit',
  });
  try {
    await becomesHealthy(server, `http://127.0.0.1:${port}/healthz`);
    console.log(`ready after ${Math.round(performance.now() - started)} ms`);
    await stopsClean(server);
    console.log('stopped clean');
  } finally {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
}

await main();
