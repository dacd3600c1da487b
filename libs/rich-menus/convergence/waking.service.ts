import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Database } from '#database';
import { Jobs, type JobDefinition } from '#jobs';
import type { Clock, Scope } from '#kernel';
import { MenuChannelRef, checkDrift, drainMenus } from '../rich-menus.jobs.js';
import { menusLock } from './drain.service.js';
import { PeopleRepository } from './people.repository.js';
import { MenusWakingRepository, type DueMenus } from './waking.repository.js';

/** How often a channel is held against LINE, and how many people are looked at then. */
const CHECK_EVERY_MS = 3_600_000;
const SAMPLE = 20;
const SEGMENTS_EVERY_MS = 60_000;

/** Sees to it that a channel with something to do has somebody at it, whatever died. */
@Injectable()
export class MenusWaking {
  constructor(
    private readonly db: Database,
    private readonly repository: MenusWakingRepository,
    private readonly people: PeopleRepository,
    private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** After a turn: whoever was woken during it has gone away, so what came in is ours to see to. */
  async wakeAgain(scope: Scope, channelId: string): Promise<void> {
    const due = await this.repository.due(null, this.clock.now());
    if (due.some((one) => one.channelId === channelId)) await this.enqueue(drainMenus, { ...scope, channelId });
  }

  /** Wakes what is due, unless somebody is at it or about to be. */
  async sweep(): Promise<void> {
    for (const channel of await this.repository.due(null, this.clock.now())) {
      const free = await this.db.withLock(menusLock(channel.channelId), async () => true);
      if (free && !(await this.repository.isWaiting(channel, drainMenus.name))) await this.enqueue(drainMenus, channel);
    }
  }

  async lookAtClock(): Promise<void> {
    const now = this.clock.now();
    // A little less than a minute, so that a schedule that comes a moment early does not skip one.
    const segmentsSince = new Date(now.getTime() - SEGMENTS_EVERY_MS + 5_000);
    for (const channel of await this.repository.toJudge(null, now, segmentsSince)) {
      await this.db.transaction(channel, async () => {
        await this.repository.judgementDue(channel, channel.channelId, now);
        await this.enqueue(drainMenus, channel);
      });
    }
  }

  async lookForDrift(): Promise<void> {
    const since = new Date(this.clock.now().getTime() - CHECK_EVERY_MS);
    for (const channel of await this.repository.toCheck(null, since))
      if (!(await this.repository.isWaiting(channel, checkDrift.name))) await this.enqueue(checkDrift, channel);
  }

  /** Chooses whom to look at; the drain looks. */
  async checkDrift(scope: Scope, channelId: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.repository.markChecked(scope, channelId);
      await this.people.sample(scope, channelId, SAMPLE, Math.floor(scope.clock.now().getTime() / CHECK_EVERY_MS));
      await this.enqueue(drainMenus, { ...scope, channelId });
    });
  }

  private async enqueue(job: JobDefinition<MenuChannelRef>, { workspaceId, channelId }: DueMenus): Promise<void> {
    await this.jobs.enqueue({ workspaceId }, job, { workspaceId, channelId });
  }
}
