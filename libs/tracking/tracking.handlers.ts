import { Injectable } from '@nestjs/common';
import { HandlesFact, HandlesSchedule, type PayloadOf } from '#jobs';
import { visitorRecognised } from '#linking';
import { Scopes } from '#workspaces';
import { forgetVisitors } from './tracking.jobs.js';
import { Visitors } from './visitors/visitors.service.js';

@Injectable()
export class TrackingHandlers {
  constructor(
    private readonly visitors: Visitors,
    private readonly scopes: Scopes,
  ) {}

  @HandlesSchedule(forgetVisitors)
  async forgetVisitors(): Promise<void> {
    await this.visitors.forgetOld();
  }

  @HandlesFact(visitorRecognised, { name: 'tracking.tie_visitor', lane: 'journeys' })
  async visitorRecognised({ workspaceId, visitorId, memberId }: PayloadOf<typeof visitorRecognised>): Promise<void> {
    await this.visitors.tie(await this.scopes.system(workspaceId), visitorId, memberId);
  }
}
