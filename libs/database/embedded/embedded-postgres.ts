import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../free-port.js';
import { findBinaries, type Binaries } from './binaries.js';
import { exitCode, run, unprivileged, type Identity } from './unprivileged.js';

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Password of the superuser `postgres`; the server listens on the loopback only. */
  password: string;
  /** Additional `name=value` settings of the server. */
  settings?: Record<string, string>;
}

export interface EmbeddedServer {
  /** `postgres://…` of the superuser on one database. */
  url(database: string): string;
  /** Makes a database unless it is there. */
  ensureDatabase(name: string): Promise<void>;
  /** Ends the server. `immediate` does not write a last checkpoint: the next start recovers, as after a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
}

const START_TRIES = 20;
const START_PAUSE_MS = 500;

/**
 * A real Postgres from its npm package, in a directory of ours, on a free port of the loopback. Started by `pg_ctl`, it
 * is a process group of its own: Ctrl-C in a terminal reaches us, and we end it last. A server that a killed process
 * left running on the directory is ended first.
 * @throws Error with one sentence and the server's last words when it does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dirname(dataDir), { recursive: true });
  const identity = await unprivileged(dirname(dataDir));
  const binaries = await findBinaries(identity);
  const control = (...args: string[]) => run(binaries.pg_ctl, ['-D', dataDir, ...args], identity);
  if (!existsSync(dataDir)) await initialise(binaries, dataDir, options.password, identity);
  if (
    removeDeadLock(dataDir) === 'held' &&
    (await exitCode(binaries.pg_ctl, ['-D', dataDir, 'status'], identity)) === 0
  ) {
    await control('stop', '--wait', '--silent', '--mode', 'fast');
  }

  const port = await freePort();
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...options.settings,
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  const logFile = join(dataDir, 'server.log');
  const start = () => control('start', '--wait', '--silent', '--log', logFile, '--options', flags.join(' '));
  await startPatiently(start, dataDir, logFile);
  const url = (database: string) => `postgres://postgres:${options.password}@127.0.0.1:${port}/${database}`;
  return {
    url,
    ensureDatabase: (name) => ensureDatabase(url('postgres'), name),
    stop: (how = 'fast') => control('stop', '--wait', '--silent', '--mode', how),
  };
}

/** `initdb` is not atomic: it works beside the directory, which is there whole or not at all. */
async function initialise(binaries: Binaries, dataDir: string, password: string, identity: Identity): Promise<void> {
  const fresh = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password-${randomBytes(6).toString('hex')}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (identity.uid !== undefined)
    for (const path of [fresh, passwordFile]) chownSync(path, identity.uid, identity.gid ?? 0);
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--no-instructions'];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  try {
    await run(binaries.initdb, [`--pgdata=${fresh}`, `--pwfile=${passwordFile}`, ...flags, ...locale], identity);
    renameSync(fresh, dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * A killed server's process may be dead and yet answer signals, where nobody has taken note of its end (as in containers
 * without an init). Its lock file would keep every later server out.
 */
function removeDeadLock(dataDir: string): 'free' | 'held' {
  const lockFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(lockFile)) return 'free';
  const [pid = ''] = readFileSync(lockFile, 'utf8').split('\n');
  const status = `/proc/${pid}/stat`;
  const zombie = existsSync(status) && /\) Z /.test(readFileSync(status, 'utf8'));
  if (!zombie) return 'held';
  rmSync(lockFile);
  return 'free';
}

/** A killed server's children take a moment to notice; until then they hold its memory, and no other may start. */
async function startPatiently(start: () => Promise<void>, dataDir: string, logFile: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await start();
      return;
    } catch (error) {
      const words = lastWords(logFile);
      if (tries === START_TRIES || !words.includes('shared memory block')) {
        throw new Error(`Postgres does not start in ${dataDir}: ${words}`, { cause: error });
      }
      await pause(START_PAUSE_MS);
    }
  }
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function lastWords(logFile: string): string {
  if (!existsSync(logFile)) return 'it left no log.';
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  return lines.slice(-3).join(' ').slice(-500);
}
