import { createHmac } from 'node:crypto';
import { drainJobs, type TestAnswer, type TestApp, type TestWorkspace } from '#testing';

export type Json = Record<string, unknown>;

/** A tenant spoken to over public HTTP only. The clock stands at noon of 15 April 2026 in Tokyo. */
export class Shop {
  private readonly known = new Set<string>();
  private made = 0;

  private constructor(
    readonly app: TestApp,
    readonly of: TestWorkspace,
  ) {}

  static async open(app: TestApp, settings: { timeZone?: string; currency?: string } = {}): Promise<Shop> {
    return new Shop(app, await app.workspace(settings));
  }

  call(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer> {
    return this.app.request(method, url, { body, key: this.of.key, headers });
  }

  /** Like `call`, for what has to succeed. */
  async must(method: string, url: string, body?: unknown): Promise<TestAnswer['body']> {
    const answer = await this.call(method, url, body);
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async put(memberId: string, body: Json = {}): Promise<TestAnswer['body']> {
    this.known.add(memberId);
    return this.must('PUT', `/v1/members/${encodeURIComponent(memberId)}`, body);
  }

  member(memberId: string): Promise<TestAnswer['body']> {
    return this.must('GET', `/v1/members/${encodeURIComponent(memberId)}`);
  }

  /** What is not said: an id of its own, `hanako`, 1 April. */
  event(given: Json): Json {
    return { id: `event-${(this.made += 1)}`, memberId: 'hanako', occurredAt: '2026-04-01T00:00:00Z', ...given };
  }

  async post(...given: Json[]): Promise<TestAnswer['body']> {
    const events = given.map((one) => this.event(one));
    for (const { memberId } of events) if (typeof memberId === 'string') this.known.add(memberId);
    return this.must('POST', '/v1/events', { events });
  }

  /** Like `post`, for events that all have to be taken. */
  async did(...given: Json[]): Promise<void> {
    const answer = await this.post(...given);
    if (answer.accepted !== given.length) throw new Error(JSON.stringify(answer));
  }

  /** Who of the members spoken of matches, by `explain`; `preview` has to count the same. */
  async who(rule: unknown, asOf?: string): Promise<string[]> {
    const matching: string[] = [];
    for (const memberId of this.known) {
      const { matches } = await this.must('POST', '/v1/segments/explain', { rule, memberId, asOf });
      if (matches) matching.push(memberId);
    }
    const { count } = await this.must('POST', '/v1/segments/preview', { rule, asOf });
    if (count !== matching.length) throw new Error(`preview counts ${count}, explain ${matching.join()}`);
    return matching.sort();
  }

  async holds(rule: unknown, asOf?: string): Promise<boolean> {
    return (await this.who(rule, asOf)).includes('hanako');
  }

  /** What one condition measures of `hanako`. */
  async actual(rule: unknown, asOf?: string): Promise<TestAnswer['body']> {
    const { tree } = await this.must('POST', '/v1/segments/explain', { rule, memberId: 'hanako', asOf });
    return tree.actual;
  }

  async segment(rule: unknown, name = 'segment'): Promise<string> {
    return (await this.must('POST', '/v1/segments', { name, rule })).id;
  }

  async channel(lineChannelId = '1'): Promise<string> {
    const body = { name: 'c', lineChannelId, channelSecret: 's', accessToken: 't', verify: false };
    return (await this.must('POST', '/v1/channels', body)).id;
  }

  links(channelId: string, ...links: Json[]): Promise<TestAnswer['body']> {
    return this.must('POST', '/v1/links/batch', { channelId, links });
  }

  /** LINE's word on a friend, signed with the secret of `channel()`. */
  async lineSays(channelId: string, type: string, userId: string, id?: string): Promise<number> {
    this.made += 1;
    const webhookEventId = id ?? `w${this.made}`;
    const timestamp = this.app.scope.clock.now().getTime() + this.made;
    const common = { timestamp, webhookEventId, mode: 'active', deliveryContext: { isRedelivery: false } };
    const text = JSON.stringify({
      destination: 'U',
      events: [{ type, source: { type: 'user', userId }, replyToken: 'r', ...common }],
    });
    const signature = createHmac('sha256', 's').update(text).digest('base64');
    const headers = { 'content-type': 'application/json', 'x-line-signature': signature };
    const answer = await this.app.request('POST', `/webhooks/line/${channelId}`, { body: text, key: null, headers });
    await this.settle();
    return answer.status;
  }

  async settle(): Promise<void> {
    await drainJobs(this.app.nest);
  }
}

/** A LINE user id. */
export const lineUser = (i: number): string => `U${i.toString(16).padStart(32, '0')}`;

export const rank = (...ranks: string[]): Json => ({ kind: 'rank', in: ranks });
export const paths = ({ body }: TestAnswer): unknown[] =>
  (body.errors ?? []).map(({ path }: { path: unknown }) => path);
