import { RECIPIENT_STATES, SKIP_REASONS } from '#delivery';
import type { GeneratedCampaign } from './generated-ledger.js';

/** What is asked, by kind; each question is asked of another campaign or member. */
export type LookupKind = 'member_of_campaign' | 'page_of_campaign' | 'sends_of_member';

export interface Lookup {
  kind: LookupKind;
  path: string;
}

/** Questions in a mix of kinds, spread over all campaigns and members. @param each of every kind */
export function lookups(campaigns: readonly GeneratedCampaign[], members: number, each: number): Lookup[] {
  const filters = listFilters();
  return Array.from({ length: each }, (_, n) => n).flatMap((n) => {
    const campaign = campaigns[(n * 7) % campaigns.length]!;
    const member = `m${(n * 7_919 + 13) % members}`;
    const other = filters[n % filters.length]!;
    return [
      { kind: 'member_of_campaign', path: `campaigns/${campaign.id}/recipients?member=${member}` },
      { kind: 'page_of_campaign', path: `campaigns/${campaign.id}/recipients${other}` },
      { kind: 'sends_of_member', path: `members/${member}/sends` },
    ] satisfies Lookup[];
  });
}

function listFilters(): string[] {
  return [
    '',
    ...RECIPIENT_STATES.map((state) => `?state=${state}`),
    ...SKIP_REASONS.map((reason) => `?reason=${reason}`),
    '?state=skipped&reason=blocked',
    '?state=skipped&reason=capped',
    '?state=rejected&variant=2',
  ];
}
