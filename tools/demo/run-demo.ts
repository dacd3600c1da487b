import { fromMinor, startOfLocalDay, toMinor } from '#kernel';
import { ApiClient, inBatches } from '../../apps/standalone/api-client.js';
import { EmulatedLine, lineUserId } from '../../apps/standalone/demo-workspace/line-account.js';
import type { Stack } from '../../apps/standalone/stack.js';
import { CAMPAIGNS, compare, type CampaignReport, type PlannedCampaign } from './campaigns.js';
import type { Purchase, PurchaseFile } from './purchases.js';
import { waitUntil, type Progress } from './progress.js';
import { countBuyers, SEGMENTS } from './segments.js';

export interface DemoReport {
  events: number;
  members: number;
  revenue: number;
  segments: Record<string, number>;
  campaigns: CampaignReport[];
  seconds: number;
}

interface Shop {
  api: ApiClient;
  line: EmulatedLine;
  channelId: string;
  file: PurchaseFile;
  progress: Progress;
}

type Friends = { linked: Map<string, string>; reachable: Map<string, string> };

/** How far ahead the campaigns are scheduled. */
const AHEAD_MS = 3_000;

/**
 * The main job, through the public HTTP API alone: purchases in, members linked, segments asked, two campaigns
 * scheduled and sent, and the ledger held against what the phones received.
 * @returns the report, and in words whatever differs from the file's own figures
 */
export async function runDemo(stack: Stack, file: PurchaseFile, progress: Progress): Promise<[DemoReport, string[]]> {
  const started = process.hrtime.bigint();
  const shop = await openShop(stack, file, progress);
  const events = await importPurchases(shop);
  const buyers = countBuyers(file.purchases);
  const friends = await linkMembers(shop, [...buyers.keys()]);
  const segments = await askSegments(shop);
  const { members, revenue } = await sumMembers(shop);
  const sent = await sendCampaigns(shop, segments.ids);
  const campaigns: CampaignReport[] = [];
  const differences: string[] = [];
  for (const { campaign, totals } of sent) {
    const targeted = [...buyers].filter(([, buyer]) => campaign.includes(buyer)).map(([memberId]) => memberId);
    const eligible = new Set(targeted.flatMap((memberId) => friends.reachable.get(memberId) ?? []));
    const compared = compare(
      { name: campaign.name, ...totals },
      targeted.length,
      eligible,
      await shop.line.received(campaign.unit),
    );
    campaigns.push(compared.report);
    differences.push(...compared.differences);
  }
  if (events !== file.purchases.length) differences.push(`${events} events accepted of ${file.purchases.length}`);
  if (members !== buyers.size) differences.push(`${members} members of ${buyers.size}`);
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  return [{ events, members, revenue, segments: segments.counts, campaigns, seconds }, differences];
}

async function openShop(stack: Stack, file: PurchaseFile, progress: Progress): Promise<Shop> {
  const admin = new ApiClient(stack.apiUrl, stack.adminKey);
  const { apiKey } = await admin.post<{ apiKey: string }>('/v1/workspaces', { ...file.shop, quietHours: null });
  const api = new ApiClient(stack.apiUrl, apiKey);
  const account = stack.lineAccount;
  const line = new EmulatedLine(new ApiClient(stack.emulatorUrl!), account);
  await line.open(file.shop.name);
  const channel = await api.post<{ id: string }>('/v1/channels', {
    name: file.shop.name,
    lineChannelId: account.channelId,
    channelSecret: account.channelSecret,
    accessToken: account.accessToken,
  });
  await line.open(file.shop.name, `${stack.apiUrl}/webhooks/line/${channel.id}`);
  return { api, line, channelId: channel.id, file, progress };
}

async function importPurchases({ api, file, progress }: Shop): Promise<number> {
  let accepted = 0;
  let posted = 0;
  const post = async (batch: Purchase[]) => {
    const answer = await api.post<{ accepted: number; rejected: object[] }>('/v1/events', { events: batch });
    if (answer.rejected.length > 0) throw new Error(`Refused: ${JSON.stringify(answer.rejected[0])}`);
    accepted += answer.accepted;
    progress.show('purchases', (posted += batch.length), file.purchases.length);
  };
  await inBatches(file.purchases, 1000, post);
  return accepted;
}

