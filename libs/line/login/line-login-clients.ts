import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, Config } from '#config';
import type { Clock } from '#kernel';
import { LinePool, LineTransport } from '../line-transport.js';
import { HttpLoginClient } from './http-login-client.js';
import { LineCerts } from './line-certs.js';
import type { LineLoginClient, LoginChannel } from './line-login-client.js';

/** Channels whose clients are kept; beyond it the one that was made first is made anew when asked for. */
const MOST_CLIENTS = 1_000;

/** Clients by Login channel. Their sockets are apart from those of sending, so that neither waits for the other. */
@Injectable()
export class LineLoginClients implements OnApplicationShutdown {
  private readonly pool: LinePool;
  private readonly certs: LineCerts;
  private readonly clients = new Map<string, LineLoginClient>();

  constructor(
    @Inject(Config) private readonly config: Pick<Config, 'lineApiBaseUrl' | 'lineLoginBaseUrl' | 'lineTimeoutMs'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.pool = new LinePool(config.lineTimeoutMs);
    this.certs = new LineCerts(this.transport());
  }

  channel(channel: LoginChannel): LineLoginClient {
    const key = JSON.stringify([channel.channelId, channel.channelSecret]);
    const known = this.clients.get(key);
    if (known) return known;
    const [oldest] = this.clients.keys();
    if (this.clients.size >= MOST_CLIENTS && oldest) this.clients.delete(oldest);
    const client = new HttpLoginClient(channel, {
      loginBaseUrl: this.config.lineLoginBaseUrl,
      transport: (accessToken) => this.transport(accessToken),
      certs: this.certs,
      clock: this.clock,
    });
    this.clients.set(key, client);
    return client;
  }

  /** Closes every socket; calls in progress end as unknown. */
  onApplicationShutdown(): void {
    this.pool.close();
  }

  private transport(accessToken?: string): LineTransport {
    return new LineTransport(this.config.lineApiBaseUrl, accessToken, this.pool);
  }
}
