import { Injectable } from '@nestjs/common';
import { HandlesJob, HandlesSchedule, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { drainChannel, keepLedger, planRest, planSend, sweepChannels } from './delivery.jobs.js';
import { Planning } from './planning/planning.service.js';
import { Retention } from './retention/retention.service.js';
import { Drain } from './sending/drain.service.js';
import { Waking } from './sending/waking.service.js';

@Injectable()
export class DeliveryHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly planning: Planning,
    private readonly drain: Drain,
    private readonly waking: Waking,
    private readonly retention: Retention,
  ) {}

  @HandlesJob(planSend)
  async plan({ workspaceId, sendId }: PayloadOf<typeof planSend>): Promise<void> {
    await this.planning.begin(await this.scopes.system(workspaceId), sendId);
  }

  @HandlesJob(planRest)
  async planRest({ workspaceId, sendId }: PayloadOf<typeof planRest>): Promise<void> {
    await this.planning.goOn(await this.scopes.system(workspaceId), sendId);
  }

  @HandlesJob(drainChannel)
  async drainChannel({ workspaceId, channelId }: PayloadOf<typeof drainChannel>): Promise<void> {
    if (this.drain.isAt(channelId)) return;
    const scope = await this.scopes.system(workspaceId);
    if (await this.drain.run(scope, channelId)) await this.waking.wakeAgain(scope, channelId);
  }

  @HandlesSchedule(keepLedger)
  async keepLedger(): Promise<void> {
    await this.retention.run();
  }

  @HandlesSchedule(sweepChannels)
  async sweep(): Promise<void> {
    await this.waking.sweep();
  }
}
