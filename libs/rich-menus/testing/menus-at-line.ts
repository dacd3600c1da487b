import { spawn, type ChildProcess } from 'node:child_process';

interface Overview {
  menus: { richMenuId: string; name: string; hasImage: boolean; users: number }[];
  default: string | null;
  aliases: { richMenuAliasId: string; richMenuId: string }[];
}

/** The stand-in LINE platform as a process of its own, with one account, seen from the side of its rich menus. */
export class MenusAtLine {
  accessToken = '';
  private resets = 0;
  readonly lineChannelId = '1000000001';

  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<MenusAtLine> {
    const child = spawn(process.execPath, ['dist/apps/line-emulator/main.js', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The emulator ended with ${code}.`)));
      child.stdout.once('data', (line: Buffer) => resolve(/http:\/\/[\w.:]+\d/.exec(line.toString())![0]));
    });
    const line = new MenusAtLine(child, url);
    await line.reset();
    return line;
  }

  /** Nobody and nothing there; what is accepted for many is carried out at once, unless a spec says otherwise. */
  async reset(): Promise<void> {
    await this.control('POST', 'reset', {});
    // Channels of specs before this one are refused, and so left alone.
    this.accessToken = `spec-token-${++this.resets}`;
    const { lineChannelId: channelId, accessToken } = this;
    await this.control('POST', 'channels', { channelId, channelSecret: 'a'.repeat(32), accessToken });
    await this.settings({ bulkLagMs: 0 });
  }

  async addFriends(userIds: string[]): Promise<void> {
    const users = userIds.map((userId) => ({ userId, state: 'friend' }));
    await this.control('POST', 'users', { channelId: this.lineChannelId, users });
  }

  async setState(userId: string, state: string): Promise<void> {
    const { lineChannelId: channelId } = this;
    await this.control('POST', 'users/state', { channelId, userIds: [userId], state, webhook: false });
  }

  async settings(settings: object): Promise<void> {
    await this.control('PATCH', 'settings', settings);
  }

  async fault(fault: { kind: string; endpoint?: string; times?: number; probability?: number }): Promise<void> {
    await this.control('POST', 'faults', { seed: 1, ...fault });
  }

  async clearFaults(): Promise<void> {
    await this.control('DELETE', 'faults');
  }

  /** The emulator's own clock. */
  async advance(milliseconds: number): Promise<void> {
    await this.control('POST', 'clock', { advanceMs: milliseconds });
  }

  async overview(): Promise<Overview> {
    return (await this.control('GET', `rich-menus?channelId=${this.lineChannelId}`)) as Overview;
  }

  /** Everyone's own menu, by the name of it that we gave. */
  async owned(): Promise<Map<string, string>> {
    const { menus } = await this.overview();
    const path = `rich-menus/links?channelId=${this.lineChannelId}`;
    const { userIds, richMenuIds } = (await this.control('GET', path)) as { userIds: string[]; richMenuIds: string[] };
    const nameOf = new Map(menus.map(({ richMenuId, name }) => [richMenuId, plainName(name)]));
    return new Map(userIds.map((userId, i) => [userId, nameOf.get(richMenuIds[i]!)!]));
  }

  /** Names of the menus that are there, and of the default. */
  async names(): Promise<{ menus: string[]; default: string | null }> {
    const { menus, default: defaultId } = await this.overview();
    const standing = menus.find(({ richMenuId }) => richMenuId === defaultId);
    return {
      menus: menus.map(({ name }) => plainName(name)).sort(),
      default: standing ? plainName(standing.name) : null,
    };
  }

  /** Somebody else gives a person another menu, or none. */
  async meddle(userId: string, richMenuId: string | null): Promise<void> {
    const { lineChannelId: channelId } = this;
    const what = richMenuId === null ? 'unlink-user' : 'relink-user';
    await this.control('POST', `rich-menus/${what}`, { channelId, userId, ...(richMenuId && { richMenuId }) });
  }

  /** A request as some other tool with the same token makes it. */
  async call(method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, string> }> {
    const headers = { authorization: `Bearer ${this.accessToken}`, 'content-type': 'application/json' };
    const response = await fetch(this.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
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

/** Without what our names add. */
export function plainName(name: string): string {
  return name.replace(/ #tsunagi:.*$/, '');
}