/** Of twenty members, two stay without LINE, and one of the linked blocks the account afterwards. */
async function linkMembers({ api, line, channelId, progress }: Shop, memberIds: string[]): Promise<Friends> {
  const linked = new Map(memberIds.flatMap((id, index) => (index % 10 === 7 ? [] : [[id, lineUserId(index + 1)]])));
  const pairs = [...linked];
  const blockers = pairs.filter((_, index) => index % 18 === 5);
  await inBatches(pairs, 5000, (batch) => line.addUsers(batch.map(([, userId]) => ({ userId, state: 'friend' }))));
  let done = 0;
  await inBatches(pairs, 1000, async (batch) => {
    const links = batch.map(([memberId, lineUser]) => ({ memberId, lineUserId: lineUser, friend: true }));
    await api.post('/v1/links/batch', { channelId, links });
    progress.show('links', (done += batch.length), pairs.length);
  });
  await line.block(blockers.map(([, userId]) => userId));
  await waitUntil('the blocks to arrive by webhook', async () => {
    const { count } = await preview(api, { kind: 'friend', state: 'blocked' });
    progress.show('blocks', count, blockers.length);
    return count === blockers.length;
  });
  const blocked = new Set(blockers.map(([memberId]) => memberId));
  return { linked, reachable: new Map(pairs.filter(([memberId]) => !blocked.has(memberId))) };
}

function preview(api: ApiClient, rule: object, asOf?: string): Promise<{ count: number }> {
  return api.post('/v1/segments/preview', { rule, asOf });
}

async function askSegments({ api, file, progress }: Shop) {
  const counts: Record<string, number> = {};
  const ids: Record<string, string> = {};
  const asOf = startOfLocalDay(file.asOf, file.shop.timeZone).toISOString();
  for (const [index, segment] of SEGMENTS.entries()) {
    ids[segment.name] = (await api.post<{ id: string }>('/v1/segments', segment)).id;
    counts[segment.name] = (await preview(api, segment.rule, asOf)).count;
    progress.show('segments', index + 1, SEGMENTS.length);
  }
  return { counts, ids };
}

/** Members and revenue as the API lists them, summed in whole minor units. */
async function sumMembers({ api, file }: Shop): Promise<{ members: number; revenue: number }> {
  const everyone = { name: 'everyone', rule: { kind: 'sample', percent: 100 } };
  const { id } = await api.post<{ id: string }>('/v1/segments', everyone);
  let members = 0;
  let revenue = 0n;
  let cursor: string | null = null;
  do {
    const path: string = `/v1/segments/${id}/members?limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const page: { items: { purchaseTotal: number }[]; nextCursor: string | null } = await api.get(path);
    members += page.items.length;
    for (const { purchaseTotal } of page.items) revenue += toMinor(purchaseTotal, file.shop.currency);
    cursor = page.nextCursor;
  } while (cursor);
  return { members, revenue: fromMinor(revenue, file.shop.currency) };
}

interface Sent {
  campaign: PlannedCampaign;
  totals: { audience: number; accepted: number; skipped: number };
}

async function sendCampaigns({ api, channelId, progress }: Shop, segmentIds: Record<string, string>): Promise<Sent[]> {
  const sendAt = new Date(Date.now() + AHEAD_MS).toISOString();
  const running: { campaign: PlannedCampaign; id: string }[] = [];
  for (const campaign of CAMPAIGNS) {
    const { name, messages, unit, segment } = campaign;
    const draft = { name, channelId, segmentId: segmentIds[segment], messages, unit, sendAt };
    const { id } = await api.post<{ id: string }>('/v1/campaigns', draft);
    await api.post(`/v1/campaigns/${id}/schedule`, {});
    running.push({ campaign, id });
  }
  const sent: Sent[] = [];
  for (const { campaign, id } of running) {
    await waitUntil(`the campaign ${campaign.name} to be sent`, async () => {
      const { state, totals } = await api.get<{ state: string; totals: Totals }>(`/v1/campaigns/${id}`);
      if (state === 'failed') throw new Error(`The campaign ${campaign.name} failed.`);
      progress.show(campaign.name, totals.audience - totals.planned, totals.audience);
      if (state !== 'sent') return false;
      const skipped = Object.values(totals.skipped).reduce((sum, count) => sum + count, 0);
      sent.push({ campaign, totals: { audience: totals.audience, accepted: totals.accepted, skipped } });
      return true;
    });
  }
  return sent;
}

interface Totals {
  audience: number;
  planned: number;
  accepted: number;
  skipped: Record<string, number>;
}
