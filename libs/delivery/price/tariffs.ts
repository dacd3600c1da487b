/** The plans of LINE Official Accounts in Japan. */
export const LINE_PLANS = ['communication', 'light', 'standard'] as const;
export type LinePlan = (typeof LINE_PLANS)[number];

/** What messages beyond the free ones of a month cost, up to and including so many of them. */
export interface Tier {
  /** Null: all that come after. */
  upTo: number | null;
  /** Without tax. Tenths, because LINE's prices have one decimal: 28 is ¥2.8. */
  tenthsOfYen: number;
}

export interface PlanTerms {
  /** Yen a month without tax. */
  monthly: number;
  /** Messages a month that are in it. */
  free: number;
  /** Null: LINE sends no more than the free ones. */
  tiers: readonly Tier[] | null;
}

/** What LINE charges from a day on, by the calendar of Japan. */
export interface Tariff {
  validFrom: string;
  /** From this day LINE charges other prices for further messages, which are not written down here. */
  staleFrom: string | null;
  /** Consumption tax. */
  taxPercent: number;
  plans: Readonly<Record<LinePlan, PlanTerms>>;
}

/**
 * Newest first.
 *
 * Plans and free messages: https://developers.line.biz/en/docs/messaging-api/pricing/ (seen as of 2026-08), in force since
 * https://www.lycbiz.com/jp/news/line-official-account/20221031/. Prices of further messages: by brackets, each message
 * at the price of its own (50,000 × ¥3 + 20,000 × ¥2.8 for 70,000: https://line-sm.com/blog/lineofficial_message_count/),
 * from LINE's table line-official-account-price-table.pdf at lycbiz.com as others print it: up to a million in
 * https://github.com/fullkawa/line-at-cost (Plan2019Standard.php), ¥3 and ¥2.8 of it confirmed for 2023 and later by
 * https://mico-inc.com/blog/line-official-account-price. The price beyond a million was not found; the last known one is
 * used, which is rather too high than too low.
 *
 * LINE has announced other prices of further messages from 2026-10-01
 * (https://www.lycbiz.com/jp/service/line-official-account/plan/); they were not to be found. Until they stand here,
 * quotes say that they are estimates, and a channel can have its own (see ChannelPlan).
 */
export const TARIFFS: readonly Tariff[] = [
  {
    validFrom: '2023-06-01',
    staleFrom: '2026-10-01',
    taxPercent: 10,
    plans: {
      communication: { monthly: 0, free: 200, tiers: null },
      light: { monthly: 5_000, free: 5_000, tiers: null },
      standard: {
        monthly: 15_000,
        free: 30_000,
        tiers: [
          { upTo: 50_000, tenthsOfYen: 30 },
          { upTo: 100_000, tenthsOfYen: 28 },
          { upTo: 200_000, tenthsOfYen: 26 },
          { upTo: 300_000, tenthsOfYen: 24 },
          { upTo: 400_000, tenthsOfYen: 22 },
          { upTo: 500_000, tenthsOfYen: 20 },
          { upTo: 600_000, tenthsOfYen: 19 },
          { upTo: 700_000, tenthsOfYen: 18 },
          { upTo: 800_000, tenthsOfYen: 17 },
          { upTo: 900_000, tenthsOfYen: 16 },
          { upTo: null, tenthsOfYen: 15 },
        ],
      },
    },
  },
];

/** What LINE charges on a day (`YYYY-MM-DD`); before the first tariff known here, that. */
export function tariffOn(day: string): Tariff {
  return TARIFFS.find(({ validFrom }) => validFrom <= day) ?? TARIFFS.at(-1)!;
}
