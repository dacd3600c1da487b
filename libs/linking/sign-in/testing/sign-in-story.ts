import { ChannelsHttpModule, LineUsers } from '#channels';
import type { Scope } from '#kernel';
import { MembersHttpModule } from '#members';
import { Attempts } from '../../attempts/attempts.service.js';
import type { Attempt } from '../../attempts/attempt.js';
import { ConnectHttpModule } from '../../pages/connect/connect.module.js';
import { Browser, into, type Site } from '#testing';
import { SignInHttpModule, SignInJobsModule } from '../sign-in.module.js';

/** What a spec's app is needed for here. */
interface Api {
  scope: Scope;
  nest: Site;
  get<T>(provider: abstract new (...args: never[]) => T): T;
  request(
    method: string,
    url: string,
    request?: { body?: unknown; key?: string },
  ): Promise<{ status: number; body: { id: string } }>;
}

interface Reached {
  lang?: string;
  /** Another process of the API. */
  site?: Site;
  host?: string;
}

export const signInModules = [
  ChannelsHttpModule,
  MembersHttpModule,
  ConnectHttpModule,
  SignInHttpModule,
  SignInJobsModule,
];

/** A channel with a link page that is there, and people on their way to a link. */
export class SignInStory {
  private people = 0;

  private constructor(
    private readonly app: Api,
    readonly channelId: string,
  ) {}

  /** @param verify says that LINE has confirmed the channel's credentials */
  static async start(app: Api, verify: (channelId: string) => Promise<unknown>): Promise<SignInStory> {
    const body = { name: 'さくら商店', lineChannelId: '1', channelSecret: 's', accessToken: 't', verify: false };
    const { id } = (await app.request('POST', '/v1/channels', { body })).body;
    await verify(id);
    const story = new SignInStory(app, id);
    await story.settings({ enabled: true });
    return story;
  }

  get base(): string {
    return `/p/line/connect/${this.channelId}`;
  }

  async settings(settings: object): Promise<void> {
    const answer = await this.app.request('PATCH', `/v1/channels/${this.channelId}/link-page`, { body: settings });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  async member(externalId: string, profile: object = {}): Promise<void> {
    await this.app.request('PUT', `/v1/members/${externalId}`, { body: profile });
  }

  browser(address?: string, { lang = 'ja', site = this.app.nest, host }: Reached = {}): Browser {
    return new Browser(into(site), 'http://localhost:3000', {
      ip: address,
      host,
      headers: { 'accept-language': lang },
    });
  }

  /** A browser whose LINE side is proven, by a LINE user of its own. */
  async onTheWay(address?: string, reached: Reached = {}): Promise<{ browser: Browser; attempt: Attempt }> {
    const { scope, channelId } = this;
    const userId = `U${(++this.people).toString(16).padStart(32, '0')}`;
    const ids = await this.app.get(LineUsers).ensure(scope, channelId, [userId]);
    const given = { channelId, purpose: 'link', route: 'login' } as const;
    const { attempt, browserSecret } = await this.app.get(Attempts).begin(scope, given);
    await this.app.get(Attempts).lineProven(scope, attempt.id, { lineUserId: ids.get(userId)!, friend: true });
    const browser = this.browser(address, reached);
    browser.cookies.set('tsunagi_attempt', `${attempt.id}.${browserSecret}`);
    return { browser, attempt };
  }

  private get scope(): Scope {
    return this.app.scope;
  }
}
