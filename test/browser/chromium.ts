import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const unpack = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;

/**
 * The browser's executable, unpacked on first use. The package unpacks in place, so that a second process would start
 * half a browser; here it is unpacked aside and moved, whichever process comes first.
 */
export async function browserPath(): Promise<string> {
  const directory = join(tmpdir(), `phone-browser-${packedVersion()}`);
  const executable = join(directory, 'chromium');
  if (existsSync(executable)) return executable;
  const aside = mkdtempSync(join(tmpdir(), 'phone-browser-'));
  const environment = { ...process.env, TMPDIR: aside };
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', unpack], { env: environment });
  try {
    renameSync(aside, directory);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Another process was first, which is just as well.
    if (!existsSync(executable)) throw error;
  }
  return executable;
}

function packedVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
