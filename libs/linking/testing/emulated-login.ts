import { spawn, type ChildProcess } from 'node:child_process';

export interface LoginAnswers {
  /** Adds the account as a friend, or stops blocking it. */
  addFriend?: boolean;
  cancel?: boolean;
}

/** The stand-in LINE platform as a process of its own, with one account and the Login channel beside it. */
export class EmulatedLogin {
  readonly accessToken = 'spec-token';
  readonly lineChannelId = '1000000001';
  readonly login = { channelId: '2000000001', channelSecret: 'b'.repeat(32) };
  readonly basicId = '@sakura';

  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  /** @param at what its clock says; it stands still */
  static async start(at: Date): Promise<EmulatedLogin> {
    const child = spawn(process.execPath, ['dist/apps/line-emulator/main.js', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The emulator ended with ${code}.`)));
      child.stdout.once('data', (line: Buffer) => resolve(/http:\/\/[\w.:]+\d/.exec(line.toString())![0]));
    });
    const line = new EmulatedLogin(child, url);
    const { lineChannelId: channelId, accessToken, login, basicId } = line;
    const account = { channelId, channelSecret: 'a'.repeat(32), accessToken, basicId, login };
    await line.control('POST', 'channels', account);
    await line.setClock(at);
    return line;
  }

  async setClock(at: Date): Promise<void> {
    await this.control('POST', 'clock', { set: at.getTime(), frozen: true });
  }

  /** A person, who is a friend, blocks, or is neither (`stranger`). */
  async person(userId: string, state: string, displayName: string): Promise<void> {
    await this.control('POST', 'users', { channelId: this.lineChannelId, users: [{ userId, state, displayName }] });
  }

  async setState(userId: string, state: string): Promise<void> {
    const { lineChannelId: channelId } = this;
    await this.control('POST', 'users/state', { channelId, userIds: [userId], state, webhook: false });
  }

  /** Somebody goes through the login that our redirect leads to. @returns where LINE sends the browser */
  async logIn(userId: string, url: string, answers: LoginAnswers = {}): Promise<string> {
    const { lineChannelId: channelId } = this;
    const answer = await this.control('POST', 'login', { channelId, userId, url, ...answers });
    return (answer as { location: string }).location;
  }

  /** Requests to an endpoint, by status. */
  async answers(endpoint: string): Promise<Record<string, number>> {
    const { endpoints } = (await this.control('GET', `requests?channelId=${this.lineChannelId}`)) as {
      endpoints: { endpoint: string; byStatus: Record<string, number> }[];
    };
    return endpoints.find((one) => one.endpoint === endpoint)?.byStatus ?? {};
  }

  async fault(fault: object): Promise<void> {
    await this.control('POST', 'faults', { seed: 1, ...fault });
  }

  async clearFaults(): Promise<void> {
    await this.control('DELETE', 'faults');
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
