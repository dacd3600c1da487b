import { seededRandom } from '../../apps/standalone/demo-workspace/seeded-random.js';
import { SENDING_POINTS, STEPPING_POINTS, type CrashPointName } from './crash-points.js';

/** One death. `afterMs`: how long everything goes on before. */
export interface Kill {
  of: 'worker' | 'api';
  /** A named point, the nth time a worker comes there; absent: whatever it is doing. */
  at?: { point: CrashPointName; nth: number };
  afterMs: number;
  /** What happens to connections meanwhile. */
  disturbance?: Disturbance;
  /** Of the campaign that is scheduled beside it. */
  personalised: boolean;
  shop: 0 | 1;
}

const DISTURBANCES = [
  'connections to Postgres end',
  'connections to the queue freeze',
  'connections to LINE end',
  'LINE is slow',
] as const;
export type Disturbance = (typeof DISTURBANCES)[number];

const SHARES = { api: 0.15, moment: 0.25, disturbed: 0.15 };
const LONGEST_MS = 1_500;

/** The same kills for the same seed: named points by turns in an order of the seed's, some at any moment, some of the api. */
export function planKills(count: number, seed: number): Kill[] {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const points = shuffled<CrashPointName>([...SENDING_POINTS, ...STEPPING_POINTS], random);
  let named = 0;
  return Array.from({ length: count }, () => {
    const kind = random();
    const isNamed = kind >= SHARES.api + SHARES.moment;
    return {
      of: kind < SHARES.api ? 'api' : 'worker',
      at: isNamed ? { point: points[named++ % points.length]!, nth: 1 + Math.floor(random() * 3) } : undefined,
      afterMs: isNamed ? 0 : Math.floor(random() * LONGEST_MS),
      disturbance: random() < SHARES.disturbed ? pick(DISTURBANCES) : undefined,
      personalised: random() < 0.5,
      shop: random() < 0.5 ? 0 : 1,
    };
  });
}

function shuffled<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
