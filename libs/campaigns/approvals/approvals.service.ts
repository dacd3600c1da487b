import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import type { Scope } from '#kernel';
import { Workspaces } from '#workspaces';
import { AudienceHandover } from '../audiences/handover.service.js';
import type { Campaign } from '../campaigns.repository.js';
import { approvesOwn, changedMeanwhile } from './approvals.errors.js';
import { ApprovalsRepository } from './approvals.repository.js';
import { CampaignDigest } from './campaign-digest.service.js';

/** What is known of the approval of a campaign. */
export interface ApprovalShown {
  people: number | null;
  /** Of what is sent, hex. */
  digest: string;
  askedBy: string;
  approvedBy: string | null;
  approvedAt: Date | null;
}

/**
 * A campaign to many people leaves only when somebody else than who scheduled it has said yes to just this content, these
 * people and this time. To be called in the transaction that holds the campaign.
 */
@Injectable()
export class CampaignApprovals {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly handover: AudienceHandover,
    private readonly digests: CampaignDigest,
    private readonly approvals: ApprovalsRepository,
    private readonly audit: Audit,
  ) {}

  /** Somebody schedules it. @returns whether it has to wait */
  async begin(scope: Scope, campaign: Campaign): Promise<boolean> {
    await this.approvals.begin(scope, campaign.id, actorOf(scope));
    return this.mustWait(scope, campaign);
  }

  /** Whether it is for too many people to leave without an approval that it does not have, which is asked for then. */
  async mustWait(scope: Scope, campaign: Campaign): Promise<boolean> {
    const { approvalAbove } = await this.workspaces.get(scope);
    if (approvalAbove === null) return false;
    const approved = (await this.approvals.find(scope, campaign.id))?.digest;
    if (approved?.equals(await this.digests.of(scope, campaign))) return false;
    const people = await this.handover.count(scope, campaign);
    if (people <= approvalAbove) return false;
    await this.approvals.ask(scope, campaign.id, people);
    await this.audit.record(scope, 'campaigns.approval_asked', `campaigns/${campaign.id}`, { people });
    return true;
  }

  /**
   * @param digest what whoever approves has seen, hex; undefined: what there is now
   * @throws AppError 403 for who scheduled it, 409 where it is not what was seen any more
   */
  async approve(scope: Scope, campaign: Campaign, digest?: string): Promise<void> {
    const asked = await this.approvals.find(scope, campaign.id);
    const actor = actorOf(scope);
    if (!asked || asked.askedBy === actor) throw approvesOwn();
    const now = await this.digests.of(scope, campaign);
    if (digest !== undefined && digest.toLowerCase() !== now.toString('hex')) throw changedMeanwhile();
    await this.approvals.approve(scope, campaign.id, now, actor);
    const { people } = asked;
    await this.audit.record(scope, 'campaigns.approved', `campaigns/${campaign.id}`, {
      people,
      digest: now.toString('hex'),
    });
  }

  /** Undefined where nobody had to ask. */
  async shown(scope: Scope, campaign: Campaign): Promise<ApprovalShown | undefined> {
    const asked = await this.approvals.find(scope, campaign.id);
    if (!asked || asked.people === null) return undefined;
    const { people, askedBy, approvedBy, approvedAt } = asked;
    const digest = asked.digest ?? (await this.digests.of(scope, campaign));
    return { people, digest: digest.toString('hex'), askedBy, approvedBy, approvedAt };
  }
}

function actorOf({ actor: { kind, id } }: Scope): string {
  return `${kind}:${id}`;
}
