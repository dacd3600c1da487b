import { ChannelsHttpModule, ChannelsJobsModule, LineUsers } from '#channels';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { MembersHttpModule } from '#members';
import { LinkingHttpModule, LinkingJobsModule } from '../linking.module.js';
import { CleanSlateRepository } from './clean-slate.repository.js';

export interface ShownLink {
  id: string;
  lineUserId: string;
  role: string;
  endedAt: string | null;
  friendState: string;
}

const NOON = Date.parse('2026-04-15T12:00:00+09:00');

/** The nth LINE user. */
export function lineUser(n: number): string {
  return `U${n.toString(16).padStart(32, '0')}`;
}

/** What a spec's app is needed for here. */
interface Api {
  scope: Scope;
  get<T>(provider: abstract new (...args: never[]) => T): T;
  request(method: string, url: string, request?: { body?: unknown }): Promise<{ status: number; body: unknown }>;
}

export const linkingModules = [
  ChannelsHttpModule,
  ChannelsJobsModule,
  MembersHttpModule,
  LinkingHttpModule,
  LinkingJobsModule,
];

/** A workspace with two LINE channels and members m0 to m5, spoken to over HTTP. */
export class LinkingStory<App extends Api> {
  channelId: string;
  otherChannelId: string;

  private constructor(
    readonly app: App,
    private readonly drain: () => Promise<unknown>,
  ) {}

  /** @param drain runs all jobs that are due */
  static async start<App extends Api>(app: App, drain: () => Promise<unknown>): Promise<LinkingStory<App>> {
    const story = new LinkingStory(app, drain);
    story.channelId = await story.connect('1');
    story.otherChannelId = await story.connect('2');
    return story;
  }

  /** Forgets links and people, and makes the members anew. */
  async reset(): Promise<void> {
    await new CleanSlateRepository(this.app.get(Database)).wipe(this.app.scope);
    const members = Array.from({ length: 6 }, (_, n) => ({ externalId: `m${n}` }));
    await this.app.request('POST', '/v1/members/batch', { body: { members } });
  }

  async connect(lineChannelId: string): Promise<string> {
    const body = { name: 'S', lineChannelId, channelSecret: 'secret', accessToken: 't', verify: false };
    const answer = await this.app.request('POST', '/v1/channels', { body });
    return (answer.body as { id: string }).id;
  }

  post(links: unknown, more: object = {}): ReturnType<App['request']> {
    return this.ask('POST', '/v1/links/batch', { body: { channelId: this.channelId, links, ...more } });
  }

  end(id: string): ReturnType<App['request']> {
    return this.ask('DELETE', `/v1/links/${id}`);
  }

  async linksOf(memberId: string): Promise<ShownLink[]> {
    const answer = await this.app.request('GET', `/v1/members/${memberId}/links`);
    return (answer.body as { items: ShownLink[] }).items;
  }

  /** What the member itself says of its ties. */
  async tiesOf(memberId: string): Promise<{ linked: boolean; friendState: string }> {
    const answer = await this.app.request('GET', `/v1/members/${memberId}`);
    const { linked, friendState } = answer.body as { linked: boolean; friendState: string };
    return { linked, friendState };
  }

  /** LINE's own word about the nth LINE user, `at` milliseconds after noon, with all that follows from it. */
  async says(n: number, friendState: 'friend' | 'blocked', at: number): Promise<void> {
    const people = this.app.get(LineUsers);
    const ids = await people.ensure(this.app.scope, this.channelId, [lineUser(n)]);
    const word = { lineUserId: ids.get(lineUser(n))!, friendState, at: new Date(NOON + at) };
    await people.hear(this.app.scope, this.channelId, [word]);
    await this.drain();
  }

  private ask(...request: Parameters<Api['request']>): ReturnType<App['request']> {
    return this.app.request(...request) as ReturnType<App['request']>;
  }
}
