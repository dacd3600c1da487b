import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Channels } from '#channels';
import { Database } from '#database';
import { notFound, type Scope } from '#kernel';
import type { ChannelPlanDto } from './channel-plans.dto.js';
import { ChannelPlansRepository, type ChannelPlan } from './channel-plans.repository.js';

/** Which plan of LINE's a channel is on, as somebody has said; LINE does not tell. */
@Injectable()
export class ChannelPlans {
  constructor(
    private readonly db: Database,
    private readonly channels: Channels,
    private readonly repository: ChannelPlansRepository,
    private readonly audit: Audit,
  ) {}

  find(scope: Scope, channelId: string): Promise<ChannelPlan | undefined> {
    return this.repository.find(scope, channelId);
  }

  /** @throws AppError 404 where nobody has said */
  async get(scope: Scope, channelId: string): Promise<ChannelPlanDto> {
    await this.channels.get(scope, channelId);
    const found = await this.repository.find(scope, channelId);
    if (!found) throw notFound('plan');
    return shown(found);
  }

  /** @throws AppError 404 */
  set(scope: Scope, channelId: string, { plan, prices }: ChannelPlanDto): Promise<ChannelPlanDto> {
    const tiers = prices?.map(({ upTo, yen }) => ({ upTo: upTo ?? null, tenthsOfYen: Math.round(yen * 10) })) ?? null;
    return this.db.transaction(scope, async () => {
      await this.channels.get(scope, channelId);
      await this.repository.save(scope, channelId, { plan, tiers });
      await this.audit.record(scope, 'delivery.plan_set', `channels/${channelId}`, { plan, prices });
      return shown({ plan, tiers });
    });
  }

  /** From now on it is told from the quota that LINE names. @throws AppError 404 */
  async forget(scope: Scope, channelId: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.channels.get(scope, channelId);
      if (!(await this.repository.delete(scope, channelId))) return;
      await this.audit.record(scope, 'delivery.plan_forgotten', `channels/${channelId}`);
    });
  }
}

function shown({ plan, tiers }: ChannelPlan): ChannelPlanDto {
  return { plan, prices: tiers?.map(({ upTo, tenthsOfYen }) => ({ upTo, yen: tenthsOfYen / 10 })) ?? null };
}
