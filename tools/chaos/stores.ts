import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, startEmbeddedPostgres, type EmbeddedServer } from '#database';
import { TcpProxy } from '#testing';

/** A machine that loses power is not what dies here, so nothing need reach the disk. */
const SETTINGS = { fsync: 'off', max_connections: '300', shared_buffers: '64MB', log_min_messages: 'panic' };

/** A Postgres of its own that can be stopped and started again, behind a proxy that stays where it is. */
export class ChaosPostgres {
  private isUp = true;

  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedServer,
    readonly proxy: TcpProxy,
  ) {}

  static async start(dataDir: string): Promise<ChaosPostgres> {
    const server = await boot(dataDir);
    return new ChaosPostgres(dataDir, server, await TcpProxy.to(portOf(server)));
  }

  /** The superuser's, past the proxy. */
  get ownerUrl(): string {
    return this.server.url('postgres');
  }

  /** As the application sees it. */
  urlFor(user: string, password: string): string {
    const url = new URL(this.ownerUrl);
    return Object.assign(url, { username: user, password, port: String(this.proxy.port) }).toString();
  }

  async stop(how: 'fast' | 'immediate'): Promise<void> {
    this.isUp = false;
    await this.server.stop(how);
  }

  /** Ended as by a crash, and started again so much later. */
  async awayFor(milliseconds: number): Promise<void> {
    await this.stop('immediate');
    await pause(milliseconds);
    await this.startAgain();
  }

  /** On what the last one has left, or on another directory. */
  async startAgain(dataDir = this.dataDir): Promise<void> {
    this.server = await boot(dataDir);
    this.isUp = true;
    this.proxy.retarget(portOf(this.server));
  }

  async close(): Promise<void> {
    if (this.isUp) await this.stop('immediate');
    await this.proxy.close();
  }
}

function boot(dataDir: string): Promise<EmbeddedServer> {
  return startEmbeddedPostgres({ dataDir, password: 'chaos', settings: SETTINGS });
}

function portOf(server: EmbeddedServer): number {
  return Number(new URL(server.url('postgres')).port);
}

/** Whether this machine has a `redis-server` to start. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A Redis of its own, as production has it: with an append-only file, and it forgets nothing. */
export class ChaosRedis {
  private constructor(
    private readonly directory: string,
    private readonly port: number,
    private child: ChildProcess,
    readonly proxy: TcpProxy,
  ) {}

  static async start(directory: string): Promise<ChaosRedis> {
    const port = await freePort();
    return new ChaosRedis(directory, port, await bootRedis(directory, port), await TcpProxy.to(port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.proxy.port}`;
  }

  /** Past the proxy. */
  get directUrl(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get appendOnlyDir(): string {
    return join(this.directory, 'appendonlydir');
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** @param during what happens without it */
  async awayFor(milliseconds: number, during?: () => Promise<void>): Promise<void> {
    await this.kill();
    await during?.();
    await pause(milliseconds);
    await this.startAgain();
  }

  async startAgain(): Promise<void> {
    this.child = await bootRedis(this.directory, this.port);
  }

  async close(): Promise<void> {
    await this.kill();
    await this.proxy.close();
  }
}

const REDIS_WITHIN_MS = 10_000;

async function bootRedis(directory: string, port: number): Promise<ChildProcess> {
  const flags = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', ''];
  const durable = ['--appendonly', 'yes', '--aof-load-truncated', 'yes', '--maxmemory-policy', 'noeviction'];
  const child = spawn('redis-server', [...flags, ...durable], { stdio: 'ignore' });
  const deadline = performance.now() + REDIS_WITHIN_MS;
  while (!(await answersPing(port))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error('redis-server does not start.');
    await pause(20);
  }
  return child;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}
