/** Lanes part work by how patient it is, not by the feature it belongs to. */
export type Lane = 'webhooks' | 'delivery' | 'planning' | 'journeys' | 'bulk';

interface LaneOptions {
  /** How many rows one worker process runs at the same time. */
  concurrency: number;
}

/**
 * The one table of lanes. Their sum bounds the database connections that handlers of one worker hold at a time.
 */
export const LANES: Readonly<Record<Lane, LaneOptions>> = {
  /** What LINE has told us, and handing facts to their subscribers: short, wanted within a second. */
  webhooks: { concurrency: 8 },
  /** Requests to LINE: mostly waiting for answers, so many at a time cost little. */
  delivery: { concurrency: 12 },
  /** The rest of large campaigns, slice by slice: as heavy on Postgres as it can be, so one at a time, by turns. */
  planning: { concurrency: 1 },
  /** Steps of journeys: short, wanted within seconds. */
  journeys: { concurrency: 6 },
  /** Imports, recomputations: heavy on Postgres and patient. */
  bulk: { concurrency: 2 },
};

/** Where facts are handed to their subscribers, which is quick and should be soon. */
export const FACT_LANE: Lane = 'webhooks';

export const LANE_NAMES = Object.keys(LANES) as Lane[];
