import { Injectable } from '@nestjs/common';
import { HandlesSchedule } from '#jobs';
import { LinkingTidying } from './linking-tidying.service.js';
import { tidyLinking } from './tidying.jobs.js';

@Injectable()
export class TidyingHandlers {
  constructor(private readonly tidying: LinkingTidying) {}

  @HandlesSchedule(tidyLinking)
  async tidy(): Promise<void> {
    await this.tidying.tidy();
  }
}
