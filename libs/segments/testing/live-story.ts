import { expect } from '@jest/globals';
import fc from 'fast-check';
import { Channels, LineUsers } from '#channels';
import { Database } from '#database';
import { Events } from '#events';
import { localDate, startOfLocalDay } from '#kernel';
import { Links } from '#linking';
import { drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { Definitions } from '../definitions.service.js';
import { LiveSegments } from '../live/live-segments.service.js';
import { Looking } from '../live/looking.service.js';
import { parseRule } from '../rules/parse-rule.js';
import { Segments } from '../segments.service.js';
import type { Happening } from './happening.js';
import { HeardChanges } from './heard-changes.js';
import { LiveWorldRepository } from './live-world.repository.js';
import { randomRule } from './random-rule.js';
import type { WorldSettings } from './random-world.js';
import type { Plain } from './world.js';

const BY = { kind: 'journey', id: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90' } as const;

type ChangeOfMembers = Extract<Happening, { kind: 'event' | 'profile' | 'link' | 'unlink' | 'friend' }>;

/** A workspace in which segments are watched while something happens, through the doors that the product has. */
export class LiveStory {
  private readonly segments: string[] = [];
  private readonly world: LiveWorldRepository;
  private readonly channels = new Map<string, string>();
  private happened = 0;

  private constructor(
    private readonly app: TestApp,
    private readonly tenant: TestWorkspace,
    private readonly settings: WorldSettings,
  ) {
    this.world = new LiveWorldRepository(app.get(Database));
  }

  static async begin(
    app: TestApp,
    tenant: TestWorkspace,
    { settings, ruleSeed }: { settings: WorldSettings; ruleSeed: number },
  ): Promise<LiveStory> {
    const story = new LiveStory(app, tenant, settings);
    for (const name of settings.channels) {
      const dto = { name, lineChannelId: name, channelSecret: 's', accessToken: 't', verify: false };
      story.channels.set(name, (await app.get(Channels).create(tenant.scope, dto)).id);
    }
    await story.define(fc.sample(randomRule(settings, []), { numRuns: 5, seed: ruleSeed }));
    await story.define([{ kind: 'not', rule: { kind: 'purchase', within: { days: 30 } } }]);
    await story.define(fc.sample(randomRule(settings, story.segments), { numRuns: 2, seed: ruleSeed }));
    await story.define([{ kind: 'not', rule: { kind: 'segment', id: story.segments[0] } }]);
    for (const id of story.segments) await story.watch(id);
    return story;
  }

  async tell(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'clock':
      case 'midnight':
        this.turnClock(happening);
        return;
      case 'redefine':
        return this.redefine(this.nth(happening.nth), happening.rule);
      case 'rewatch':
        return this.rewatch(this.nth(happening.nth));
      case 'work':
        await drainJobs(this.app.nest);
        return;
      case 'check':
        return this.check();
      default:
        return this.change(happening);
    }
  }

  /** Everything that is due is done, and then nothing is different from judging everybody anew. */
  async check(): Promise<void> {
    await this.settle();
    for (const id of this.segments) {
      const people = await this.app.get(Segments).members(this.tenant.scope, id, 1_000);
      const anew = people.map((member) => member.id).sort();
      expect(await this.known(id)).toEqual(anew);
      expect([...this.app.get(HeardChanges).of(id)].sort()).toEqual(anew);
    }
  }

  private change(happening: ChangeOfMembers): Promise<void> {
    switch (happening.kind) {
      case 'event': {
        const occurredAt = this.meant(happening.event.occurredAt, happening.ahead);
        return this.post({ ...happening.event, id: `e${this.happened++}`, occurredAt });
      }
      case 'profile': {
        const { registeredAt } = happening.profile;
        const profile = {
          ...happening.profile,
          registeredAt: registeredAt && this.meant(registeredAt, happening.ahead),
        };
        return this.request('/v1/members/batch', { members: [profile] });
      }
      case 'link': {
        const { channelId, lineUserId, role, ended: friend, ...link } = happening.link;
        const linkedAt = this.meant(link.linkedAt, happening.ahead);
        const links = [{ memberId: happening.externalId, lineUserId, role, linkedAt, friend }];
        return this.request('/v1/links/batch', { channelId: this.channels.get(channelId), links });
      }
      case 'unlink':
        return this.unlink(happening.nth);
      case 'friend':
        return this.hear(happening.nth, happening.state);
    }
  }

  private turnClock(happening: Extract<Happening, { kind: 'clock' | 'midnight' }>): void {
    const { clock, timeZone } = this.tenant.scope;
    if (happening.kind === 'clock') return clock.advance(happening.milliseconds);
    const midnight = startOfLocalDay(localDate(clock.now(), timeZone).add({ days: 1 }), timeZone);
    clock.set(new Date(midnight.getTime() + happening.beside));
  }

  private async redefine(id: string, plain: Plain): Promise<void> {
    const rule = parseRule(this.placed(plain), '');
    await this.app.get(Definitions).update(this.tenant.scope, id, { name: 's', rule });
  }

  private async settle(): Promise<void> {
    for (let ran = 1; ran > 0;) {
      await this.app.get(Looking).look();
      ran = (await drainJobs(this.app.nest)).length;
    }
  }

  /** An instant of the settings, as far from now as it was from then; or so much ahead of now. */
  private meant(instant: string, ahead?: number): string {
    const now = this.tenant.scope.clock.now().getTime();
    return new Date(
      ahead === undefined ? Date.parse(instant) + now - this.settings.now.getTime() : now + ahead,
    ).toISOString();
  }

  /** A rule names channels by their names here. */
  private placed(rule: Plain): Plain {
    const named = JSON.stringify(rule).replace(
      /"channelId":"(.)"/g,
      (_, name: string) => `"channelId":"${this.channels.get(name)}"`,
    );
    return JSON.parse(named) as Plain;
  }

  private nth(n: number): string {
    return this.segments[n % this.segments.length]!;
  }

  private async define(rules: Plain[]): Promise<void> {
    for (const plain of rules) {
      const rule = parseRule(this.placed(plain), '');
      this.segments.push((await this.app.get(Definitions).create(this.tenant.scope, { name: 's', rule })).id);
    }
  }

  private async watch(id: string): Promise<void> {
    await this.app.get(LiveSegments).watch(this.tenant.scope, id, BY);
    await this.settle();
    this.app.get(HeardChanges).begin(id, await this.known(id));
  }

  private async rewatch(id: string): Promise<void> {
    await this.settle();
    await this.app.get(LiveSegments).unwatch(this.tenant.scope, id, BY);
    await this.watch(id);
  }

  private async post(event: object): Promise<void> {
    await this.app.get(Events).post(this.tenant.scope, [event]);
  }

  private async request(url: string, body: object): Promise<void> {
    const { status } = await this.app.request('POST', url, { body, key: this.tenant.key });
    expect(status).toBe(200);
  }

  private async unlink(nth: number): Promise<void> {
    const links = await this.world.liveLinks(this.tenant.scope);
    if (links.length > 0) await this.app.get(Links).end(this.tenant.scope, links[nth % links.length]!.id, 'unlinked');
  }

  private async hear(nth: number, friendState: 'friend' | 'blocked'): Promise<void> {
    const users = await this.world.lineUsers(this.tenant.scope);
    const user = users[nth % users.length];
    if (!user) return;
    const word = { lineUserId: user.id, friendState, at: this.tenant.scope.clock.now() };
    await this.app.get(LineUsers).hear(this.tenant.scope, user.channelId, [word]);
  }

  private async known(id: string): Promise<string[]> {
    return (await this.world.membersOf(this.tenant.scope, id)).sort();
  }
}
