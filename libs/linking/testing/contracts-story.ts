import type { Type } from '@nestjs/common';
import { ChannelsHttpModule, LineUsers } from '#channels';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Members, MembersHttpModule } from '#members';
import { createTestApp, drainJobs, type TestAnswer, type TestApp } from '#testing';
import type { LinkRole } from '../link.entity.js';
import { Links } from '../links.service.js';
import { CodeRedemption, type Redemption } from '../user-codes/code-redemption.service.js';
import { UserCodesHttpModule, UserCodesJobsModule } from '../user-codes/user-codes.module.js';
import { ContractsRepository } from './contracts.repository.js';

export interface ShownCode {
  id: string;
  userMemberId: string;
  label: string | null;
  code: string | null;
  state: string;
}

/** The nth LINE user. */
export function lineUser(n: number): string {
  return `U${n.toString(16).padStart(32, '0')}`;
}

/** A workspace with a channel and members: `papa` pays, `taro` and `hana` use, `other` has nothing to do with them. */
export class ContractsStory {
  private constructor(
    readonly app: TestApp,
    readonly channelId: string,
  ) {}

  /** @param more modules of the app */
  static async start(more: Type[] = []): Promise<ContractsStory> {
    const app = await createTestApp({
      imports: [ChannelsHttpModule, MembersHttpModule, UserCodesHttpModule, UserCodesJobsModule, ...more],
    });
    const body = { name: 'S', lineChannelId: '1', channelSecret: 's', accessToken: 't', verify: false };
    const channel: { body: { id: string } } = await app.request('POST', '/v1/channels', { body });
    return new ContractsStory(app, channel.body.id);
  }

  async reset(): Promise<void> {
    await new ContractsRepository(this.db).wipe(this.app.scope);
    const members = ['papa', 'taro', 'hana', 'other'].map((externalId) => ({ externalId }));
    await this.app.request('POST', '/v1/members/batch', { body: { members } });
  }

  get db(): Database {
    return this.app.get(Database);
  }

  ask(method: string, url: string, body?: object): Promise<TestAnswer> {
    return this.app.request(method, url, { body });
  }

  /** @returns the code that the user of papa's contract got */
  async give(userMemberId: string, more: object = {}): Promise<ShownCode & { code: string }> {
    const given = await this.ask('POST', '/v1/members/papa/user-codes', { userMemberId, ...more });
    if (given.status !== 201) throw new Error(JSON.stringify(given.body));
    return given.body as ShownCode & { code: string };
  }

  async codes(contractor = 'papa'): Promise<ShownCode[]> {
    const { body } = (await this.ask('GET', `/v1/members/${contractor}/user-codes`)) as {
      body: { items: ShownCode[] };
    };
    return body.items;
  }

  async lineUserId(n: number): Promise<string> {
    const ids = await this.app.get(LineUsers).ensure(this.app.scope, this.channelId, [lineUser(n)]);
    return ids.get(lineUser(n))!;
  }

  /** The nth LINE user types something in the talk, and agrees. */
  async types(n: number, text: string): Promise<Redemption> {
    const by = { channelId: this.channelId, lineUserId: await this.lineUserId(n) };
    return this.app.get(CodeRedemption).redeem(this.app.scope, by, text, agreed);
  }

  /** Somebody types something in the talk with another workspace, which has a LINE user with the same number. */
  typesIn(scope: Scope, text: string): Promise<Redemption> {
    return this.app.get(CodeRedemption).redeem(scope, { channelId: this.channelId, lineUserId: '1' }, text, agreed);
  }

  async link(n: number, externalId: string, role: LinkRole): Promise<void> {
    const { channelId } = this;
    const memberId = await this.memberId(externalId);
    const lineUserId = await this.lineUserId(n);
    await this.app.get(Links).make(this.app.scope, { channelId, memberId, lineUserId, role, route: 'account_link' });
    await drainJobs(this.app.nest);
  }

  /** The roles of a LINE user now, each with its member. */
  async linksOf(n: number): Promise<string[]> {
    const live = await this.app.get(Links).liveOfLineUser(this.app.scope, await this.lineUserId(n));
    return live.map(({ role, externalId }) => `${role} ${externalId}`).sort();
  }

  async memberId(externalId: string): Promise<string> {
    return (await this.app.get(Members).find(this.app.scope, [externalId])).get(externalId)!;
  }
}

/** What was agreed to is another story. */
async function agreed(): Promise<string> {
  return '1';
}
