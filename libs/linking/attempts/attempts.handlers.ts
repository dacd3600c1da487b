import { Injectable } from '@nestjs/common';
import { HandlesSchedule } from '#jobs';
import { AttemptTidying } from './attempt-tidying.service.js';
import { tidyAttempts } from './attempts.jobs.js';

@Injectable()
export class AttemptsHandlers {
  constructor(private readonly tidying: AttemptTidying) {}

  @HandlesSchedule(tidyAttempts)
  async tidy(): Promise<void> {
    await this.tidying.tidy();
  }
}
