import { Injectable } from '@nestjs/common';
import { Outcomes, Sends, type OutcomeFilter, type RecipientOutcome } from '#delivery';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { Campaigns } from '../campaigns.service.js';

/** Which of them. */
export interface RecipientsFilter extends Omit<OutcomeFilter, 'memberId' | 'after' | 'limit'> {
  /** External id. */
  memberId?: string;
  testId?: string;
  /** Of one that comes back; default: the newest run. */
  runId?: string;
}

export type RecipientsQuestion = RecipientsFilter & Pick<OutcomeFilter, 'after' | 'limit'>;
/** Who got a campaign, who did not, and why. */
@Injectable()
export class CampaignRecipients {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly members: Members,
    private readonly sends: Sends,
    private readonly outcomes: Outcomes,
  ) {}

  /** @throws AppError 404 for the campaign, its test or its run; an unknown member is simply not among them */
  async list(scope: Scope, id: string, question: RecipientsQuestion): Promise<RecipientOutcome[]> {
    const { memberId, testId, runId, ...filter } = question;
    const campaign = await this.campaigns.get(scope, id);
    const given = testId ?? runId;
    const kind = testId === undefined ? 'campaign' : 'test';
    const sendId = given === undefined ? campaign.sendId : await this.sendOf(scope, id, given, kind);
    if (!sendId) return [];
    if (memberId === undefined) return this.outcomes.list(scope, sendId, filter);
    const found = (await this.members.find(scope, [memberId])).get(memberId);
    return found === undefined ? [] : this.outcomes.list(scope, sendId, { ...filter, memberId: found });
  }

  private async sendOf(scope: Scope, id: string, sendId: string, kind: 'campaign' | 'test'): Promise<string> {
    const send = await this.sends.get(scope, sendId);
    if (send.originKind !== kind || send.originId !== id) throw notFound('send');
    return send.id;
  }
}
