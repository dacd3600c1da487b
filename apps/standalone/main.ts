import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, environment } from '#config';
import { SystemClock } from '#kernel';
import { EmulatedLine } from './demo-workspace/line-account.js';
import { ApiClient } from './api-client.js';
import { openLinking } from './demo-workspace/linking.js';
import { openOperator } from './demo-workspace/operator.js';
import { seedDemoWorkspace, type DemoWorkspace } from './demo-workspace/seed.js';
import { SHOP } from './demo-workspace/shop.js';
import { lockDirectory, StartRefusal } from './instance-lock.js';
import { startStack, type Stack } from './stack.js';

/** `npm start`: everything on one machine, with nothing installed but Node. */
try {
  await main();
  // Everything is stopped; what still holds a handle has nothing left to do.
  process.exit(0);
} catch (error) {
  if (!(error instanceof StartRefusal) && !(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const env = environment();
  const dataDir = resolve(env.DATA_DIR || '.data');
  const port = Number(env.PORT || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new StartRefusal('PORT must be a port number.');
  const unlock = lockDirectory(dataDir);
  const interrupted = untilInterrupted();
  try {
    const emulate = env.LINE_API_BASE_URL ? undefined : { port: 0 };
    const stack = await startStack({ dataDir, port, emulate, logLevel: env.LOG_LEVEL || 'warn' });
    try {
      const opening = openDemo(stack, dataDir);
      const demo = await Promise.race([opening, interrupted]);
      if (demo) {
        console.log(greeting(stack, demo, dataDir));
        await interrupted;
      } else {
        // What the signal cuts short fails, and is begun anew by the next start.
        opening.catch((error: unknown) => console.error(`The demo workspace is not complete: ${String(error)}`));
      }
      console.log('\nStopping …');
    } finally {
      await stack.stop();
    }
  } finally {
    unlock();
  }
}

/** A second signal while everything is being stopped changes nothing; a third ends the process as it is. */
function untilInterrupted(): Promise<void> {
  return new Promise((done) => {
    let signals = 0;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (++signals > 2) process.exit(1);
        done();
      });
    }
  });
}

/** The demo workspace of the first start, or the one that is there; `tsunagi.json` says how to reach it. */
async function openDemo(stack: Stack, dataDir: string): Promise<DemoWorkspace> {
  const path = join(dataDir, 'tsunagi.json');
  const saved = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as DemoWorkspace) : undefined;
  const now = new SystemClock().now();
  const demo = saved ?? (await seedDemoWorkspace(stack, stack.lineAccount, now));
  if (saved && stack.emulatorUrl && saved.channelId) {
    // The addresses may have changed since the last start.
    const line = new EmulatedLine(new ApiClient(stack.emulatorUrl), stack.lineAccount);
    await line.open(SHOP.name, `${stack.apiUrl}/webhooks/line/${saved.channelId}`);
  }
  const { apiUrl, emulatorUrl, adminKey } = stack;
  const note = (more: Partial<DemoWorkspace>) => {
    Object.assign(demo, more);
    const { workspaceId, channelId, channelSecret, apiKey, operator, member } = demo;
    const notes = { apiUrl, emulatorUrl, adminKey, workspaceId, channelId, channelSecret, apiKey, operator, member };
    writeFileSync(`${path}.new`, JSON.stringify(notes, null, 2) + '\n', { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  note({});
  note({ operator: await openOperator(stack, demo, (operator) => note({ operator })) });
  note({ member: await openLinking(stack, demo, { account: stack.lineAccount, now }) });
  return demo;
}

function greeting({ apiUrl, emulatorUrl, lineAccount }: Stack, demo: DemoWorkspace, dataDir: string): string {
  const { workspaceId, operator, member } = demo;
  const phone = member && new URLSearchParams({ channelId: lineAccount.channelId, userId: member.lineUserId });
  return [
    '',
    '  Tsunagi is running.',
    '',
    `  API          ${apiUrl}/v1/openapi.json`,
    ...(emulatorUrl ? [`  LINE phones  ${emulatorUrl}/`] : []),
    `  Workspace    ${SHOP.name} (${workspaceId})`,
    ...(operator ? [`  Operator     ${operator.email}`] : []),
    `  Keys         ${join(dataDir, 'tsunagi.json')}`,
    '',
    ...(member && emulatorUrl
      ? [
          '  See a member link: open this phone, tap 会員連携 (link) in its menu, and sign in.',
          `  Phone        ${emulatorUrl}/?${phone!.toString()}`,
          `  Sign in as   ${member.loginId}, password ${member.password}`,
          '',
        ]
      : []),
    '  Ctrl-C stops it; the next start goes on where it was.',
    '',
  ].join('\n');
}
