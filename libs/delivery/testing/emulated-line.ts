import { spawn, type ChildProcess } from 'node:child_process';

export interface EmulatedRequest {
  requestId: string;
  retryKey: string | null;
  addressed: number;
}

/** The stand-in LINE platform as a process of its own, with one account. */
export class EmulatedLine {
  readonly accessToken = 'spec-token';
  readonly lineChannelId = '1000000001';

  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<EmulatedLine> {
    const child = spawn(process.execPath, ['dist/apps/line-emulator/main.js', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The emulator ended with ${code}.`)));
      child.stdout.once('data', (line: Buffer) => resolve(/http:\/\/[\w.:]+\d/.exec(line.toString())![0]));
    });
    const line = new EmulatedLine(child, url);
    await line.reset();
    return line;
  }

  /** Everything as on the first day: no people, no faults, nothing sent. */
  async reset(): Promise<void> {
    await this.control('POST', 'reset', {});
    await this.open({});
  }

  /** Makes the account, or changes it. */
  async open(settings: object): Promise<void> {
    const { lineChannelId: channelId, accessToken } = this;
    await this.control('POST', 'channels', { channelId, channelSecret: 'a'.repeat(32), accessToken, ...settings });
  }

  async addFriends(userIds: string[]): Promise<void> {
    const users = userIds.map((userId) => ({ userId, state: 'friend' }));
    await this.control('POST', 'users', { channelId: this.lineChannelId, users });
  }

  /** LINE does not know this person any more. */
  async forget(userId: string): Promise<void> {
    const { lineChannelId: channelId } = this;
    await this.control('POST', 'users/state', { channelId, userIds: [userId], state: 'unknown', webhook: false });
  }

  async fault(fault: { kind: string; endpoint?: string; times?: number; probability?: number; userId?: string }) {
    await this.control('POST', 'faults', { seed: 1, ...fault });
  }

  async clearFaults(): Promise<void> {
    await this.control('DELETE', 'faults');
  }

  async settings(settings: object): Promise<void> {
    await this.control('PATCH', 'settings', settings);
  }

  /** How often each person got something. */
  async received(): Promise<Map<string, number>> {
    const { userIds, counts } = (await this.control('GET', `ledger/counts?channelId=${this.lineChannelId}`)) as {
      userIds: string[];
      counts: number[];
    };
    return new Map(userIds.map((userId, i) => [userId, counts[i]!]));
  }

  /** What LINE has accepted, oldest first. */
  async accepted(): Promise<EmulatedRequest[]> {
    const path = `ledger/requests?channelId=${this.lineChannelId}&limit=1000`;
    return ((await this.control('GET', path)) as { requests: EmulatedRequest[] }).requests;
  }

  /** The texts a person has got. */
  async textsOf(userId: string): Promise<string[]> {
    const path = `ledger?channelId=${this.lineChannelId}&userId=${userId}`;
    const { entries } = (await this.control('GET', path)) as { entries: { messages: { text: string }[] }[] };
    return entries.flatMap(({ messages }) => messages.map(({ text }) => text));
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

  private async control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/_emulator/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
