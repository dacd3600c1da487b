import { EmulatorProcess } from '#testing';

export interface EmulatedRequest {
  requestId: string;
  retryKey: string | null;
  addressed: number;
}

/** The stand-in LINE platform, seen from the side of what it delivers. */
export class EmulatedLine extends EmulatorProcess {
  readonly accessToken = 'spec-token';

  static async start(): Promise<EmulatedLine> {
    const line = new EmulatedLine(...(await EmulatedLine.launch()));
    await line.reset();
    return line;
  }

  /** Everything as on the first day: no people, no faults, nothing sent. */
  async reset(): Promise<void> {
    await this.control('POST', 'reset', {});
    await this.open({});
  }

  /** Makes the account, or changes it. */
  async open(settings: object): Promise<void> {
    const { lineChannelId: channelId, accessToken } = this;
    await this.control('POST', 'channels', { channelId, channelSecret: 'a'.repeat(32), accessToken, ...settings });
  }

  /** LINE does not know this person any more. */
  async forget(userId: string): Promise<void> {
    await this.setState(userId, 'unknown');
  }

  /** How often each person got something. */
  async received(): Promise<Map<string, number>> {
    const { userIds, counts } = (await this.control('GET', `ledger/counts?channelId=${this.lineChannelId}`)) as {
      userIds: string[];
      counts: number[];
    };
    return new Map(userIds.map((userId, i) => [userId, counts[i]!]));
  }

  /** What LINE has accepted, oldest first. */
  async accepted(): Promise<EmulatedRequest[]> {
    const path = `ledger/requests?channelId=${this.lineChannelId}&limit=1000`;
    return ((await this.control('GET', path)) as { requests: EmulatedRequest[] }).requests;
  }

  /** The texts a person has got. */
  async textsOf(userId: string): Promise<string[]> {
    const path = `ledger?channelId=${this.lineChannelId}&userId=${userId}`;
    const { entries } = (await this.control('GET', path)) as { entries: { messages: { text: string }[] }[] };
    return entries.flatMap(({ messages }) => messages.map(({ text }) => text));
  }

  /** How many requests an endpoint has had, such as `validate.push`. */
  async requestsTo(endpoint: string): Promise<number> {
    const { endpoints } = (await this.control('GET', `requests?channelId=${this.lineChannelId}`)) as {
      endpoints: { endpoint: string; total: number }[];
    };
    return endpoints.find((one) => one.endpoint === endpoint)?.total ?? 0;
  }
}
