import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { messagingApi } from '@line/bot-sdk';
import { Config } from '#config';
import { SdkInsightClient, type InsightClient } from './insight-client.js';
import { LinePool, LineTransport } from './line-transport.js';
import { outcome } from './outcome.js';
import { SdkRichMenuClient, type RichMenuClient } from './rich-menu-client.js';
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
  readonly richMenus: RichMenuClient;
  readonly insight: InsightClient;
  /** @param retryKey UUID; the same one for every attempt at the same request */
  push(request: PushMessageRequest, retryKey: string): Promise<SendOutcome>;
  /** To at most 500 user ids. @param retryKey as for push */
  multicast(request: MulticastRequest, retryKey: string): Promise<SendOutcome>;
  /**
   * Answers an event; free of charge. The token works once and for a minute, and LINE takes no retry key here: after an
   * unknown outcome `refused` with status 400 may mean that the first try had arrived.
   * @param messages at most 5
   */
  reply(replyToken: string, messages: LineMessage[]): Promise<SendOutcome>;
  /** A token for linking this friend to a member: once, within ten minutes. */
  issueLinkToken(userId: string): Promise<ReadOutcome<messagingApi.IssueLinkTokenResponse>>;
  /** Asks LINE whether it would take these message objects; sends nothing and costs no quota. */
  validate(kind: 'push' | 'multicast', messages: LineMessage[]): Promise<ValidationOutcome>;
  botInfo(): Promise<ReadOutcome<messagingApi.BotInfoResponse>>;
  /** Where LINE sends webhooks. Refused with status 404 where no address is set. */
  webhookEndpoint(): Promise<ReadOutcome<messagingApi.GetWebhookEndpointResponse>>;
  /** Lets LINE call the webhook now; 60 times an hour at most. */
  testWebhook(): Promise<ReadOutcome<messagingApi.TestWebhookEndpointResponse>>;
  /** Messages allowed this month: `{ type: 'none' }` or `{ type: 'limited', value }`. */
  quota(): Promise<ReadOutcome<messagingApi.MessageQuotaResponse>>;
  /** Messages of this month that are used up, approximately. */
  quotaConsumption(): Promise<ReadOutcome<messagingApi.QuotaConsumptionResponse>>;
  /** Refused with status 404 for anybody who is not a friend now. */
  profile(userId: string): Promise<ReadOutcome<messagingApi.UserProfileResponse>>;
}

/** Tokens whose clients are kept; beyond it the one that was made first is made anew when asked for. */
const MOST_CLIENTS = 1_000;

/** Without the data API's address, the API's own serves both, as a stand-in does. */
type ClientConfig = Pick<Config, 'lineApiBaseUrl' | 'lineTimeoutMs'> & Partial<Pick<Config, 'lineDataApiBaseUrl'>>;

/** Clients by access token over one pool of sockets. */
@Injectable()
export class LineClients implements OnApplicationShutdown {
  private readonly pool: LinePool;
  private readonly clients = new Map<string, LineChannelClient>();

  constructor(@Inject(Config) private readonly config: ClientConfig) {
    this.pool = new LinePool(config.lineTimeoutMs);
  }

  channel(accessToken: string): LineChannelClient {
    const known = this.clients.get(accessToken);
    if (known) return known;
    const [oldest] = this.clients.keys();
    if (this.clients.size >= MOST_CLIENTS && oldest) this.clients.delete(oldest);
    const to = (baseUrl: string) => new LineTransport(baseUrl, accessToken, this.pool);
    const { lineApiBaseUrl, lineDataApiBaseUrl = lineApiBaseUrl } = this.config;
    const client = new SdkChannelClient(to(lineApiBaseUrl), to(lineDataApiBaseUrl));
    this.clients.set(accessToken, client);
    return client;
  }

  /** Closes every socket; calls in progress end as unknown. */
  onApplicationShutdown(): void {
    this.pool.close();
  }
}

class SdkChannelClient implements LineChannelClient {
  readonly richMenus: RichMenuClient;
  readonly insight: InsightClient;
  private readonly api: messagingApi.MessagingApiClient;

  constructor(transport: LineTransport, data: LineTransport) {
    this.api = new messagingApi.MessagingApiClient({ channelAccessToken: 'sent by the transport' });
    // The SDK offers no other way to a deadline; a spec with a server that never answers fails if the name changes.
    Object.assign(this.api, { httpClient: transport });
    this.richMenus = new SdkRichMenuClient(this.api, data);
    this.insight = new SdkInsightClient(transport);
  }

  push(request: PushMessageRequest, retryKey: string): Promise<SendOutcome> {
    return outcome(this.api.pushMessageWithHttpInfo(request, retryKey), sendOutcome);
  }

  multicast(request: MulticastRequest, retryKey: string): Promise<SendOutcome> {
    return outcome(this.api.multicastWithHttpInfo(request, retryKey), sendOutcome);
  }

  reply(replyToken: string, messages: LineMessage[]): Promise<SendOutcome> {
    return outcome(this.api.replyMessageWithHttpInfo({ replyToken, messages }), sendOutcome);
  }

  issueLinkToken(userId: string): Promise<ReadOutcome<messagingApi.IssueLinkTokenResponse>> {
    return outcome(this.api.issueLinkTokenWithHttpInfo(userId), (answer) => readOutcome(answer));
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

  webhookEndpoint(): Promise<ReadOutcome<messagingApi.GetWebhookEndpointResponse>> {
    return outcome(this.api.getWebhookEndpointWithHttpInfo(), (answer) => readOutcome(answer));
  }

  testWebhook(): Promise<ReadOutcome<messagingApi.TestWebhookEndpointResponse>> {
    return outcome(this.api.testWebhookEndpointWithHttpInfo({}), (answer) => readOutcome(answer));
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
