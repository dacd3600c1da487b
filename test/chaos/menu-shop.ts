import { ApiClient, inBatches } from '../../apps/standalone/api-client.js';
import { lineUserId } from '../../apps/standalone/demo-workspace/line-account.js';

interface Overview {
  menus: { richMenuId: string; name: string; hasImage: boolean }[];
  default: string | null;
  aliases: { richMenuAliasId: string; richMenuId: string }[];
}

/** More than are told one by one. */
const PEOPLE = 120;

/** A channel with a default menu, a menu for linked people and a tab that this leads to. */
export class MenuShop {
  private readonly menus = new Map<string, string>();
  private channelId = '';
  /** What LINE should have, by names. */
  private member = 'member';
  private others = ['guest', 'tab'];
  private promoted?: string;

  constructor(
    private readonly api: ApiClient,
    private readonly line: ApiClient,
    readonly nth: number,
  ) {}

  get token(): string {
    return `menus-${this.nth}`;
  }

  private get lineChannelId(): string {
    return String(2_300_000_000 + this.nth);
  }

  async open(): Promise<void> {
    const account = { channelSecret: 'f'.repeat(32), accessToken: this.token };
    await this.line.post('/_emulator/channels', { channelId: this.lineChannelId, ...account });
    const given = { name: `menus ${this.nth}`, lineChannelId: this.lineChannelId, ...account, verify: false };
    this.channelId = (await this.api.post<{ id: string }>('/v1/channels', given)).id;
    await this.addPeople();
    for (const name of ['guest', 'tab']) await this.make(name);
    await this.make('member', ['tab']);
    await this.putRules('member');
  }

  /** New versions of all menus: each is made anew at LINE, and everybody is moved. */
  async edit(): Promise<void> {
    for (const [name, tabs] of [['guest'], ['tab'], ['member', ['tab']]] as [string, string[]?][])
      await this.api.put(`/v1/rich-menus/${this.menus.get(name)!}`, this.design(`new ${name}`, tabs));
    this.member = 'new member';
    this.others = ['new guest', 'new tab'];
  }

  /** Everybody is to see another menu, which has to be made, and the one before is not wanted any more. */
  async changeRules(): Promise<void> {
    await this.make('other', ['tab']);
    await this.putRules('other');
    this.member = 'other';
  }

  /** One of them sees the tab from now on. */
  async promoteOne(): Promise<void> {
    await this.api.put(`/v1/members/${this.memberId(5)}`, { rank: 'gold' });
    this.promoted = this.userId(5);
  }

  /** @returns what at LINE is not as it should be, in words; empty where nothing is */
  async fault(): Promise<string> {
    const { menus, aliases, default: defaultId } = await this.atLine<Overview>('rich-menus');
    const nameOf = new Map(menus.map(({ richMenuId, name }) => [richMenuId, name.replace(/ #tsunagi:.*$/, '')]));
    const [names, wanted] = [[...nameOf.values()].sort(), [this.member, ...this.others].sort()];
    if (JSON.stringify(names) !== JSON.stringify(wanted)) return `menus ${names.join()}`;
    if (menus.some(({ hasImage }) => !hasImage)) return 'a menu without a picture';
    const led = aliases.map(({ richMenuId }) => nameOf.get(richMenuId));
    if (led.length !== 1 || led[0] !== this.others[1]) return `aliases to ${led.join()}`;
    if (nameOf.get(defaultId ?? '') !== this.others[0]) return `default ${nameOf.get(defaultId ?? '') ?? 'none'}`;
    return this.faultOfPeople(nameOf);
  }

  private async faultOfPeople(nameOf: Map<string, string>): Promise<string> {
    const { userIds, richMenuIds } = await this.atLine<Record<'userIds' | 'richMenuIds', string[]>>('rich-menus/links');
    const shown = new Map(userIds.map((userId, i) => [userId, nameOf.get(richMenuIds[i]!)]));
    const wrong = this.people().filter(
      ({ userId }) => shown.get(userId) !== (userId === this.promoted ? this.others[1] : this.member),
    );
    return wrong.length > 0 ? `${wrong.length} people on ${shown.get(wrong[0]!.userId) ?? 'nothing of their own'}` : '';
  }

  private async addPeople(): Promise<void> {
    const people = this.people();
    const users = people.map(({ userId }) => ({ userId, state: 'friend' }));
    await this.line.post('/_emulator/users', { channelId: this.lineChannelId, users });
    await inBatches(people, 1_000, async (some) => {
      await this.api.post('/v1/members/batch', { members: some.map(({ memberId: externalId }) => ({ externalId })) });
      const links = some.map(({ memberId, userId }) => ({ memberId, lineUserId: userId, friend: true }));
      await this.api.post('/v1/links/batch', { channelId: this.channelId, links });
    });
  }

  private people(): { memberId: string; userId: string }[] {
    return Array.from({ length: PEOPLE }, (_, i) => ({ memberId: this.memberId(i), userId: this.userId(i) }));
  }

  private memberId(i: number): string {
    return `menus-${this.nth}-${i}`;
  }

  private userId(i: number): string {
    return lineUserId(this.nth * 10_000 + i);
  }

  private async make(name: string, tabs: string[] = []): Promise<void> {
    const path = `/v1/channels/${this.channelId}/rich-menus`;
    this.menus.set(name, (await this.api.post<{ id: string }>(path, this.design(name, tabs))).id);
  }

  private design(name: string, tabs: string[] = []): object {
    const cells = [
      { label: name, action: { type: 'message', text: name } },
      ...tabs.map((tab) => ({ label: tab, action: { type: 'richmenuswitch', menuId: this.menus.get(tab) } })),
    ];
    return { name, chatBarText: 'メニュー', design: { template: `${cells.length}x1`, cells } };
  }

  private async putRules(member: string): Promise<void> {
    const rules = [
      { when: { rank: 'gold' }, menuId: this.menus.get('tab') },
      { when: { linked: true }, menuId: this.menus.get(member) },
    ];
    const path = `/v1/channels/${this.channelId}/rich-menu-rules`;
    await this.api.put(path, { rules, defaultMenuId: this.menus.get('guest') });
  }

  private atLine<T>(path: string): Promise<T> {
    return this.line.get<T>(`/_emulator/${path}?channelId=${this.lineChannelId}`);
  }
}
