import { EmulatorProcess } from '#testing';

interface Overview {
  menus: { richMenuId: string; name: string; hasImage: boolean; users: number }[];
  default: string | null;
  aliases: { richMenuAliasId: string; richMenuId: string }[];
}

/** The stand-in LINE platform, seen from the side of its rich menus. */
export class MenusAtLine extends EmulatorProcess {
  accessToken = '';
  private resets = 0;

  static async start(): Promise<MenusAtLine> {
    const line = new MenusAtLine(...(await MenusAtLine.launch()));
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
}

/** Without what our names add. */
export function plainName(name: string): string {
  return name.replace(/ #tsunagi:.*$/, '');
}
