import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#database';

/** What `npm start` writes into its data directory for whoever wants to talk to it. */
export interface InstallationNotes {
  apiUrl: string;
  emulatorUrl?: string;
  adminKey: string;
  workspaceId: string;
  apiKey: string;
  operator: { email: string; password: string };
}

/** What `npm start` starts, as a process of its own that can be killed with everything it started. */
export class Installation {
  private child?: ChildProcess;
  private output = '';

  private constructor(
    readonly directory: string,
    private readonly port: number,
    private readonly environment: Record<string, string>,
  ) {}

  static async create(environment: Record<string, string>): Promise<Installation> {
    const directory = mkdtempSync(join(tmpdir(), 'tsunagi-installation-'));
    // Postgres may run as a user of its own, who has to get in.
    chmodSync(directory, 0o755);
    return new Installation(directory, await freePort(), environment);
  }

  /** A second one on the same directory. */
  beside(environment: Record<string, string>): Installation {
    return new Installation(this.directory, this.port, { ...this.environment, ...environment });
  }

  get apiUrl(): string {
    return `http://localhost:${this.port}`;
  }

  notes(): InstallationNotes {
    return JSON.parse(readFileSync(join(this.directory, 'tsunagi.json'), 'utf8')) as InstallationNotes;
  }

  /** Starts, and waits until it says that it is running. */
  async start(): Promise<void> {
    const child = this.spawn();
    await new Promise<void>((ready, fail) => {
      const look = () => {
        if (this.output.includes('Tsunagi is running')) ready();
      };
      child.stdout?.on('data', look);
      child.once('exit', (code) => fail(new Error(`It ended with ${code}: ${this.output}`)));
    });
  }

  /** Starts what is expected to give up. */
  async startAndFail(): Promise<{ code: number | null; output: string }> {
    const code = await exitOf(this.spawn());
    this.child = undefined;
    return { code, output: this.output };
  }

  /** SIGKILL for the program and for every process of its Postgres, as if the machine had lost power. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.child = undefined;
    const gone = exitOf(child);
    child.kill('SIGKILL');
    const pidFile = join(this.directory, 'postgres', 'postmaster.pid');
    if (existsSync(pidFile)) {
      // Its children notice, and end.
      process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
    }
    await gone;
  }

  /** @returns the exit code after SIGINT */
  async stop(): Promise<number | null> {
    const child = this.child;
    if (!child) return null;
    this.child = undefined;
    const ended = exitOf(child);
    child.kill('SIGINT');
    return ended;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private spawn(): ChildProcess {
    this.output = '';
    const child = spawn(process.execPath, ['dist/apps/standalone/main.js'], {
      env: { ...process.env, DATA_DIR: this.directory, PORT: String(this.port), ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const read = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    this.child = child;
    return child;
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((done) => child.once('close', done));
}
