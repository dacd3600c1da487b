import { startEmulator } from '../emulator.js';
import type { EmulatorOptions, RunningEmulator } from '../emulator.js';
import { generatedUserId } from '../ids.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are read as JSON of any shape
export type Body = any;

export interface Reply {
  status: number;
  body: Body;
  headers: Headers;
}

interface TestChannel {
  channelId: string;
  channelSecret: string;
  accessToken: string;
  botUserId: string;
}

/** An emulator on a free port with one channel and ten friends, spoken to over HTTP only. */
export class EmulatorUnderTest {
  private constructor(
    private readonly running: RunningEmulator,
    readonly channel: TestChannel,
  ) {}

  static async start(options: EmulatorOptions = {}): Promise<EmulatorUnderTest> {
    const running = await startEmulator(options);
    const created = await exchange(`${running.url}/_emulator/channels`, 'POST', {}, {});
    const started = new EmulatorUnderTest(running, created.body as TestChannel);
    await started.onChannel('POST /users', { generate: { count: 10, seed: 1 } });
    return started;
  }

  /** The same channel on an emulator that was started anew from the data file. */
  async resumed(options: EmulatorOptions): Promise<EmulatorUnderTest> {
    await this.close();
    return new EmulatorUnderTest(await startEmulator(options), this.channel);
  }

  get url(): string {
    return this.running.url;
  }

  /** The id of the friend with that number, 0 to 9. */
  friend(i: number): string {
    return generatedUserId('', 1, i);
  }

  /** Calls LINE's API as the channel. */
  api(methodAndPath: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const [method = '', path = ''] = methodAndPath.split(' ');
    const authorization = `Bearer ${this.channel.accessToken}`;
    return exchange(this.url + path, method, body, { authorization, ...headers });
  }

  push(to: string, text: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.api('POST /v2/bot/message/push', { to, messages: [{ type: 'text', text }] }, headers);
  }

  multicast(to: string[], text: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.api('POST /v2/bot/message/multicast', { to, messages: [{ type: 'text', text }] }, headers);
  }

  /** Asks a control route; throws unless it agreed. */
  async control(methodAndPath: string, body?: object): Promise<Body> {
    const [method = '', path = ''] = methodAndPath.split(' ');
    const reply = await exchange(`${this.url}/_emulator${path}`, method, body, {});
    if (reply.status >= 300) throw new Error(`${methodAndPath}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  }

  /** Asks the ledger about the channel; `query` is the rest of the query string. */
  async ledger(route = '/summary', query = ''): Promise<Body> {
    return this.control(`GET /ledger${route}?channelId=${this.channel.channelId}&${query}`);
  }

  /** Control calls that name the channel. */
  onChannel(methodAndPath: string, body: object = {}): Promise<Body> {
    return this.control(methodAndPath, { channelId: this.channel.channelId, ...body });
  }

  close(): Promise<void> {
    return this.running.close();
  }
}

async function exchange(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Reply> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { ...json, ...headers },
    body: body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  const isFile = response.headers.get('content-type')?.startsWith('image/') ?? false;
  if (isFile)
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()), headers: response.headers };
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, body: answer, headers: response.headers };
}
