import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { CrashPointName, Order, Report } from './crash-points.js';

export interface ProgramOptions {
  name: string;
  /** The built main file. */
  script: string;
  args?: string[];
  /** `port` is where it answers `health` with 200 once it is ready. */
  port: number;
  health: string;
  env: Record<string, string>;
  /** Lets it be told where to die, and dies with us. */
  preload: string;
}

const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 25;
const NOT_THERE = ['TypeError', 'TimeoutError'];

/** One of our programs as a process of its own. */
export class Program {
  readonly url: string;
  /** How it ended, by itself or not. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Its last words. */
  private output = '';

  private constructor(
    private readonly options: ProgramOptions,
    private readonly child: ChildProcess,
  ) {
    this.url = `http://127.0.0.1:${options.port}`;
    this.ended = new Promise((end) => child.once('exit', (code, signal) => end({ code, signal })));
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-20_000)));
  }

  /** @throws Error with its last words where it does not come to answer */
  static async start(options: ProgramOptions): Promise<Program> {
    const program = Program.launch(options);
    await program.ready();
    return program;
  }

  /** Does not wait for anything. */
  static launch(options: ProgramOptions): Program {
    const child = fork(options.script, options.args ?? [], {
      env: { ...process.env, HOST: '127.0.0.1', PORT: String(options.port), ...options.env },
      execArgv: ['--import', options.preload, '--max-semi-space-size=4'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new Program(options, child);
  }

  get name(): string {
    return this.options.name;
  }

  get isUp(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it has printed, shortened to the latest. */
  get words(): string {
    return this.output;
  }

  /** Until it says that it is well. */
  async ready(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (this.isUp && performance.now() < deadline) {
      if (await this.isWell()) return;
      await pause(LOOK_EVERY_MS);
    }
    await this.kill();
    throw new Error(`${this.name} does not start: ${this.output}`);
  }

  async isWell(): Promise<boolean> {
    try {
      return (await fetch(this.url + this.options.health, { signal: AbortSignal.timeout(5_000) })).ok;
    } catch (error) {
      // By its name: where specs run, errors of Node are of another realm.
      if (NOT_THERE.includes((error as Error).name)) return false;
      throw error;
    }
  }

  /** Lets it die when it comes to a point for the nth time from now. @throws Error where its classes have no such point */
  async arm(point: CrashPointName, nth = 1): Promise<void> {
    const answer = new Promise<Report | undefined>((resolve) => {
      this.child.once('message', (report) => resolve(report as Report));
      this.child.once('exit', () => resolve(undefined));
    });
    this.tell({ arm: point, nth });
    if ((await answer)?.missing) throw new Error(`${this.name} has no point "${point}": look at crash-points.ts.`);
  }

  disarm(): void {
    this.tell({ disarm: true });
  }

  /** Turns its clock, by so much from the real one. */
  turnClock(clockMs: number): void {
    this.tell({ clockMs });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGKILL, and until it is gone. */
  async kill(): Promise<void> {
    if (this.isUp) this.child.kill('SIGKILL');
    await this.ended;
  }

  /** SIGTERM, and until it is gone. @returns its exit code and the milliseconds that it took */
  async leave(): Promise<{ code: number | null; tookMs: number }> {
    const began = performance.now();
    if (this.isUp) this.child.kill('SIGTERM');
    const { code } = await this.ended;
    return { code, tookMs: performance.now() - began };
  }

  private tell(order: Order): void {
    if (this.child.connected) this.child.send(order, () => undefined);
  }
}
