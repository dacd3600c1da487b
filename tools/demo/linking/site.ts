import { ApiClient } from '../../../apps/standalone/api-client.js';
import { openMenus } from '../../../apps/standalone/demo-workspace/menus.js';
import { Browser, overHttp } from '../../../apps/line-emulator/testing/browser.js';
import type { PeopleAtLine } from './people-at-line.js';

/** A live or ended link, as the API shows it. */
export interface ShownLink {
  lineUserId: string;
  role: string;
  route: string;
  endedAt: string | null;
}

/** A member with a login at the company, and the phone they hold. */
export interface Visitor {
  memberId: string;
  /** Of LINE. */
  userId: string;
  browser: Browser;
}

/** Where the company's own site lives: nowhere. What the browser is sent to is played by whoever walks. */
export const COMPANY = 'https://company.example';
export const PASSWORD = 'rainy days in june';

/** A company with a channel, a link page, and a menu for before and after linking; spoken to through the public API alone. */
export class Site {
  private visitors = 0;

  private constructor(
    readonly api: ApiClient,
    readonly line: PeopleAtLine,
    readonly channelId: string,
    private readonly origin: string,
    /** Waits until something that others do has happened. */
    readonly until: (what: string, isSo: () => Promise<boolean>) => Promise<void>,
  ) {}

  /** @param key of a workspace of its own */
  static async open(
    at: { origin: string; key: string; line: PeopleAtLine },
    until: (what: string, isSo: () => Promise<boolean>) => Promise<void>,
  ): Promise<Site> {
    const { origin, line } = at;
    const api = new ApiClient(origin, at.key);
    const { channelId: lineChannelId, channelSecret, accessToken, login } = line.account;
    await line.open({ displayName: 'つなぎ珈琲店' });
    const channel = { name: 'つなぎ珈琲店', lineChannelId, channelSecret, accessToken, login };
    const { id } = await api.post<{ id: string }>('/v1/channels', channel);
    await line.open({ webhookUrl: `${origin}/webhooks/line/${id}` });
    const site = new Site(api, line, id, origin, until);
    await site.settings({ enabled: true, returnUrls: [COMPANY], memberPageUrl: `${COMPANY}/mypage` });
    await openMenus(api, id, { linkPage: `${origin}${site.base}`, memberPage: `${COMPANY}/mypage` });
    return site;
  }

  get base(): string {
    return `/p/line/connect/${this.channelId}`;
  }

  async settings(changes: object): Promise<void> {
    await this.api.patch(`/v1/channels/${this.channelId}/link-page`, changes);
  }

  /** A browser with an address of its own, where proxies are believed. */
  browser(): Browser {
    const n = ++this.visitors;
    return new Browser(overHttp, this.origin, { ip: `10.0.${n >> 8}.${n & 255}` });
  }

  /** A member who can sign in, with a new phone. */
  async visitor(memberId: string, state: 'friend' | 'stranger' = 'friend'): Promise<Visitor> {
    await this.api.put(`/v1/members/${memberId}`, {});
    await this.api.put(`/v1/members/${memberId}/login`, { loginId: memberId, password: PASSWORD });
    return { memberId, ...(await this.phone(memberId, state)) };
  }

  async phone(name: string, state: 'friend' | 'stranger' = 'friend'): Promise<Omit<Visitor, 'memberId'>> {
    return { userId: await this.line.newcomer(name, state), browser: this.browser() };
  }

  async links(memberId: string): Promise<ShownLink[]> {
    const { items } = await this.api.get<{ items: ShownLink[] }>(`/v1/members/${memberId}/links`);
    return items.filter(({ endedAt }) => endedAt === null);
  }

  async isLinked({ memberId, userId }: Visitor): Promise<boolean> {
    return (await this.links(memberId)).some((link) => link.lineUserId === userId);
  }
}
