import { Injectable } from '@nestjs/common';
import { friendChanged } from '#channels';
import { eventsAccepted } from '#events';
import { HandlesFact, HandlesJob, HandlesSchedule, type PayloadOf } from '#jobs';
import { linked, unlinked } from '#linking';
import { optedOut, rankChanged } from '#members';
import { restocked } from '#products';
import { membersChanged } from '#segments';
import { Scopes } from '#workspaces';
import { bringInRestock, lookAtCalendar, startByCalendar } from '../automations.jobs.js';
import { Calendar } from './calendar.service.js';
import { Facts } from './facts.service.js';
import { Restocks } from './restocks.service.js';

/** What brings members into journeys. */
@Injectable()
export class StartingHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly facts: Facts,
    private readonly restocks: Restocks,
    private readonly calendar: Calendar,
  ) {}

  @HandlesFact(eventsAccepted, { name: 'automations.start_by_events', lane: 'journeys' })
  async eventsAccepted(ref: PayloadOf<typeof eventsAccepted>): Promise<void> {
    await this.facts.eventsAccepted(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesFact(linked, { name: 'automations.start_by_link', lane: 'journeys' })
  async linked(ref: PayloadOf<typeof linked>): Promise<void> {
    await this.facts.tiesChanged(await this.scopes.system(ref.workspaceId), 'linked', ref);
  }

  @HandlesFact(unlinked, { name: 'automations.start_by_unlink', lane: 'journeys' })
  async unlinked(ref: PayloadOf<typeof unlinked>): Promise<void> {
    await this.facts.tiesChanged(await this.scopes.system(ref.workspaceId), 'unlinked', ref);
  }

  @HandlesFact(friendChanged, { name: 'automations.start_by_friend', lane: 'journeys' })
  async friendChanged({ workspaceId, channelId, lineUserId }: PayloadOf<typeof friendChanged>): Promise<void> {
    await this.facts.friendChanged(await this.scopes.system(workspaceId), channelId, lineUserId);
  }

  @HandlesFact(rankChanged, { name: 'automations.start_by_rank', lane: 'journeys' })
  async rankChanged({ workspaceId, memberIds }: PayloadOf<typeof rankChanged>): Promise<void> {
    await this.facts.rankChanged(await this.scopes.system(workspaceId), memberIds);
  }

  @HandlesFact(optedOut, { name: 'automations.hear_opt_outs', lane: 'journeys' })
  async optedOut({ workspaceId, memberIds }: PayloadOf<typeof optedOut>): Promise<void> {
    await this.facts.optedOut(await this.scopes.system(workspaceId), memberIds);
  }

  @HandlesFact(membersChanged, { name: 'automations.start_by_segment', lane: 'journeys' })
  async segmentChanged(ref: PayloadOf<typeof membersChanged>): Promise<void> {
    await this.facts.segmentChanged(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesFact(restocked, { name: 'automations.start_by_restock', lane: 'journeys' })
  async restocked({ workspaceId, productId }: PayloadOf<typeof restocked>): Promise<void> {
    await this.facts.restocked(await this.scopes.system(workspaceId), productId);
  }

  @HandlesJob(bringInRestock)
  async bringInRestock(ref: PayloadOf<typeof bringInRestock>): Promise<void> {
    await this.restocks.bringIn(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesJob(startByCalendar)
  async startByCalendar(ref: PayloadOf<typeof startByCalendar>): Promise<void> {
    await this.calendar.bringIn(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesSchedule(lookAtCalendar)
  async lookAtCalendar(): Promise<void> {
    await this.calendar.look(this.scopes);
  }
}
