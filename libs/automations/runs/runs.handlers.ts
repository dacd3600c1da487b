import { Injectable } from '@nestjs/common';
import { HandlesJob, HandlesSchedule, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { AdvancingTurns } from '../advancing/advancing-turns.service.js';
import { advanceRuns, keepRuns, lookAtRuns, tellOthers } from '../automations.jobs.js';
import { Telling } from '../telling/telling.service.js';
import { RunRetention } from './retention.service.js';

/** What becomes of runs. */
@Injectable()
export class RunsHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly turns: AdvancingTurns,
    private readonly telling: Telling,
    private readonly retention: RunRetention,
  ) {}

  @HandlesJob(advanceRuns)
  async advance({ workspaceId }: PayloadOf<typeof advanceRuns>): Promise<void> {
    await this.turns.run(await this.scopes.system(workspaceId));
  }

  @HandlesJob(tellOthers)
  async tell(ref: PayloadOf<typeof tellOthers>): Promise<void> {
    await this.telling.tell(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesSchedule(lookAtRuns)
  async lookAtRuns(): Promise<void> {
    await this.turns.sweep();
  }

  @HandlesSchedule(keepRuns)
  async keepRuns(): Promise<void> {
    await this.retention.run();
  }
}
