import pg from 'pg';
import { prepareQueue } from '#jobs';
import { Child } from './delivery/child.js';
import { percentile, type Bench, type Result } from './harness.js';
import { giveKey } from './member-search/search-key.js';
import { searches } from './member-search/searches.js';
import { WORKSPACE } from './segments/generated-shop.js';
import { openShop, type ShopDatabase } from './segments/shop-database.js';

const MEMBERS = 1_000_000;
const DIRECTORY = '.data/bench/segments';
const LIMITS = [50, 1_000];
const RUNS = 3;
const SLOWEST_SHOWN = 5;

interface Timed {
  search: string;
  ms: number;
}

/**
 * Every combination of filters of the member search by HTTP, over the shop of the segments benchmark: the first page and
 * the one after it, each three times after one that warms up. The floor is a page of bare rows by primary key.
 */
export const bench: Bench = async (options) => {
  const { members = MEMBERS } = options;
  const log = (line: string) => options.log(line);
  const shop = await openShop(DIRECTORY, members, log);
  try {
    await prepareQueue(shop.ownerUrl, new URL(shop.url).username);
    const api = await Child.start('api', '/readyz', {
      DATABASE_URL: shop.url,
      ADMIN_KEY: 'bench-admin-key-of-at-least-32-characters',
      ENCRYPTION_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_MINUTE: '0',
    });
    try {
      return await measure(api, shop, log);
    } finally {
      await api.stop();
    }
  } finally {
    await shop.stop();
  }
};

async function measure(api: Child, shop: ShopDatabase, log: (line: string) => void): Promise<Result[]> {
  const owner = new pg.Client(shop.ownerUrl);
  await owner.connect();
  try {
    const key = await giveKey(owner, WORKSPACE);
    const results: Result[] = [];
    const all: Timed[] = [];
    for (const limit of LIMITS) {
      const floor = await barePages(owner, limit);
      const timed: Timed[] = [];
      for (const search of searches()) timed.push(...(await pagesOf(api, key, `${search}limit=${limit}`)));
      timed.sort((a, b) => b.ms - a.ms);
      for (const { search, ms } of timed.slice(0, SLOWEST_SHOWN)) log(`${ms.toFixed(0)} ms for ${search}`);
      results.push(result(`page_of_${limit}_p95_ms`, timed, floor));
      all.push(...timed);
    }
    return [result('page_p95_ms', all, await barePages(owner, Math.max(...LIMITS))), ...results];
  } finally {
    await owner.end();
  }
}

/** The first page, and the second if there is one. */
async function pagesOf(api: Child, key: string, search: string): Promise<Timed[]> {
  const timed: Timed[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 2; page++) {
    const asked: string = cursor === null ? search : `${search}&cursor=${encodeURIComponent(cursor)}`;
    const ask = () => api.call<{ nextCursor: string | null }>('GET', `/v1/members?${asked}`, undefined, key);
    cursor = (await ask()).nextCursor;
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await ask();
      timed.push({ search: asked, ms: performance.now() - start });
    }
    if (cursor === null) break;
  }
  return timed;
}

async function barePages(owner: pg.Client, limit: number): Promise<number> {
  const times: number[] = [];
  for (let page = 0; page < 100; page++) {
    const start = performance.now();
    await owner.query('select * from members where workspace_id = $1 and id > $2 order by id limit $3', [
      WORKSPACE,
      page * limit,
      limit,
    ]);
    times.push(performance.now() - start);
  }
  return percentile(times, 0.95);
}

function result(metric: string, timed: Timed[], floor: number): Result {
  const times = timed.map(({ ms }) => ms);
  const value = percentile(times, 0.95);
  return { metric, value, unit: 'ms', floor, ratio: floor / value };
}
