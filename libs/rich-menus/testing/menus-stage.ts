import { createHmac } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { menuChosen } from '#automations';
import { Channels, ChannelsHttpModule, ChannelsJobsModule, LineUsers } from '#channels';
import { Jobs } from '#jobs';
import { newId, type Scope, type VirtualClock } from '#kernel';
import { LinkImport, LinkingModule, Links, type LinkRole } from '#linking';
import { Members, MembersHttpModule } from '#members';
import { SegmentsHttpModule } from '#segments';
import { aliasOf } from '../menus/line-menu.js';
import { RichMenusHttpModule, RichMenusJobsModule } from '../rich-menus.module.js';
import type { MemberMenuDto, MenuRule } from '../rules/rules.dto.js';
import type { MenusAtLine } from './menus-at-line.js';

export const menusModules: Type[] = [
  ...[ChannelsHttpModule, ChannelsJobsModule, MembersHttpModule, LinkingModule, SegmentsHttpModule],
  ...[RichMenusHttpModule, RichMenusJobsModule],
];

type TestScope = Scope & { clock: VirtualClock };

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON; expect() is there to find out what it is
  body: any;
}

/** What the stage needs of a test app. */
export interface Stageable {
  get<T>(provider: Type<T> | (abstract new (...args: never[]) => T)): T;
  request(
    method: string,
    url: string,
    request?: { body?: unknown; key?: string | null; headers?: Record<string, string> },
  ): Promise<Answer>;
  workspace(): Promise<{ scope: TestScope; key: string }>;
}

/** The nth LINE user. */
export function lineUser(n: number): string {
  return `U${n.toString(16).padStart(32, '0')}`;
}

const SECRET = 'a'.repeat(32);
/** Of many friends. */
const TOLD = 10;

export const HELLO = { type: 'message', text: 'hello' };

/** A workspace with a channel at the emulator, spoken to as an integrator would. */
export class MenusStage {
  private constructor(
    private readonly app: Stageable,
    readonly line: MenusAtLine,
    readonly scope: TestScope,
    readonly key: string,
    readonly channelId: string,
    private readonly drainAll: () => Promise<unknown>,
  ) {}

  /** @param drain runs all jobs that are due */
  static async open(app: Stageable, line: MenusAtLine, drain: () => Promise<unknown>): Promise<MenusStage> {
    await line.reset();
    const { scope, key } = await app.workspace();
    const { id } = await app.get(Channels).create(scope, {
      name: 'spec',
      lineChannelId: line.lineChannelId,
      channelSecret: SECRET,
      accessToken: line.accessToken,
      verify: false,
    });
    return new MenusStage(app, line, scope, key, id, drain);
  }

  request(method: string, url: string, body?: unknown): Promise<Answer> {
    return this.app.request(method, url, { body, key: this.key });
  }

  async drain(): Promise<void> {
    await this.drainAll();
  }

  /** Both clocks go on, and everything that is due happens. */
  async pass(milliseconds: number): Promise<void> {
    this.scope.clock.advance(milliseconds);
    await this.line.advance(milliseconds);
    await this.drain();
  }

  /** A menu with a picture; `tabs`: menus it switches to. @returns its id */
  async menu(name: string, tabs: string[] = []): Promise<string> {
    const url = `/v1/channels/${this.channelId}/rich-menus`;
    return (await this.done<{ id: string }>('POST', url, design(name, tabs))).id;
  }

  async edit(id: string, name: string, text = 'edited', tabs: string[] = []): Promise<void> {
    await this.done('PUT', `/v1/rich-menus/${id}`, design(name, tabs, text));
  }

  async rules(rules: MenuRule[], defaultMenuId: string | null = null): Promise<void> {
    await this.done('PUT', `/v1/channels/${this.channelId}/rich-menu-rules`, { rules, defaultMenuId });
  }

  async member(externalId: string, profile: object = {}): Promise<void> {
    await this.request('PUT', `/v1/members/${externalId}`, profile);
  }

  /** Friends at LINE, of whom LINE has told us. @returns line_users.id by LINE's */
  async friends(from: number, count: number): Promise<Map<string, string>> {
    const ids = await this.strangers(from, count);
    await this.hear([...ids.values()], 'friend');
    await this.drain();
    return ids;
  }

  /** Friends at LINE whom we know, but not that they are friends. */
  private async strangers(from: number, count: number): Promise<Map<string, string>> {
    const userIds = Array.from({ length: count }, (_, i) => lineUser(from + i));
    await this.line.addFriends(userIds);
    const people = this.app.get(LineUsers);
    return people.ensure(this.scope, this.channelId, userIds);
  }

