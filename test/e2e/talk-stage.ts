import { ChannelsHttpModule, ChannelsJobsModule } from '#channels';
import { Database, sql } from '#database';
import { JobRunner, Jobs } from '#jobs';
import { VirtualClock } from '#kernel';
import { LinkingHttpModule, LinkingJobsModule } from '#linking';
import { MembersHttpModule } from '#members';
import { createTestApp, drainJobs, type TestAnswer, type TestApp } from '#testing';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';
import { Phone } from './phone.js';

/** A button of a template, as LINE shows it. */
export interface Button {
  label: string;
  uri?: string;
  data?: string;
}

/** What the account said, in the order in which it is read. */
export interface Said {
  text: string;
  buttons: Button[];
}

interface Template {
  text?: string;
  actions?: Button[];
  columns?: { text: string; actions: Button[] }[];
}

const TABLES = [
  sql`links`,
  sql`link_attempts`,
  sql`user_codes`,
  sql`contract_users`,
  sql`linking_tries`,
  sql`unlink_questions`,
  sql`line_users`,
  sql`outbox`,
  sql`members`,
];

export const MY_PAGE = 'https://shop.example/mypage';

/** A shop with a LINE account on an emulator, whose clock is the shop's; people talk, and their phones open what they get. */
export class TalkStage {
  private constructor(
    readonly app: TestApp,
    readonly line: EmulatorUnderTest,
    readonly channelId: string,
  ) {}

  static async start(): Promise<TalkStage> {
    const clock = new VirtualClock('2026-04-15T12:00:00+09:00');
    const line = await EmulatorUnderTest.start({ now: () => clock.now().getTime() });
    const app = await createTestApp({
      imports: [ChannelsHttpModule, ChannelsJobsModule, MembersHttpModule, LinkingHttpModule, LinkingJobsModule],
      clock,
      config: { lineApiBaseUrl: line.url, lineLoginBaseUrl: line.url, lineTimeoutMs: 1_000 },
    });
    await app.nest.listen(0, '127.0.0.1');
    const login = { channelId: '1650000001', channelSecret: 'b'.repeat(32) };
    await line.onChannel('POST /channels', { login });
    const { channelId: lineChannelId, channelSecret, accessToken } = line.channel;
    const body = { name: '花屋', lineChannelId, channelSecret, accessToken, login };
    const channel = await app.request('POST', '/v1/channels', { body });
    const stage = new TalkStage(app, line, channel.body.id as string);
    const webhookUrl = `${await app.nest.getUrl()}/webhooks/line/${stage.channelId}`;
    await line.onChannel('POST /channels', { webhookUrl });
    await stage.settings({ enabled: true, memberPageUrl: MY_PAGE });
    return stage;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.line.close();
  }

  /** No links, people or codes; ten friends, members m0 to m9; the settings stay. */
  async reset(): Promise<void> {
    const db = this.app.get(Database);
    for (const table of TABLES) await db.execute(this.app.scope, sql`delete from ${table}`);
    await this.line.control('DELETE /faults');
    await this.line.control('POST /reset', { keep: 'accounts' });
    const members = Array.from({ length: 10 }, (_, n) => ({ externalId: `m${n}` }));
    await this.app.request('POST', '/v1/members/batch', { body: { members } });
  }

  async settings(changes: object): Promise<void> {
    const url = `/v1/channels/${this.channelId}/link-page`;
    const { status, body } = await this.app.request('PATCH', url, { body: changes });
    if (status !== 200) throw new Error(JSON.stringify(body));
  }

  drain(): Promise<unknown> {
    return drainJobs(this.app.nest);
  }

  /** The same where runs may fail. */
  drainWithFailures(): Promise<unknown> {
    return drainJobs(this.app.nest, { failures: 'allow' });
  }

  /** Runs everything that is due at the same time, as several workers would. */
  async runAtOnce(): Promise<void> {
    const runner = this.app.get(JobRunner);
    for (let due = await runner.due(100); due.length > 0; due = await runner.due(100)) {
      await Promise.all(due.map(({ id }) => runner.run(id)));
    }
  }

  async parked(): Promise<{ job: string }[]> {
    return this.app.get(Jobs).parked(this.app.scope);
  }

