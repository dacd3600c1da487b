import type { Client } from 'pg';
import { SendingStack } from './delivery/sending-stack.js';
import { median, percentile, type Bench, type Result } from './harness.js';
import { generateLedger, type GeneratedCampaign } from './recipients/generated-ledger.js';
import { lookups, type Lookup } from './recipients/lookups.js';
import { plannedIn, preparePlanning } from './recipients/planning.js';

const PEOPLE = 10_000_000;
/** Of the shop: everybody is named by every campaign. */
const MEMBERS = 500_000;
const LOOKUPS_EACH = 240;
const WARM_UP = 30;
const SLOWEST_SHOWN = 8;

interface Timed extends Lookup {
  ms: number;
}

/**
 * Who got what, and why not, by HTTP over a generated ledger: one person of a campaign, a page of a campaign's people by
 * state or reason (and the page after it), and what one member was sent. The floor is a page of the ledger by primary key.
 * And a real campaign planned beside that ledger, against the same one beside an empty ledger.
 */
export const bench: Bench = async (options) => {
  const { members: people = PEOPLE } = options;
  const members = Math.min(MEMBERS, Math.ceil(people / 20));
  const stack = await SendingStack.start();
  try {
    const shop = await stack.openShop(members);
    await stack.asOwner((owner) => preparePlanning(owner, members));
    const empty = await plannedIn(stack, shop);
    options.log(`planning beside an empty ledger: ${listed(empty)} ms`);
    const began = performance.now();
    const campaigns = await stack.asOwner((owner) => generate(owner, shop.channelId, members, people));
    options.log(
      `${people} people of ${campaigns.length} campaigns in ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    const results = await answers(stack, shop.key, lookups(campaigns, members, LOOKUPS_EACH), (line) =>
      options.log(line),
    );
    const full = await plannedIn(stack, shop);
    options.log(`planning beside this ledger: ${listed(full)} ms`);
    return [...results, { metric: 'planning_slowdown', value: median(full) / median(empty), unit: 'x' }];
  } finally {
    await stack.stop();
  }
};

async function generate(
  owner: Client,
  channelId: string,
  members: number,
  people: number,
): Promise<GeneratedCampaign[]> {
  const { rows } = await owner.query<{ id: string }>('select workspace_id as id from channels where id = $1', [
    channelId,
  ]);
  return generateLedger(owner, { workspaceId: rows[0]!.id, channelId, members, people });
}

async function answers(
  stack: SendingStack,
  key: string,
  asked: Lookup[],
  log: (line: string) => void,
): Promise<Result[]> {
  for (const lookup of asked.slice(0, WARM_UP)) await ask(stack, key, lookup);
  const timed: Timed[] = [];
  for (const lookup of asked.slice(WARM_UP)) timed.push(...(await ask(stack, key, lookup)));
  timed.sort((a, b) => b.ms - a.ms);
  for (const { path, ms } of timed.slice(0, SLOWEST_SHOWN)) log(`${ms.toFixed(0)} ms for ${path}`);
  const floor = await stack.asOwner(barePages);
  const kinds = [...new Set(asked.map(({ kind }) => kind))].sort();
  return [
    result('lookup_p95_ms', timed, floor),
    ...kinds.map((kind) =>
      result(
        `${kind}_p95_ms`,
        timed.filter((one) => one.kind === kind),
        floor,
      ),
    ),
  ];
}

/** The answer and, where it is a list that goes on, the page after it. */
async function ask(stack: SendingStack, key: string, { kind, path }: Lookup): Promise<Timed[]> {
  const timed: Timed[] = [];
  let asked = path;
  for (let page = 0; page < 2; page++) {
    const began = performance.now();
    const answer = await stack.request<{ items: object[]; nextCursor: string | null }>(
      'GET',
      `/v1/${asked}`,
      undefined,
      key,
    );
    timed.push({ kind, path: asked, ms: performance.now() - began });
    if (kind === 'member_of_campaign' && answer.items.length !== 1) throw new Error(`${asked} knows nobody.`);
    if (answer.nextCursor === null) break;
    asked = `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(answer.nextCursor)}`;
  }
  return timed;
}

/** Pages by primary key with whom they hold: the 95th percentile in milliseconds. */
async function barePages(owner: Client): Promise<number> {
  const { rows } = await owner.query<{ workspaceId: string; sendId: string; number: number }>(
    `select workspace_id as "workspaceId", send_id as "sendId", number from pages tablesample system (1) limit 300`,
  );
  const times: number[] = [];
  for (const { workspaceId, sendId, number } of rows) {
    const began = performance.now();
    await owner.query(
      'select state, reason, request_id, settled_at, member_ids, line_user_ids from pages where workspace_id = $1 and send_id = $2 and number = $3',
      [workspaceId, sendId, number],
    );
    times.push(performance.now() - began);
  }
  return percentile(times, 0.95);
}

function result(metric: string, timed: Timed[], floor: number): Result {
  const times = timed.map(({ ms }) => ms);
  const value = percentile(times, 0.95);
  return { metric, value, unit: 'ms', floor, ratio: floor / value };
}

function listed(values: number[]): string {
  return values.map((ms) => ms.toFixed(0)).join(' ');
}
