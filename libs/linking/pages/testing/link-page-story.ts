import { ChannelsHttpModule, ChannelsJobsModule, LineUsers } from '#channels';
import type { Scope, VirtualClock } from '#kernel';
import { Members, MembersHttpModule } from '#members';
import { Attempts } from '../../attempts/attempts.service.js';
import { LinkingHttpModule, LinkingJobsModule } from '../../linking.module.js';
import type { EmulatedLogin } from '../../testing/emulated-login.js';
import { Browser, into, type BrowserSettings, type Seen, type Site } from '#testing';

/** The installation's address, unless a spec says another. */
const OURS = 'http://localhost:3000';

/** What a spec's app is needed for here. */
interface Api {
  scope: Scope & { clock: VirtualClock };
  nest: Site;
  get<T>(provider: abstract new (...args: never[]) => T): T;
  request(
    method: string,
    url: string,
    request?: { body?: unknown; key?: string },
  ): Promise<{ status: number; body: unknown }>;
}

export const linkPageModules = [
  ChannelsHttpModule,
  ChannelsJobsModule,
  MembersHttpModule,
  LinkingHttpModule,
  LinkingJobsModule,
];

/** A shop with a channel that LINE has confirmed, and its link page. */
export class LinkPageStory {
  channelId: string;
  private people = 0;
  private phones = 0;

  private constructor(
    private readonly app: Api,
    readonly line: EmulatedLogin,
  ) {}

  /** @param app points to the emulator for all of LINE's addresses */
  static async start(app: Api, line: EmulatedLogin): Promise<LinkPageStory> {
    const story = new LinkPageStory(app, line);
    story.channelId = await story.connect();
    await story.settings({ enabled: true });
    return story;
  }

  async connect(more: object = {}, key?: string): Promise<string> {
    const { lineChannelId, accessToken, login } = this.line;
    const given = { name: 'さくら商店', lineChannelId, channelSecret: 's', accessToken, login, ...more };
    const { body } = await this.app.request('POST', '/v1/channels', { body: given, ...(key && { key }) });
    const { id } = body as { id?: string };
    if (id === undefined) throw new Error(JSON.stringify(body));
    return id;
  }

  get base(): string {
    return `/p/line/connect/${this.channelId}`;
  }

  async settings(settings: object): Promise<void> {
    const answer = await this.app.request('PATCH', `/v1/channels/${this.channelId}/link-page`, { body: settings });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  /** Each has an address of its own, because there is a limit for each. */
  phone(settings?: BrowserSettings): Browser {
    const network = into(this.app.nest);
    return new Browser(network, OURS, { ip: `10.0.${++this.phones >> 8}.${this.phones & 255}`, ...settings });
  }

  /** Somebody at LINE whom nobody has seen before. */
  async person(state = 'friend', name = '花子'): Promise<string> {
    const userId = `U${(++this.people).toString(16).padStart(32, '0')}`;
    await this.line.person(userId, state, name);
    return userId;
  }

  /** @returns line_users.id */
  async lineUser(userId: string): Promise<string> {
    return (await this.app.get(LineUsers).ensure(this.app.scope, this.channelId, [userId])).get(userId)!;
  }

  /** A member. @returns members.id */
  async member(externalId: string): Promise<string> {
    const ids = await this.app.get(Members).ensure(this.app.scope, [externalId]);
    return ids.get(externalId)!;
  }

  /** Presses the button of the link page and logs in at LINE. @returns where LINE sends the browser back to */
  async toLineAndBack(phone: Browser, userId: string, answers: object = {}): Promise<string> {
    const { location } = await phone.press(this.base);
    return this.line.logIn(userId, location, answers);
  }

  /** The same, and takes the way back. */
  async logIn(phone: Browser, userId: string, answers: object = {}): Promise<Seen> {
    return phone.get(await this.toLineAndBack(phone, userId, answers));
  }

  /** What the member side does once it knows who signs in. */
  async signIn(phone: Browser, externalId: string): Promise<void> {
    const memberId = await this.member(externalId);
    const { id } = (await this.attemptOf(phone))!;
    await this.app.get(Attempts).memberProven(this.app.scope, id, { memberId, proof: 'hosted' });
  }

  attemptOf(phone: Browser) {
    return this.app.get(Attempts).ofBrowser(this.app.scope, this.channelId, phone.cookies.get('tsunagi_attempt'));
  }

  /** Links a member by the page, from the button to the consent. */
  async link(phone: Browser, userId: string, externalId: string): Promise<Seen> {
    await this.logIn(phone, userId);
    await this.signIn(phone, externalId);
    return phone.press(`${this.base}/consent`);
  }

  /** Turns our clock and LINE's. */
  async wait(milliseconds: number): Promise<void> {
    this.app.scope.clock.advance(milliseconds);
    await this.line.setClock(this.app.scope.clock.now());
  }
}
