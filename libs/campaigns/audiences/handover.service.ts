import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '#database';
import type { SendOrder } from '#delivery';
import { notFound, type Scope } from '#kernel';
import { MessageContent } from '#messages';
import { parseRule, Segments } from '#segments';
import { othersThan, ruleOf } from '../audience-rule.js';
import type { Campaign } from '../campaigns.repository.js';
import { AudiencePeopleRepository } from './audience-people.repository.js';
import { audienceNotReady, audienceOfAnotherChannel, audienceWithoutValues } from './audiences.errors.js';
import { AudiencesRepository } from './audiences.repository.js';

/** Hands the audience of a campaign over to delivery: as a rule, or as the people of a list. */
@Injectable()
export class AudienceHandover {
  constructor(
    private readonly audiences: AudiencesRepository,
    private readonly people: AudiencePeopleRepository,
    private readonly segments: Segments,
    private readonly db: Database,
  ) {}

  /** In the transaction in which the send is decided. */
  async audience(scope: Scope, campaign: Campaign): Promise<SendOrder['audience']> {
    const asOf = scope.clock.now();
    const rule = ruleOf(campaign);
    if (rule) return { rule, asOf };
    const condition = await this.othersThan(scope, campaign, asOf);
    return { people: await this.people.all(scope, campaign.audienceId!, condition) };
  }

  /** How many people it names now, exactly. */
  async count(scope: Scope, campaign: Campaign): Promise<number> {
    return (await this.reach(scope, campaign)).named;
  }

  /** The same, and how many of them are friends; of a list that is not asked, and all of them count as such. */
  async reach(scope: Scope, campaign: Campaign): Promise<{ named: number; reachable: number }> {
    const rule = ruleOf(campaign);
    if (rule) {
      const { count, reachable } = await this.segments.preview(scope, { rule: parseRule(rule, '/rule') });
      return { named: count, reachable };
    }
    const named = await this.db.transaction(scope, async () => {
      const condition = await this.othersThan(scope, campaign, scope.clock.now());
      return this.people.count(scope, campaign.audienceId!, condition);
    });
    return { named, reachable: named };
  }

  /** @throws AppError 409 where its people could not be sent this, or are not known yet */
  async assertReady(scope: Scope, { audienceId, channelId, messages, variants }: Campaign): Promise<void> {
    if (audienceId === null) return;
    const audience = await this.audiences.hold(scope, audienceId);
    if (!audience) throw notFound('audience');
    if (audience.state !== 'ready') throw audienceNotReady(audience.state);
    const { unlinked } = audience;
    if (unlinked === 0) return;
    if (audience.channelId !== channelId) throw audienceOfAnotherChannel(unlinked);
    // Delivery shows who is no member the variables' names, which is for testers only.
    const contents = variants ? variants.map((one) => one.messages) : [messages];
    if (contents.some((one) => MessageContent.read(one).personalised)) throw audienceWithoutValues(unlinked);
  }

  private async othersThan(scope: Scope, { excludeSegmentIds }: Campaign, asOf: Date): Promise<Sql | undefined> {
    const others = othersThan(excludeSegmentIds);
    return others && this.segments.condition(scope, others, asOf);
  }
}
