import type { Buyer } from './segments.js';

/** A campaign of the demo, and who belongs to it by the file's own figures. */
export interface PlannedCampaign {
  name: string;
  unit: string;
  segment: string;
  messages: object[];
  includes(buyer: Buyer): boolean;
}

export const CAMPAIGNS: PlannedCampaign[] = [
  {
    name: 'the same for all (multicast)',
    unit: 'demo_multicast',
    segment: 'bought at least twice',
    messages: [{ type: 'text', text: 'いつもありがとうございます。新商品が入荷しました。' }],
    includes: ({ count }) => count >= 2,
  },
  {
    name: 'personalised (push)',
    unit: 'demo_push',
    segment: 'bought at least five times',
    messages: [{ type: 'text', text: '会員番号 {{member.externalId}} 様へ、常連の方だけのご案内です。' }],
    includes: ({ count }) => count >= 5,
  },
];

export interface CampaignReport {
  name: string;
  audience: number;
  accepted: number;
  skipped: number;
  receivedOnce: number;
  receivedMore: number;
  receivedByIneligible: number;
}

/**
 * Holds what the ledger says against what the emulator's phones received.
 * @param eligible LINE user ids of the friends who belong to the campaign by the file's own figures
 * @returns the figures, and in words whatever differs
 */
export function compare(
  report: Pick<CampaignReport, 'name' | 'audience' | 'accepted' | 'skipped'>,
  members: number,
  eligible: Set<string>,
  received: Map<string, number>,
): { report: CampaignReport; differences: string[] } {
  const counts = [...received.values()];
  const full: CampaignReport = {
    ...report,
    receivedOnce: counts.filter((count) => count === 1).length,
    receivedMore: counts.filter((count) => count > 1).length,
    receivedByIneligible: [...received.keys()].filter((userId) => !eligible.has(userId)).length,
  };
  const expected: [string, number, number][] = [
    ['audience', full.audience, members],
    ['accepted', full.accepted, eligible.size],
    ['skipped', full.skipped, members - eligible.size],
    ['received once', full.receivedOnce, eligible.size],
    ['received more than once', full.receivedMore, 0],
    ['received by somebody ineligible', full.receivedByIneligible, 0],
  ];
  const differences = expected
    .filter(([, found, wanted]) => found !== wanted)
    .map(([what, found, wanted]) => `${full.name}: ${what} is ${found}, should be ${wanted}`);
  return { report: full, differences };
}
