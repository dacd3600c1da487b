import { spawn, type ChildProcess } from 'node:child_process';

export interface EmulatorFault {
  kind: string;
  endpoint?: string;
  times?: number;
  probability?: number;
  userId?: string;
}

/** The stand-in LINE platform as a process of its own, with one account. Floors add what they look at. */
export abstract class EmulatorProcess {
  readonly lineChannelId = '1000000001';

  protected constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  /** What the constructor takes. */
  protected static async launch(): Promise<[process: ChildProcess, url: string]> {
    const child = spawn(process.execPath, ['dist/apps/line-emulator/main.js', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The emulator ended with ${code}.`)));
      child.stdout.once('data', (line: Buffer) => resolve(/http:\/\/[\w.:]+\d/.exec(line.toString())![0]));
    });
    return [child, url];
  }

  async addFriends(userIds: string[]): Promise<void> {
    const users = userIds.map((userId) => ({ userId, state: 'friend' }));
    await this.control('POST', 'users', { channelId: this.lineChannelId, users });
  }

  /** No webhook tells of it. */
  async setState(userId: string, state: string): Promise<void> {
    const { lineChannelId: channelId } = this;
    await this.control('POST', 'users/state', { channelId, userIds: [userId], state, webhook: false });
  }

  async settings(settings: object): Promise<void> {
    await this.control('PATCH', 'settings', settings);
  }

  async fault(fault: EmulatorFault): Promise<void> {
    await this.control('POST', 'faults', { seed: 1, ...fault });
  }

  async clearFaults(): Promise<void> {
    await this.control('DELETE', 'faults');
  }

  /** Requests to an endpoint, by status. */
  async answers(endpoint: string): Promise<Record<string, number>> {
    const { endpoints } = (await this.control('GET', `requests?channelId=${this.lineChannelId}`)) as {
      endpoints: { endpoint: string; byStatus: Record<string, number> }[];
    };
    return endpoints.find((one) => one.endpoint === endpoint)?.byStatus ?? {};
  }

  stop(): void {
    this.process.removeAllListeners('exit');
    this.process.kill();
  }

  protected async control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/_emulator/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
