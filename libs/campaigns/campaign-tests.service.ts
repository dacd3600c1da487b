import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Sends } from '#delivery';
import { invalid, type FieldError, type Scope } from '#kernel';
import { Members } from '#members';
import type { TestCampaignDto } from './campaigns.dto.js';
import { wrongState } from './campaigns.errors.js';
import { Campaigns } from './campaigns.service.js';

/** Before anything has left. */
const TESTABLE: ReadonlySet<string> = new Set(['draft', 'scheduled', 'awaiting_approval']);

/**
 * Sends a campaign's messages to a few people before it is scheduled for all. A test is a send of its own: ahead of
 * everything else on the channel, without an aggregation unit, and in no total of the campaign.
 */
@Injectable()
export class CampaignTests {
  constructor(
    private readonly db: Database,
    private readonly campaigns: Campaigns,
    private readonly members: Members,
    private readonly sends: Sends,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError 400 for people who are not here, 404, 409 once it has started */
  async send(scope: Scope, id: string, dto: TestCampaignDto): Promise<{ id: string; audience: number }> {
    return this.db.transaction(scope, async () => {
      const { channelId, messages, state } = await this.campaigns.held(scope, id);
      if (!TESTABLE.has(state)) throw wrongState(state, 'tested');
      const people = await this.people(scope, channelId, dto);
      const testId = await this.sends.start(scope, {
        channelId,
        origin: { kind: 'test', id },
        class: 'transactional',
        messages,
        unit: null,
        audience: { people },
      });
      await this.audit.record(scope, 'campaigns.tested', `campaigns/${id}`, { testId, audience: people.length });
      return { id: testId, audience: people.length };
    });
  }

  private async people(scope: Scope, channelId: string, dto: TestCampaignDto): Promise<string[]> {
    const { memberIds = [], lineUserIds = [] } = dto;
    const members = await this.members.find(scope, memberIds);
    const lineUsers = await this.sends.peopleByLineUser(scope, channelId, lineUserIds);
    const errors: FieldError[] = [
      ...memberIds.flatMap((one, i) =>
        members.has(one) ? [] : missing(`/memberIds/${i}`, 'member of this workspace'),
      ),
      ...lineUserIds.flatMap((one, i) =>
        lineUsers.has(one) ? [] : missing(`/lineUserIds/${i}`, 'LINE user known to this channel'),
      ),
    ];
    if (errors.length > 0) throw invalid(errors);
    return [...new Set([...members.values(), ...lineUsers.values()])];
  }
}

function missing(path: string, what: string): FieldError[] {
  return [{ path, detail: `names no ${what}` }];
}