  advance(milliseconds: number): void {
    this.app.scope.clock.advance(milliseconds);
  }

  request(method: string, url: string, body?: object): Promise<TestAnswer> {
    return this.app.request(method, url, { body });
  }

  phone(userId: string): Phone {
    return new Phone(this.app, this.line, userId, this.channelId);
  }

  /** Somebody writes; everything that follows is done. */
  async says(userId: string, text: string): Promise<Said | undefined> {
    await this.line.onChannel('POST /users/message', { userId, text });
    return this.answerTo(userId);
  }

  async presses(userId: string, { data }: Button): Promise<Said | undefined> {
    await this.line.onChannel('POST /users/postback', { userId, data });
    return this.answerTo(userId);
  }

  /** Sends a user code, and agrees to what is asked then. */
  async uses(userId: string, code: string): Promise<Said | undefined> {
    const said = await this.says(userId, code);
    const agree = said?.buttons.find(({ data }) => data?.startsWith('tsunagi:agree:'));
    return agree ? this.presses(userId, agree) : said;
  }

  /** Does what is due; the last of what the account has answered since the last look. */
  async answerTo(userId: string): Promise<Said | undefined> {
    const before = (await this.answers(userId)).length;
    await this.drain();
    const after = await this.answers(userId);
    if (after.length > before + 1) throw new Error('Answered twice.');
    return after[before]?.at(-1);
  }

  /** Everything that the account has said to somebody. */
  async heard(userId: string): Promise<Said[]> {
    return (await this.answers(userId)).flat();
  }

  /** The messages of each request by which the account has said something. */
  private async answers(userId: string): Promise<Said[][]> {
    const { channelId } = this.line.channel;
    const { entries } = (await this.line.control(`GET /chat?channelId=${channelId}&userId=${userId}`)) as {
      entries: { from: string; messages: { type: string; text?: string; template?: Template }[] }[];
    };
    return entries.filter(({ from }) => from === 'account').map(({ messages }) => messages.map(saidBy));
  }

  /** Live links of a member: whose, in which role, by which route. */
  async linksOf(memberId: string): Promise<{ lineUserId: string; role: string; route: string }[]> {
    const { body } = await this.app.request('GET', `/v1/members/${memberId}/links`);
    const items = body.items as { lineUserId: string; role: string; route: string; endedAt: string | null }[];
    return items
      .filter(({ endedAt }) => endedAt === null)
      .map(({ lineUserId, role, route }) => ({ lineUserId, role, route }));
  }

  /** The roles that a LINE user has now. */
  async liveLinksOf(userId: string): Promise<{ role: string }[]> {
    return this.app.get(Database).query<{ role: string }>(
      this.app.scope,
      sql`select l.role from links l join line_users u on u.id = l.line_user_id
           where u.user_id = ${userId} and l.ended_at is null order by l.id`,
    );
  }

  /** How each attempt stands, oldest first. */
  async attempts(): Promise<{ state: string; failure: string | null }[]> {
    const rows = await this.app
      .get(Database)
      .query<{ state: string; failure: string | null }>(
        this.app.scope,
        sql`select state, failure from link_attempts order by id`,
      );
    return rows;
  }

  async audited(action: string): Promise<{ details: unknown }[]> {
    return this.app
      .get(Database)
      .query<{ details: unknown }>(
        this.app.scope,
        sql`select details from audit_entries where action = ${action} order by id`,
      );
  }

  /** How often LINE was asked for something. */
  async calls(endpoint: string): Promise<Record<string, number>> {
    const { endpoints } = (await this.line.control(`GET /requests?channelId=${this.line.channel.channelId}`)) as {
      endpoints: { endpoint: string; byStatus: Record<string, number> }[];
    };
    return endpoints.find((one) => one.endpoint === endpoint)?.byStatus ?? {};
  }
}

function saidBy({ text = '', template }: { text?: string; template?: Template }): Said {
  if (!template) return { text, buttons: [] };
  if (!template.columns) return { text: template.text ?? '', buttons: template.actions ?? [] };
  const { columns } = template;
  return { text: columns.map((column) => column.text).join('|'), buttons: columns.flatMap(({ actions }) => actions) };
}
