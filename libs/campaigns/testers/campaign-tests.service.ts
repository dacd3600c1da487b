import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Sends } from '#delivery';
import { invalid, type Scope } from '#kernel';
import { Members } from '#members';
import { noTesters, wrongState } from '../campaigns.errors.js';
import type { Campaign } from '../campaigns.repository.js';
import { Campaigns } from '../campaigns.service.js';
import { markedAsTest } from './test-mark.js';
import type { TestCampaignDto } from './testers.dto.js';
import type { Testers } from './testers.repository.js';
import { CampaignTesters, whoIsMissing } from './testers.service.js';

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
    private readonly testers: CampaignTesters,
    private readonly audit: Audit,
  ) {}

  /**
   * To the people named, or to the workspace's testers.
   * @throws AppError 400 for people who are not here, 404, 409 once it has started, or where there are no testers
   */
  async send(scope: Scope, id: string, dto: TestCampaignDto): Promise<{ id: string; audience: number }> {
    return this.db.transaction(scope, async () => {
      const campaign = await this.campaigns.held(scope, id);
      const { channelId, state } = campaign;
      if (!TESTABLE.has(state)) throw wrongState(state, 'tested');
      const content = contentOf(campaign, dto.variant);
      const named = isNamed(dto);
      const people = named ? await this.named(scope, channelId, dto) : await this.registered(scope, channelId);
      // Who is named sees exactly what everybody would; testers, who were not told, see that it is a test.
      const messages = named ? content : markedAsTest(content);
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

  private async named(scope: Scope, channelId: string, dto: TestCampaignDto): Promise<string[]> {
    const { memberIds = [], lineUserIds = [] } = dto;
    const { members, lineUsers } = await this.find(scope, channelId, { memberIds, lineUserIds });
    const errors = [
      ...whoIsMissing('memberIds', memberIds, (one) => members.has(one)),
      ...whoIsMissing('lineUserIds', lineUserIds, (one) => lineUsers.has(one)),
    ];
    if (errors.length > 0) throw invalid(errors);
    return [...new Set([...members.values(), ...lineUsers.values()])];
  }

  /** Those testers whom the channel can know: LINE users are others on each provider's channels. */
  private async registered(scope: Scope, channelId: string): Promise<string[]> {
    const { members, lineUsers } = await this.find(scope, channelId, await this.testers.get(scope));
    const people = [...new Set([...members.values(), ...lineUsers.values()])];
    if (people.length === 0) throw noTesters();
    return people;
  }

  private async find(scope: Scope, channelId: string, { memberIds, lineUserIds }: Testers) {
    return {
      members: await this.members.find(scope, memberIds),
      lineUsers: await this.sends.peopleByLineUser(scope, channelId, lineUserIds),
    };
  }
}

function isNamed({ memberIds = [], lineUserIds = [] }: TestCampaignDto): boolean {
  return memberIds.length + lineUserIds.length > 0;
}

function contentOf({ messages, variants }: Campaign, variant = 0): readonly object[] {
  const content = variants ? variants[variant]?.messages : variant === 0 ? messages : undefined;
  if (!content) throw invalid([{ path: '/variant', detail: 'is none of this campaign' }]);
  return content;
}
