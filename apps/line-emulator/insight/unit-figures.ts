import type { Interaction } from './interactions.js';

/** LINE tells no number that is smaller, or that fewer people have made. */
const FEWEST = 20;

/** What LINE tells of an aggregation unit: https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit */
export function unitFigures(all: readonly Interaction[]): object {
  const clicks = all.filter(({ url }) => url !== undefined);
  const bubbles = [...new Set(all.map(({ seq }) => seq))].sort((a, b) => a - b);
  const addresses = [...new Set(clicks.map(({ seq, url }) => JSON.stringify([seq, url])))];
  return {
    overview: {
      uniqueImpression: people(all),
      uniqueClick: people(clicks),
      uniqueMediaPlayed: null,
      uniqueMediaPlayed100Percent: null,
    },
    messages: bubbles.map((seq) => bubble(seq, all)),
    clicks: addresses.map((address, i) => {
      const [seq, url] = JSON.parse(address) as [number, string];
      const here = clicks.filter((one) => one.seq === seq && one.url === url);
      const anywhere = clicks.filter((one) => one.url === url);
      return {
        ...{ seq: i + 1, url, click: times(here), uniqueClick: people(here) },
        uniqueClickOfRequest: people(anywhere),
      };
    }),
  };
}

function bubble(seq: number, all: readonly Interaction[]): object {
  const seen = all.filter((one) => one.seq === seq && one.url === undefined);
  const media = ['', '25Percent', '50Percent', '75Percent', '100Percent'].flatMap((part) => [
    `mediaPlayed${part}`,
    `uniqueMediaPlayed${part}`,
  ]);
  const nothing = Object.fromEntries(media.map((name) => [name, null]));
  return { seq, impression: times(seen), uniqueImpression: people(seen), ...nothing };
}

function distinct(some: readonly Interaction[]): number {
  return new Set(some.flatMap(({ userIds }) => userIds)).size;
}

function people(some: readonly Interaction[]): number | null {
  const count = distinct(some);
  return count < FEWEST ? null : count;
}

function times(some: readonly Interaction[]): number | null {
  return distinct(some) < FEWEST ? null : some.reduce((sum, { userIds }) => sum + userIds.length, 0);
}
