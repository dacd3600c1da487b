import { Injectable } from '@nestjs/common';
import { Sends, type RecipientOutcome, type RecipientState, type SkipReason } from '#delivery';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { Campaigns } from './campaigns.service.js';

export interface RecipientsQuestion {
  state?: RecipientState;
  reason?: SkipReason;
  /** External id. */
  memberId?: string;
  testId?: string;
  after?: string;
  limit: number;
}

/** Who got a campaign, who did not, and why. */
@Injectable()
export class CampaignRecipients {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly members: Members,
    private readonly sends: Sends,
  ) {}

  /** @throws AppError 404 for the campaign or its test; an unknown member is simply not among them */
  async list(scope: Scope, id: string, question: RecipientsQuestion): Promise<RecipientOutcome[]> {
    const { memberId, testId, ...filter } = question;
    const campaign = await this.campaigns.get(scope, id);
    const sendId = testId === undefined ? campaign.sendId : await this.testOf(scope, id, testId);
    if (!sendId) return [];
    if (memberId === undefined) return this.sends.outcomes(scope, sendId, filter);
    const found = (await this.members.find(scope, [memberId])).get(memberId);
    return found === undefined ? [] : this.sends.outcomes(scope, sendId, { ...filter, memberId: found });
  }

  private async testOf(scope: Scope, id: string, testId: string): Promise<string> {
    const test = await this.sends.get(scope, testId);
    if (test.originKind !== 'test' || test.originId !== id) throw notFound('send');
    return test.id;
  }
}
