import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { messagingApi } from '@line/bot-sdk';
import { Config } from '#config';
import { LinePool, LineTransport, LineUnreachable, type LineAnswer } from './line-transport.js';
import {
  readOutcome,
  sendOutcome,
  validationOutcome,
  type ReadOutcome,
  type SendOutcome,
  type ValidationOutcome,
} from './send-outcome.js';

export type LineMessage = messagingApi.Message;
export type PushMessageRequest = messagingApi.PushMessageRequest;
export type MulticastRequest = messagingApi.MulticastRequest;

/**
 * One channel at LINE. Nothing here throws for what LINE or the network may do: every outcome is a value.
 * Pacing is the caller's duty, the deadline of each call is not.
 */
export interface LineChannelClient {
  /** @param retryKey UUID; the same one for every attempt at the same request */
  push(request: PushMessageRequest, retryKey: string): Promise<SendOutcome>;
  /** To at most 500 user ids. @param retryKey as for push */
  multicast(request: MulticastRequest, retryKey: string): Promise<SendOutcome>;
  /** Asks LINE whether it would take these message objects; sends nothing and costs no quota. */
  validate(kind: 'push' | 'multicast', messages: LineMessage[]): Promise<ValidationOutcome>;
  botInfo(): Promise<ReadOutcome<messagingApi.BotInfoResponse>>;
  /** Messages allowed this month: `{ type: 'none' }` or `{ type: 'limited', value }`. */
  quota(): Promise<ReadOutcome<messagingApi.MessageQuotaResponse>>;
  /** Messages of this month that are used up, approximately. */
  quotaConsumption(): Promise<ReadOutcome<messagingApi.QuotaConsumptionResponse>>;
  /** Refused with status 404 for anybody who is not a friend now. */
  profile(userId: string): Promise<ReadOutcome<messagingApi.UserProfileResponse>>;
}

/** Tokens whose clients are kept; beyond it the one that was made first is made anew when asked for. */
const MOST_CLIENTS = 1_000;

/** Clients by access token over one pool of sockets. */
@Injectable()
export class LineClients implements OnApplicationShutdown {
  private readonly pool: LinePool;
  private readonly clients = new Map<string, LineChannelClient>();

  constructor(@Inject(Config) private readonly config: Pick<Config, 'lineApiBaseUrl' | 'lineTimeoutMs'>) {
    this.pool = new LinePool(config.lineTimeoutMs);
  }

  channel(accessToken: string): LineChannelClient {
    const known = this.clients.get(accessToken);
    if (known) return known;
    const [oldest] = this.clients.keys();
    if (this.clients.size >= MOST_CLIENTS && oldest) this.clients.delete(oldest);
    const client = new SdkChannelClient(new LineTransport(this.config.lineApiBaseUrl, accessToken, this.pool));
    this.clients.set(accessToken, client);
    return client;
  }

  /** Closes every socket; calls in progress end as unknown. */
  onApplicationShutdown(): void {
    this.pool.close();
  }
}

class SdkChannelClient implements LineChannelClient {
  private readonly api: messagingApi.MessagingApiClient;

  constructor(transport: LineTransport) {
    this.api = new messagingApi.MessagingApiClient({ channelAccessToken: 'sent by the transport' });
    // The SDK offers no other way to a deadline; a spec with a server that never answers fails if the name changes.
    Object.assign(this.api, { httpClient: transport });
  }

  push(request: PushMessageRequest, retryKey: string): Promise<SendOutcome> {
    return outcome(this.api.pushMessageWithHttpInfo(request, retryKey), sendOutcome);
  }

  multicast(request: MulticastRequest, retryKey: string): Promise<SendOutcome> {
    return outcome(this.api.multicastWithHttpInfo(request, retryKey), sendOutcome);
  }

  validate(kind: 'push' | 'multicast', messages: LineMessage[]): Promise<ValidationOutcome> {
    const asked =
      kind === 'push'
        ? this.api.validatePushWithHttpInfo({ messages })
        : this.api.validateMulticastWithHttpInfo({ messages });
    return outcome(asked, validationOutcome);
  }

  botInfo(): Promise<ReadOutcome<messagingApi.BotInfoResponse>> {
    return outcome(this.api.getBotInfoWithHttpInfo(), (answer) => readOutcome(answer));
  }

  quota(): Promise<ReadOutcome<messagingApi.MessageQuotaResponse>> {
    return outcome(this.api.getMessageQuotaWithHttpInfo(), (answer) => readOutcome(answer));
  }

  quotaConsumption(): Promise<ReadOutcome<messagingApi.QuotaConsumptionResponse>> {
    return outcome(this.api.getMessageQuotaConsumptionWithHttpInfo(), (answer) => readOutcome(answer));
  }

  profile(userId: string): Promise<ReadOutcome<messagingApi.UserProfileResponse>> {
    return outcome(this.api.getProfileWithHttpInfo(userId), (answer) => readOutcome(answer));
  }
}

/** The SDK hands our transport's answer back as its `httpResponse`. */
async function outcome<T>(
  call: Promise<{ httpResponse: unknown }>,
  meaning: (answer: LineAnswer) => T,
): Promise<T | { kind: 'unknown'; error: string }> {
  let answer: LineAnswer;
  try {
    answer = (await call).httpResponse as LineAnswer;
  } catch (error) {
    if (error instanceof LineUnreachable) return { kind: 'unknown', error: error.message };
    throw error;
  }
  return meaning(answer);
}
