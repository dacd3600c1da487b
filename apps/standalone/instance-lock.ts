import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Why nothing was started, in one sentence for the person at the terminal. */
export class StartRefusal extends Error {
  override readonly name = 'StartRefusal';
}

/**
 * Keeps a data directory for this process. The lock of a process that is gone is taken over.
 * @returns releases it
 * @throws StartRefusal when another process works in the directory, or it cannot be written
 */
export function lockDirectory(dataDir: string): () => void {
  const path = join(dataDir, 'tsunagi.lock');
  try {
    mkdirSync(dataDir, { recursive: true });
    for (let tries = 0; tries < 3; tries++) {
      if (claim(path)) return () => rmSync(path, { force: true });
      const owner = Number(readFileSync(path, 'utf8'));
      if (isRunning(owner)) {
        throw new StartRefusal(
          `Another Tsunagi (process ${owner}) is using ${dataDir}: stop it, or set DATA_DIR to another directory.`,
        );
      }
      rmSync(path, { force: true });
    }
  } catch (error) {
    if (error instanceof StartRefusal) throw error;
    throw new StartRefusal(`The data directory ${dataDir} cannot be used: ${(error as Error).message}.`);
  }
  throw new StartRefusal(`Several processes are starting in ${dataDir} at the same moment.`);
}

/** Creating the file fails where it exists, so of two processes one has it. */
function claim(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o644);
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A process number is reused after a restart of the machine: where the system tells, it must be a Tsunagi. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return commandLine(pid)?.includes('standalone') ?? true;
}

function commandLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
