import { Injectable } from '@nestjs/common';
import { HandlesSchedule } from '#jobs';
import { tidySessions } from './link-sessions.jobs.js';
import { SessionTidying } from './session-tidying.service.js';

@Injectable()
export class LinkSessionsHandlers {
  constructor(private readonly tidying: SessionTidying) {}

  @HandlesSchedule(tidySessions)
  async tidy(): Promise<void> {
    await this.tidying.tidy();
  }
}
