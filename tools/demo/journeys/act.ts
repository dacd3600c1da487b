import type { VirtualClock } from '#kernel';
import { ApiClient } from '../../../apps/standalone/api-client.js';
import { EmulatedLine, lineUserId } from '../../../apps/standalone/demo-workspace/line-account.js';
import type { Stack } from '../../../apps/standalone/stack.js';
import { comesTrue, type Progress } from '../progress.js';
import { JOURNEYS, MEMBERS, member, SUNDAY_NIGHT, WEEK, type Happening } from './week.js';

export interface JourneysReport {
  /** Messages that the simulation foretold, and that phones received. */
  forecast: number;
  received: number;
  /** Of these, in what only one of the two has. */
  onlyForecast: number;
  onlyReceived: number;
  journeys: number;
  events: number;
  seconds: number;
}

/** A message to one person: by the moment it was due and who it was for. */
interface Foretold {
  at: number;
  memberId: string;
}

/** How long a message may take from its moment to the phone, in real time. */
const PATIENCE_MS = 15_000;

/**
 * A week in a shop on a clock that is turned by hand: ready journeys are switched on, what they would send is foretold from
 * the week's events, then the week happens.
 * @returns the report, and in words whatever the phones received that was not foretold, or the other way round
 */
export async function runJourneys(
  stack: Stack,
  clock: VirtualClock,
  progress: Progress,
): Promise<[JourneysReport, string[]]> {
  const began = performance.now();
  const shop = await Shop.open(stack);
  const events = WEEK.map((happening, n) => ({ id: `week-${n}`, ...happening }));
  const journeys = await shop.switchOn();
  const foretold = await shop.forecast(journeys, events);
  const differences = await live(shop, { clock, events, foretold, progress });
  const received = await shop.received();
  const expected = countBy(foretold.map(({ memberId }) => memberId));
  for (const memberId of new Set([...expected.keys(), ...received.keys()])) {
    const [told, got] = [expected.get(memberId) ?? 0, received.get(memberId) ?? 0];
    if (told !== got) differences.push(`${memberId} was to receive ${told} messages and received ${got}`);
  }
  const over = (a: Map<string, number>, b: Map<string, number>) =>
    [...a].reduce((sum, [id, n]) => sum + Math.max(0, n - (b.get(id) ?? 0)), 0);
  const report = {
    forecast: foretold.length,
    received: [...received.values()].reduce((sum, n) => sum + n, 0),
    onlyForecast: over(expected, received),
    onlyReceived: over(received, expected),
    journeys: journeys.length,
    events: events.length,
    seconds: (performance.now() - began) / 1000,
  };
  return [report, differences];
}

interface Living {
  clock: VirtualClock;
  events: (Happening & { id: string })[];
  foretold: Foretold[];
  progress: Progress;
}

/** Turns the clock from moment to moment; at each, what was foretold until then must have arrived, and nothing else. */
async function live(shop: Shop, { clock, events, foretold, progress }: Living): Promise<string[]> {
  const moments = [...events.map(({ occurredAt }) => Date.parse(occurredAt)), ...foretold.map((one) => one.at)];
  const differences: string[] = [];
  const inOrder = [...new Set([...moments, Date.parse(SUNDAY_NIGHT)])].sort((a, b) => a - b);
  for (const [n, moment] of inOrder.entries()) {
    // A wait that ends at a moment has ended a little later.
    clock.set(new Date(moment + 1_000));
    const now = events.filter(({ occurredAt }) => Date.parse(occurredAt) === moment);
    if (now.length > 0) await shop.post(now);
    const due = foretold.filter((one) => one.at <= moment + 1_000).length;
    const arrived = await comesTrue(async () => (await shop.total()) >= due, PATIENCE_MS);
    if (!arrived)
      differences.push(`at ${new Date(moment).toISOString()} ${due} messages were due, ${await shop.total()} arrived`);
    progress.show('a week', n + 1, inOrder.length);
  }
  return differences;
}

