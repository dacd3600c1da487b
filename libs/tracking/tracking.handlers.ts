import { Injectable } from '@nestjs/common';
import { HandlesSchedule } from '#jobs';
import { forgetVisitors } from './tracking.jobs.js';
import { Visitors } from './visitors/visitors.service.js';

@Injectable()
export class TrackingHandlers {
  constructor(private readonly visitors: Visitors) {}

  @HandlesSchedule(forgetVisitors)
  async forgetVisitors(): Promise<void> {
    await this.visitors.forgetOld();
  }
}
