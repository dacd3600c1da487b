import { ApiClient, inBatches } from '../../apps/standalone/api-client.js';
import type { ChaosStack } from './chaos-stack.js';

export interface Person {
  memberId: string;
  userId: string;
  rank: 'gold' | 'silver';
  /** Whether a send may reach them. */
  state: 'eligible' | 'blocked' | 'not linked';
}

export interface CampaignOrder {
  unit: string;
  rank?: 'gold' | 'silver';
  text?: string;
}

export interface CampaignView {
  id: string;
  state: string;
  totals: { planned: number; accepted: number; rejected: number; uncertain: number; skipped: Record<string, number> };
  problem?: { code: string; quotaLeft?: number } | null;
}

const STATES: Person['state'][] = ['blocked', 'not linked'];
const BATCH = 1_000;
let opened = 0;

/** A workspace of its own with one channel: of twenty people one blocks it, one is not linked. Even ones are gold. */
export class ChaosShop {
  private constructor(
    readonly stack: ChaosStack,
    private readonly key: string,
    readonly channelId: string,
    readonly lineChannelId: string,
    readonly account: { channelSecret: string; accessToken: string },
    readonly people: Person[],
  ) {}

  static async open(stack: ChaosStack, count: number): Promise<ChaosShop> {
    const nth = ++opened;
    const { apiKey } = await stack.admin.post<{ apiKey: string }>('/v1/workspaces', { name: `Shop ${nth}` });
    // Whoever runs this at night waits for nobody's morning.
    await stack.client(apiKey).patch('/v1/workspace', { quietHours: null });
    const lineChannelId = String(2_000_000_000 + nth);
    const account = { channelSecret: 'a'.repeat(32), accessToken: `chaos-token-${nth}` };
    const webhooks = { webhookActive: true, quota: null };
    await stack.line.put('channels', { channelId: lineChannelId, ...account, ...webhooks });
    const given = { name: 'Shop', lineChannelId, ...account, verify: false };
    const { id } = await stack.client(apiKey).post<{ id: string }>('/v1/channels', given);
    const people = Array.from({ length: count }, (_, i) => person(nth, i));
    const shop = new ChaosShop(stack, apiKey, id, lineChannelId, account, people);
    await shop.bringPeople();
    return shop;
  }

  /** Anew each time, because the api may have come back since. */
  get api(): ApiClient {
    return this.stack.client(this.key);
  }

  eligible(rank?: Person['rank']): Person[] {
    return this.people.filter((one) => one.state === 'eligible' && (rank === undefined || one.rank === rank));
  }

  /** Drafts a campaign and schedules it for now. Without a text of their own it goes by multicast. */
  async send({ unit, rank, text = `Hello from ${unit}` }: CampaignOrder): Promise<string> {
    const id = await this.draft({ unit, rank, text });
    await this.api.post(`/v1/campaigns/${id}/schedule`, {});
    return id;
  }

  async draft({ unit, rank, text = `Hello from ${unit}` }: CampaignOrder, idempotencyKey?: string): Promise<string> {
    const rule = { kind: 'rank', in: rank === undefined ? ['gold', 'silver'] : [rank] };
    const draft = { name: unit, channelId: this.channelId, rule, unit, messages: [{ type: 'text', text }] };
    return (await this.api.post<{ id: string }>('/v1/campaigns', draft, idempotencyKey)).id;
  }

  campaign(id: string): Promise<CampaignView> {
    return this.api.get<CampaignView>(`/v1/campaigns/${id}`);
  }

  async isOver(id: string): Promise<boolean> {
    return ['sent', 'failed', 'cancelled'].includes((await this.campaign(id)).state);
  }

  /** Switches a ready journey on. @returns the unit of everything it sends */
  async journey(template: string, options: object): Promise<string> {
    const order = { template, channelId: this.channelId, options };
    const { id } = await this.api.post<{ id: string }>('/v1/journeys/from-template', order);
    return `j_${BigInt(`0x${id.replaceAll('-', '')}`).toString(36)}`;
  }

  received(unit?: string): Promise<Map<string, number>> {
    return this.stack.line.received(this.lineChannelId, unit);
  }

  /**
   * Holds what LINE has sent against who was to get it.
   * @returns what differs, in words; empty where each of them got it exactly once, and nobody else
   */
  async differences(unit: string, expected: readonly Person[]): Promise<string[]> {
    const received = await this.received(unit);
    const wanted = new Set(expected.map(({ userId }) => userId));
    const missing = [...wanted].filter((userId) => !received.has(userId)).length;
    const more = [...received.values()].filter((count) => count > 1).length;
    const strangers = [...received.keys()].filter((userId) => !wanted.has(userId)).length;
    return [
      ...(missing > 0 ? [`${unit}: ${missing} of ${wanted.size} got nothing`] : []),
      ...(more > 0 ? [`${unit}: ${more} got it more than once`] : []),
      ...(strangers > 0 ? [`${unit}: ${strangers} got it who should not have`] : []),
    ];
  }

  /** Everything about a campaign that is over. @returns what is wrong, in words */
  async verdict(id: string, { unit, rank }: CampaignOrder): Promise<string[]> {
    const { state, totals } = await this.campaign(id);
    const named = this.people.filter((one) => rank === undefined || one.rank === rank).length;
    const skipped = Object.values(totals.skipped).reduce((sum, count) => sum + count, 0);
    const sum = totals.accepted + totals.rejected + totals.uncertain + skipped;
    const accepted = this.eligible(rank).length;
    return [
      ...(await this.differences(unit, this.eligible(rank))),
      ...(state === 'sent' ? [] : [`${unit}: it is ${state}`]),
      ...(sum === named && totals.planned === 0 ? [] : [`${unit}: ${JSON.stringify(totals)} is not ${named} people`]),
      ...(totals.accepted === accepted ? [] : [`${unit}: ${totals.accepted} of ${accepted} are accepted`]),
    ];
  }

  private async bringPeople(): Promise<void> {
    const atLine = this.people.map(({ userId, state }) => ({
      userId,
      state: state === 'blocked' ? 'blocked' : 'friend',
    }));
    await this.stack.line.put('users', { channelId: this.lineChannelId, users: atLine });
    await inBatches(this.people, BATCH, async (some) => {
      const members = some.map(({ memberId, rank }) => ({ externalId: memberId, rank }));
      await this.api.post('/v1/members/batch', { members });
      const links = some
        .filter(({ state }) => state !== 'not linked')
        .map(({ memberId, userId, state }) => ({ memberId, lineUserId: userId, friend: state === 'eligible' }));
      await this.api.post('/v1/links/batch', { channelId: this.channelId, links });
    });
  }
}

function person(nth: number, i: number): Person {
  return {
    memberId: `m${i}`,
    userId: `U${nth.toString(16).padStart(8, '0')}${i.toString(16).padStart(24, '0')}`,
    rank: i % 2 === 0 ? 'gold' : 'silver',
    state: STATES[i % 20] ?? 'eligible',
  };
}
