import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '#database';

const APPS = join(import.meta.dirname, '../../apps');

interface ChildOptions {
  /** For programs that are told their port by an argument, not by PORT. */
  portArgument?: string;
  /** Of Node. */
  flags?: string[];
}

/** One of our programs as a process of its own, as it runs in production. */
export class Child {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  /** @param health path that answers 200 once it is ready */
  static async start(app: string, health: string, environment: Record<string, string>, options: ChildOptions = {}) {
    const { portArgument, flags = [] } = options;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const process_ = fork(join(APPS, app, 'main.js'), portArgument ? [portArgument, String(port)] : [], {
      env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), ...environment },
      execArgv: flags,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const child = new Child(process_, url);
    await child.ready(health);
    return child;
  }

  /** Memory it occupies now, in megabytes. */
  rssMb(): number {
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(this.process.pid)], { encoding: 'utf8' });
    return Number(stdout) / 1024;
  }

  /** Processor time it has used, in seconds. */
  cpuSeconds(): number {
    return cpuSecondsOf([this.process.pid!]);
  }

  async call<T>(method: string, path: string, body?: object, key?: string): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...(key && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await gone;
  }

  private async ready(health: string): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      if (this.process.exitCode !== null) break;
      const answer = await fetch(this.url + health).catch((error: unknown) => error);
      if (answer instanceof Response && answer.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error('A program did not start.');
  }
}

/** Processor time that living processes have used, in seconds: columns 14 and 15 of /proc/PID/stat, in ticks of 10 ms. */
export function cpuSecondsOf(pids: number[]): number {
  // Postgres' helpers come and go.
  const living = pids.filter((pid) => existsSync(`/proc/${pid}/stat`));
  return living.reduce((sum, pid) => {
    const columns = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return sum + (Number(columns[11]) + Number(columns[12])) / 100;
  }, 0);
}

export function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.trim().split(/\s+/).map(Number);
}
