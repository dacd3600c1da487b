import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Sends } from '#delivery';
import { RetryAfter } from '#jobs';
import { AppError, type Scope } from '#kernel';
import { CampaignsRepository, type Campaign } from './campaigns.repository.js';

/** Turns campaigns into sends when their time has come. */
@Injectable()
export class CampaignStart {
  constructor(
    private readonly db: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly sends: Sends,
  ) {}

  /** Starts it once, however often it is called; who has been cancelled is not started. */
  async start(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const campaign = await this.campaigns.hold(scope, id);
      if (campaign?.state !== 'scheduled') return;
      const early = campaign.sendAt!.getTime() - scope.clock.now().getTime();
      if (early > 0) throw new RetryAfter(early, 'its time has not come');
      await this.send(scope, campaign);
    });
  }

  private async send(scope: Scope, campaign: Campaign): Promise<void> {
    const { id, channelId, messages, unit, role } = campaign;
    const rule = campaign.rule ?? { kind: 'segment', id: campaign.segmentId! };
    try {
      const sendId = await this.sends.start(scope, {
        channelId,
        origin: { kind: 'campaign', id },
        class: campaign.class,
        messages,
        unit,
        role,
        audience: { rule, asOf: scope.clock.now() },
      });
      await this.campaigns.setState(scope, id, { state: 'started', sendId });
    } catch (error) {
      // Its channel is gone: trying again would not bring it back, and the marketer should see why nothing was sent.
      if (!(error instanceof AppError)) throw error;
      await this.campaigns.setState(scope, id, {
        state: 'failed',
        problem: { code: error.code, detail: error.message },
      });
    }
  }
}
