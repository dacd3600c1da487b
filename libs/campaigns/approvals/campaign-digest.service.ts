import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { parseRule, Segments, segmentsIn } from '#segments';
import { ruleOf } from '../audience-rule.js';
import type { Campaign } from '../campaigns.repository.js';
import { optionsWith } from '../options/campaign-options.js';

/** What is to be sent, to whom and when, as one number: changing any of it changes the number. */
@Injectable()
export class CampaignDigest {
  constructor(private readonly segments: Segments) {}

  /** Segments count with the rules they have now: whoever changes one changes to whom it is sent. */
  async of(scope: Scope, campaign: Campaign): Promise<Buffer> {
    const { channelId, messages, variants, role, unit, sendAt, repeat, audienceId, excludeSegmentIds } = campaign;
    const rule = ruleOf(campaign);
    const rules = new Map<string, object>();
    await this.collect(scope, rule ? segmentsIn(parseRule(rule, '')) : excludeSegmentIds, rules);
    const what = {
      ...{ channelId, messages, variants, role, unit, class: campaign.class },
      ...{ rule, audienceId, excludeSegmentIds, rules: [...rules].sort(([a], [b]) => (a < b ? -1 : 1)) },
      ...{ sendAt: sendAt?.toISOString(), repeat, options: optionsWith(campaign.options, {}) },
    };
    return createHash('sha256').update(JSON.stringify(what)).digest();
  }

  private async collect(scope: Scope, ids: readonly string[], known: Map<string, object>): Promise<void> {
    for (const id of ids) {
      if (known.has(id)) continue;
      const { rule } = await this.segments.get(scope, id);
      known.set(id, rule);
      await this.collect(scope, segmentsIn(rule), known);
    }
  }
}
