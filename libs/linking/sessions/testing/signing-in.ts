import { LineUsers } from '#channels';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Attempts } from '../../attempts/attempts.service.js';
import { SessionVisits } from '../session-visits.service.js';
import { ConfirmedChannels } from './confirmed-channels.repository.js';

/** What a spec's app is needed for here. */
interface Api {
  scope: Scope;
  get<T>(provider: abstract new (...args: never[]) => T): T;
  request(
    method: string,
    url: string,
    request?: { body?: unknown; key?: string },
  ): Promise<{ status: number; body: unknown }>;
}

export const SITE = 'https://shop.example';

/** How somebody did at LINE. */
export interface AtLine {
  /** `U…`; default: they cancel */
  userId?: string;
  friend?: boolean;
  tokens?: { accessToken: string; refreshToken: string; accessExpiresAt: Date };
}

/** A channel with a Login channel and a shown link page, and visitors who sign in by it. */
export class SigningIn<App extends Api> {
  channelId: string;

  private constructor(readonly app: App) {}

  static async start<App extends Api>(app: App): Promise<SigningIn<App>> {
    const story = new SigningIn(app);
    story.channelId = await story.connect('2000000001', { login: { channelId: '2000000002', channelSecret: 's' } });
    await story.show(story.channelId);
    return story;
  }

  async connect(lineChannelId: string, more: object = {}): Promise<string> {
    const given = { name: 'S', lineChannelId, channelSecret: 'secret', accessToken: 't', verify: false, ...more };
    const { body } = await this.app.request('POST', '/v1/channels', { body: given });
    const { id } = body as { id: string };
    const { scope } = this.app;
    await new ConfirmedChannels(this.app.get(Database)).confirm(scope, id, scope.clock.now());
    return id;
  }

  async show(channelId: string, settings: object = {}): Promise<void> {
    const body = { enabled: true, returnUrls: [SITE], ...settings };
    await this.app.request('PATCH', `/v1/channels/${channelId}/link-page`, { body });
  }

  /** The site's server begins. */
  create(more: object = {}): ReturnType<App['request']> {
    const body = { channelId: this.channelId, returnUrl: `${SITE}/in?to=cart`, ...more };
    return this.ask('POST', '/v1/link-sessions', { body });
  }

  /** The site's server begins, the visitor goes to LINE and back. @returns what the browser brings to the site */
  async visit(atLine: AtLine, more: object = {}): Promise<{ id: string; code: string; back: URL }> {
    const { id, url } = (await this.create(more)).body as { id: string; url: string };
    return this.follow(id, url, atLine);
  }

  async follow(id: string, url: string, atLine: AtLine): Promise<{ id: string; code: string; back: URL }> {
    const { scope } = this.app;
    const visits = this.app.get(SessionVisits);
    const key = new URL(url).searchParams.get('key')!;
    const { attempt } = await visits.open(scope, this.channelId, { id, key });
    const proven = await this.logIn(attempt.id, atLine);
    const back = new URL(await visits.finish(scope, { ...attempt, ...proven }));
    return { id, code: back.searchParams.get('code') ?? '', back };
  }

  result(id: string, code: string, key?: string): ReturnType<App['request']> {
    return this.ask('POST', `/v1/link-sessions/${id}/result`, { body: { code }, ...(key && { key }) });
  }

  /** `visit` and `result` in one. */
  async signIn(atLine: AtLine, more: object = {}): Promise<{ id: string }> {
    const { id, code } = await this.visit(atLine, more);
    const { body } = await this.result(id, code);
    return { id, ...(body as { result: object }).result };
  }

  link(id: string, memberId: string, key?: string): ReturnType<App['request']> {
    return this.ask('POST', `/v1/link-sessions/${id}/link`, { body: { memberId }, ...(key && { key }) });
  }

  private async logIn(attemptId: string, { userId, friend, tokens }: AtLine) {
    const { scope } = this.app;
    const attempts = this.app.get(Attempts);
    if (userId === undefined) {
      await attempts.cancel(scope, attemptId);
      return { state: 'cancelled' as const };
    }
    const ids = await this.app.get(LineUsers).ensure(scope, this.channelId, [userId]);
    return attempts.lineProven(scope, attemptId, { lineUserId: ids.get(userId)!, friend, tokens });
  }

  private ask(...request: Parameters<Api['request']>): ReturnType<App['request']> {
    return this.app.request(...request) as ReturnType<App['request']>;
  }
}
