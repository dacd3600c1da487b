import { freePort } from '#database';
import { VirtualClock } from '#kernel';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { features } from '../../apps/api/app.module.js';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';
import { ApiClient } from '../../apps/standalone/api-client.js';
import { jobsModules } from '../../apps/worker/worker.module.js';
import { compareMenus } from '../../tools/demo/linking/menus.js';
import { PeopleAtLine, type Said } from '../../tools/demo/linking/people-at-line.js';
import { Site, type ShownLink, type Visitor } from '../../tools/demo/linking/site.js';

/** More than any story's work needs to come to rest. */
const MOST_TURNS = 10;
const TURN_MS = 1_000;

/** The whole product with an emulator of LINE, both by the same clock; people come over HTTP. */
export class LinkingStage {
  private constructor(
    readonly app: TestApp,
    readonly line: EmulatorUnderTest,
    readonly site: Site,
    /** Of the company's own sign-in. */
    readonly signInKey: string,
  ) {}

  static async start(): Promise<LinkingStage> {
    const clock = new VirtualClock('2026-04-15T12:00:00+09:00');
    const line = await EmulatorUnderTest.start({ now: () => clock.now().getTime() });
    await line.control('PATCH /settings', { bulkLagMs: 0 });
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const app = await createTestApp({
      imports: [...features, ...jobsModules],
      clock,
      config: {
        publicUrl: origin,
        trustedProxies: '127.0.0.1',
        lineApiBaseUrl: line.url,
        lineDataApiBaseUrl: line.url,
        lineLoginBaseUrl: line.url,
        lineTimeoutMs: 1_000,
      },
    });
    await app.nest.listen(port, '127.0.0.1');
    const { channelId, channelSecret, accessToken } = line.channel;
    const login = { channelId: '1650000001', channelSecret: 'b'.repeat(32) };
    const people = new PeopleAtLine(new ApiClient(line.url), { channelId, channelSecret, accessToken, login });
    const until = async (what: string, isSo: () => Promise<boolean>) => {
      for (let turn = 0; turn < MOST_TURNS; turn++) {
        await drainJobs(app.nest, { schedules: true });
        if (await isSo()) return;
        clock.advance(TURN_MS);
      }
      throw new Error(`It came to rest without ${what}.`);
    };
    const site = await Site.open({ origin, key: app.key, line: people }, until);
    const { secret } = await site.api.post<{ secret: string }>('/v1/sign-in-keys', {});
    return new LinkingStage(app, line, site, secret);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.line.close();
  }

  advance(milliseconds: number): void {
    this.app.scope.clock.advance(milliseconds);
  }

  get now(): Date {
    return this.app.scope.clock.now();
  }

  drain(): Promise<unknown> {
    return drainJobs(this.app.nest);
  }

  /** The same where runs may fail. */
  drainWithFailures(): Promise<unknown> {
    return drainJobs(this.app.nest, { failures: 'allow' });
  }

  /** Live links without what differs by person. */
  async ties(memberId: string): Promise<Pick<ShownLink, 'lineUserId' | 'role' | 'route'>[]> {
    const links = await this.site.links(memberId);
    return links.map(({ lineUserId, role, route }) => ({ lineUserId, role, route }));
  }

  async member(memberId: string): Promise<{ linked: boolean; friendState: string }> {
    return this.site.api.get(`/v1/members/${memberId}`);
  }

  /** What the account said last to somebody, once all work is done. */
  async told({ userId }: Visitor): Promise<Said | undefined> {
    await this.drain();
    return (await this.site.line.heard(userId)).at(-1);
  }

  /** The menu on somebody's phone, by our name of it, once LINE has what we want it to have. */
  async menuOf({ userId, memberId }: Visitor): Promise<string | undefined> {
    const people = new Map([[userId, (await this.isTied(userId, memberId)) ? memberId : undefined]]);
    await this.site.until('the menu that is desired', async () => {
      const [menu] = await compareMenus(this.site, people);
      return menu!.desired !== null && menu!.seen === menu!.desired;
    });
    const { shown } = await this.site.line.menuOf(userId);
    const path = `/v1/channels/${this.site.channelId}/rich-menus`;
    const { items } = await this.site.api.get<{ items: { name: string; line: { richMenuId: string } }[] }>(path);
    return items.find(({ line }) => line.richMenuId === shown)?.name;
  }

  private async isTied(userId: string, memberId: string): Promise<boolean> {
    return (await this.site.links(memberId)).some(({ lineUserId }) => lineUserId === userId);
  }
}
