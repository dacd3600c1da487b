import { ApiClient } from '../../apps/standalone/api-client.js';

/** A request that LINE has accepted. */
export interface LedgerRequest {
  at: number;
  requestId: string;
  endpoint: string;
  unit?: string;
  repeats: number;
  addressed: number;
  delivered: number;
  messages: unknown[];
}

interface EndpointFigures {
  channelId: string | null;
  endpoint: string;
  total: number;
  byStatus: Record<string, number>;
  rateLimited: number;
  peakPerSecond: number;
}

export interface LedgerSummary {
  accepted: number;
  repeats: number;
  delivered: number;
  notDelivered: Record<'blocked' | 'deleted' | 'stranger' | 'unknown', number>;
}

const PAGE = 5_000;

/** What the stand-in LINE knows, past every proxy; and what it is told to do wrong. */
export class LineLedger {
  private readonly control: ApiClient;

  constructor(private readonly url: string) {
    this.control = new ApiClient(url);
  }

  put(path: string, body: object): Promise<unknown> {
    return this.control.post(`/_emulator/${path}`, body);
  }

  async fault(fault: { kind: string } & Record<string, unknown>): Promise<void> {
    await this.put('faults', fault);
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.url}/_emulator/faults`, { method: 'DELETE' });
  }

  /** How often each person received something of a unit, or of all. */
  async received(channelId: string, unit?: string): Promise<Map<string, number>> {
    const filter = unit === undefined ? '' : `&unit=${unit}`;
    const path = `/_emulator/ledger/counts?channelId=${channelId}${filter}`;
    const { userIds, counts } = await this.control.get<{ userIds: string[]; counts: number[] }>(path);
    return new Map(userIds.map((userId, i) => [userId, counts[i]!]));
  }

  /** Accepted requests of a unit, or all, oldest first. */
  async requests(channelId: string, unit?: string): Promise<LedgerRequest[]> {
    const all: LedgerRequest[] = [];
    const filter = unit === undefined ? '' : `&unit=${unit}`;
    for (;;) {
      const path = `/_emulator/ledger/requests?channelId=${channelId}${filter}&offset=${all.length}&limit=${PAGE}`;
      const { requests } = await this.control.get<{ requests: LedgerRequest[] }>(path);
      all.push(...requests);
      if (requests.length < PAGE) return all;
    }
  }

  /** What one person was addressed with, of a unit. */
  async ofPerson(channelId: string, userId: string, unit: string): Promise<Pick<LedgerRequest, 'at' | 'messages'>[]> {
    const path = `/_emulator/ledger?channelId=${channelId}&userId=${userId}&unit=${unit}`;
    return (await this.control.get<{ entries: Pick<LedgerRequest, 'at' | 'messages'>[] }>(path)).entries;
  }

  summary(channelId: string): Promise<LedgerSummary> {
    return this.control.get<LedgerSummary>(`/_emulator/ledger/summary?channelId=${channelId}`);
  }

  /** Traffic at the endpoints that send, of all channels or one. */
  async sending(channelId?: string): Promise<EndpointFigures[]> {
    const filter = channelId === undefined ? '' : `?channelId=${channelId}`;
    const { endpoints } = await this.control.get<{ endpoints: EndpointFigures[] }>(`/_emulator/requests${filter}`);
    return endpoints.filter(({ endpoint }) => endpoint === 'push' || endpoint === 'multicast');
  }

  /** Requests to send that have come to LINE's door, answered or not. */
  async knocks(channelId?: string): Promise<number> {
    return (await this.sending(channelId)).reduce((sum, { total }) => sum + total, 0);
  }
}