class Shop {
  private constructor(
    private readonly api: ApiClient,
    private readonly line: EmulatedLine,
    private readonly control: ApiClient,
    private readonly lineChannelId: string,
    private readonly channelId: string,
  ) {}

  /** A workspace whose members are all linked to friends. */
  static async open(stack: Stack): Promise<Shop> {
    const admin = new ApiClient(stack.apiUrl, stack.adminKey);
    const { apiKey } = await admin.post<{ apiKey: string }>('/v1/workspaces', {
      name: 'つなぎ珈琲店',
      quietHours: null,
    });
    const api = new ApiClient(stack.apiUrl, apiKey);
    const account = stack.lineAccount;
    const control = new ApiClient(stack.emulatorUrl!);
    const line = new EmulatedLine(control, account);
    await line.open('つなぎ珈琲店');
    const { id } = await api.post<{ id: string }>('/v1/channels', {
      name: 'つなぎ珈琲店',
      lineChannelId: account.channelId,
      channelSecret: account.channelSecret,
      accessToken: account.accessToken,
    });
    const shop = new Shop(api, line, control, account.channelId, id);
    await shop.linkAll();
    return shop;
  }

  private async linkAll(): Promise<void> {
    const numbers = Array.from({ length: MEMBERS }, (_, n) => n + 1);
    await this.api.post('/v1/members/batch', { members: numbers.map((n) => ({ externalId: member(n) })) });
    await this.line.addUsers(numbers.map((n) => ({ userId: lineUserId(n), state: 'friend' })));
    const links = numbers.map((n) => ({ memberId: member(n), lineUserId: lineUserId(n), friend: true }));
    await this.api.post('/v1/links/batch', { channelId: this.channelId, links });
  }

  /** @returns the ids of the journeys */
  async switchOn(): Promise<string[]> {
    const journeys: string[] = [];
    for (const { template, options } of JOURNEYS) {
      const body = { template, channelId: this.channelId, options };
      const { id } = await this.api.post<{ id: string }>('/v1/journeys/from-template', body);
      journeys.push(id);
    }
    return journeys;
  }

  /** What each journey would send on account of these events, and when. */
  async forecast(journeys: string[], events: object[]): Promise<Foretold[]> {
    const all: Foretold[] = [];
    for (const journeyId of journeys) {
      const { forecast } = await this.api.post<{ forecast: { memberId: string; at: string }[] }>(
        '/v1/journeys/simulate',
        { journeyId, events },
      );
      all.push(...forecast.map(({ memberId, at }) => ({ memberId, at: Date.parse(at) })));
    }
    return all.sort((a, b) => a.at - b.at);
  }

  async post(events: object[]): Promise<void> {
    const { rejected } = await this.api.post<{ rejected: object[] }>('/v1/events', { events });
    if (rejected.length > 0) throw new Error(`Refused: ${JSON.stringify(rejected[0])}`);
  }

  /** Messages by member. */
  async received(): Promise<Map<string, number>> {
    const path = `/_emulator/ledger/counts?channelId=${this.lineChannelId}`;
    const { userIds, counts } = await this.control.get<{ userIds: string[]; counts: number[] }>(path);
    const byUser = new Map(userIds.map((userId, n) => [userId, counts[n] ?? 0]));
    const numbers = Array.from({ length: MEMBERS }, (_, n) => n + 1);
    return new Map(
      numbers.flatMap((n) => (byUser.has(lineUserId(n)) ? [[member(n), byUser.get(lineUserId(n))!]] : [])),
    );
  }

  async total(): Promise<number> {
    return [...(await this.received()).values()].reduce((sum, n) => sum + n, 0);
  }
}

function countBy(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The clock at which the week begins. */
export function startOfWeek(): Date {
  return new Date(Date.parse(WEEK[0]!.occurredAt) - 3_600_000);
}