  /** Somebody taps a tab: LINE gives them its menu, and says so. */
  async tap(n: number, menuId: string): Promise<void> {
    const alias = aliasOf(menuId);
    const { aliases } = await this.line.overview();
    await this.line.meddle(lineUser(n), aliases.find(({ richMenuAliasId }) => richMenuAliasId === alias)!.richMenuId);
    const timestamp = this.scope.clock.now().getTime();
    const source = { type: 'user', userId: lineUser(n) };
    const postback = { data: `menu=${alias}`, params: { newRichMenuAliasId: alias, status: 'SUCCESS' } };
    const event = { type: 'postback', mode: 'active', timestamp, webhookEventId: newId(), source, postback };
    const body = JSON.stringify({ destination: lineUser(0), events: [event] });
    const headers = { 'x-line-signature': createHmac('sha256', SECRET).update(body).digest('base64') };
    const url = `/webhooks/line/${this.channelId}`;
    const { status } = await this.app.request('POST', url, { body, key: null, headers });
    if (status !== 200) throw new Error(`The webhook was answered ${status}.`);
    await this.drain();
  }

  /** What LINE says about friends. @param ids line_users.id */
  async hear(ids: string[], friendState: 'friend' | 'blocked'): Promise<void> {
    const at = this.scope.clock.now();
    const words = ids.map((lineUserId) => ({ lineUserId, friendState, at }));
    await this.app.get(LineUsers).hear(this.scope, this.channelId, words);
  }

  async link(pairs: [memberId: string, n: number, role?: LinkRole][]): Promise<void> {
    const links = pairs.map(([memberId, n, role = 'member']) => ({
      memberId,
      lineUserId: lineUser(n),
      role,
      friend: true,
    }));
    for (let i = 0; i < links.length; i += 1_000) {
      const some = links.slice(i, i + 1_000);
      const answer = await this.app.get(LinkImport).importAll(this.scope, { channelId: this.channelId, links: some });
      if (answer.rejected.length > 0) throw new Error(JSON.stringify(answer.rejected));
    }
  }

  /** Members m0… linked to as many friends; LINE has told us of the first few, the others are imported. */
  async linkedFriends(count: number, profile: object = {}): Promise<void> {
    for (let i = 0; i < count; i += 1_000) {
      const members = Array.from({ length: Math.min(1_000, count - i) }, (_, n) => ({
        externalId: `m${i + n}`,
        ...profile,
      }));
      await this.request('POST', '/v1/members/batch', { members });
    }
    await this.friends(0, Math.min(count, TOLD));
    await this.strangers(TOLD, Math.max(0, count - TOLD));
    await this.link(Array.from({ length: count }, (_, n) => [`m${n}`, n]));
  }

  /** A journey chooses a menu, or none. @param person a member, or the number of a LINE user who is linked to none */
  async choose(person: string | number, menuId: string | null): Promise<void> {
    const { workspaceId } = this.scope;
    const { channelId } = this;
    const memberId = typeof person === 'string' ? await this.memberId(person) : `-${await this.lineUserId(person)}`;
    await this.app.get(Jobs).announce(this.scope, menuChosen, { workspaceId, channelId, memberId, menuId });
  }

  private async memberId(externalId: string): Promise<string> {
    return (await this.app.get(Members).find(this.scope, [externalId])).get(externalId)!;
  }

  private async lineUserId(n: number): Promise<string> {
    return (await this.app.get(LineUsers).ensure(this.scope, this.channelId, [lineUser(n)])).get(lineUser(n))!;
  }

  async unlink(memberId: string): Promise<void> {
    const links = this.app.get(Links);
    for (const { id, endedAt } of await links.ofMember(this.scope, memberId, 100))
      if (!endedAt) await links.end(this.scope, id, 'unlinked');
  }

  async ofMember(memberId: string): Promise<MemberMenuDto[]> {
    const url = `/v1/members/${memberId}/rich-menu?channelId=${this.channelId}`;
    return (await this.done<{ items: MemberMenuDto[] }>('GET', url)).items;
  }

  /** @throws Error for a refusal */
  private async done<T>(method: string, url: string, body?: object): Promise<T> {
    const answer = await this.request(method, url, body);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body as T;
  }

  /** Turns until nothing is left to do, a while apart. */
  async settle(most = 12): Promise<void> {
    await this.drain();
    for (let turn = 0; turn < most; turn++) await this.pass(20_000);
  }
}

/** A design of one cell, or of three where it has tabs. */
export function design(name: string, tabs: string[] = [], text = 'hello'): object {
  const cell = (action: object) => ({ label: name, action });
  const [first, ...others] = [{ type: 'message', text }, ...tabs.map((menuId) => ({ type: 'richmenuswitch', menuId }))];
  const cells = [first, ...others, HELLO, HELLO].slice(0, tabs.length > 0 ? 3 : 1).map(cell);
  return { name, chatBarText: 'メニュー', design: { template: tabs.length > 0 ? '3x1' : '1x1', cells } };
}
