import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#database';
import { VirtualClock } from '#kernel';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { features } from '../../apps/api/app.module.js';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';
import { ApiClient } from '../../apps/standalone/api-client.js';
import { jobsModules } from '../../apps/worker/worker.module.js';
import { PeopleAtLine } from '../../tools/demo/linking/people-at-line.js';
import { PASSWORD, Site, type ShownLink } from '../../tools/demo/linking/site.js';

export interface Person {
  memberId: string;
  /** Of LINE. */
  userId: string;
}

const TURN_MS = 50;
const LONGEST_WAIT_MS = 20_000;

/**
 * The whole product with an emulator of LINE, on ports that a browser reaches. Work runs by itself, as with a worker
 * beside the api; time goes on as it does outside, and can be turned further.
 */
export class BrowserStage {
  private isOpen = true;
  private people = 0;
  private failure: unknown;
  private readonly working: Promise<void>;

  private constructor(
    readonly app: TestApp,
    readonly line: EmulatorUnderTest,
    readonly site: Site,
    private readonly dataDir: string,
  ) {
    this.working = this.work();
  }

  /** @param from when it begins; the real time, for those who speak to somebody who lives in it */
  static async start(from: Date | string = '2026-04-15T12:00:00+09:00'): Promise<BrowserStage> {
    const clock = new VirtualClock(from);
    const dataDir = mkdtempSync(join(tmpdir(), 'browser-stage-'));
    const mailDir = join(dataDir, 'mail');
    mkdirSync(mailDir);
    const line = await EmulatorUnderTest.start({ now: () => clock.now().getTime(), mailDir });
    await line.control('PATCH /settings', { bulkLagMs: 0 });
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const app = await createTestApp({
      imports: [...features, ...jobsModules],
      clock,
      config: {
        publicUrl: origin,
        // Each phone comes from an address of its own, as far as limits are concerned.
        trustedProxies: '127.0.0.1',
        dataDir,
        lineApiBaseUrl: line.url,
        lineDataApiBaseUrl: line.url,
        lineLoginBaseUrl: line.url,
        lineTimeoutMs: 5_000,
      },
    });
    await app.nest.listen(port, '127.0.0.1');
    const { channelId, channelSecret, accessToken } = line.channel;
    const login = { channelId: '1650000001', channelSecret: 'b'.repeat(32) };
    const people = new PeopleAtLine(new ApiClient(line.url), { channelId, channelSecret, accessToken, login });
    const site = await Site.open({ origin, key: app.key, line: people }, until);
    await site.settings({ privacyPolicyUrl: 'https://company.example/privacy' });
    return new BrowserStage(app, line, site, dataDir);
  }

  /** @throws Error where work has failed meanwhile */
  async close(): Promise<void> {
    this.isOpen = false;
    await this.working;
    await this.app.close();
    await this.line.close();
    rmSync(this.dataDir, { recursive: true, force: true });
    if (this.failure !== undefined) throw new Error('Work has failed.', { cause: this.failure });
  }

  get origin(): string {
    return this.app.config.publicUrl;
  }

  /** Address of a page of ours. @param path below the link page's */
  address(path = ''): string {
    return `${this.origin}${this.site.base}${path}`;
  }

  /** Address of somebody's phone in the emulator, with the talk open. */
  phoneOf(userId: string): string {
    const query = new URLSearchParams({ channelId: this.line.channel.channelId, userId });
    return `${this.line.url}/?${query.toString()}`;
  }

  advance(milliseconds: number): void {
    this.app.scope.clock.advance(milliseconds);
  }

  get now(): Date {
    return this.app.scope.clock.now();
  }

  /** A member who can sign in with the member's id and `PASSWORD`, and has a phone. */
  async person(name: string, state: 'friend' | 'stranger' = 'friend'): Promise<Person> {
    const { api, line } = this.site;
    const memberId = `M${String(++this.people).padStart(4, '0')}`;
    await api.put(`/v1/members/${memberId}`, { email: `${memberId.toLowerCase()}@shop.example` });
    await api.put(`/v1/members/${memberId}/login`, { loginId: memberId, password: PASSWORD });
    return { memberId, userId: await line.newcomer(name, state) };
  }

  /** Linked without a browser. */
  async linked(memberId: string, lineUserId: string, role = 'member'): Promise<void> {
    const links = [{ memberId, lineUserId, role, friend: true }];
    await this.site.api.post('/v1/links/batch', { channelId: this.site.channelId, links });
  }

  /** Waits until somebody's phone shows a menu. */
  async menuShown({ userId }: Person, by: 'user' | 'default' = 'default'): Promise<void> {
    await until('the menu', async () => (await this.site.line.menuOf(userId)).by === by);
  }

  /** Live links without what differs by person. */
  async ties(memberId: string): Promise<Pick<ShownLink, 'lineUserId' | 'role' | 'route'>[]> {
    const links = await this.site.links(memberId);
    return links.map(({ lineUserId, role, route }) => ({ lineUserId, role, route }));
  }

  until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    return until(what, isSo);
  }

  private async work(): Promise<void> {
    let before = performance.now();
    while (this.isOpen) {
      try {
        await drainJobs(this.app.nest, { schedules: true });
      } catch (error) {
        // Told in the end: whoever waits for this work waits in vain, and says what for.
        this.failure ??= error;
      }
      await pause(TURN_MS);
      const now = performance.now();
      this.advance(Math.round(now - before));
      before = now;
    }
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += TURN_MS) {
    if (await isSo()) return;
    await pause(TURN_MS);
  }
  throw new Error(`Waited in vain for ${what}.`);
}
