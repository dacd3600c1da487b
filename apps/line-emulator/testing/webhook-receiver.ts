import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Body } from './emulator-under-test.js';

interface ReceivedEvent {
  type: string;
  [own: string]: Body;
}

interface Received {
  raw: string;
  signature: string;
  body: { destination: string; events: ReceivedEvent[] };
}

/** A bot server that keeps what it gets and answers as told; status 0 means never. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  status = 200;
  private wanted: (() => void) | undefined;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      this.received.push({
        raw,
        signature: String(request.headers['x-line-signature']),
        body: JSON.parse(raw) as Received['body'],
      });
      this.wanted?.();
      if (this.status !== 0) response.writeHead(this.status).end();
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook`;
  }

  get events(): ReceivedEvent[] {
    return this.received.flatMap(({ body }) => body.events);
  }

  /** Resolves when that many requests have come in all. */
  arrivals(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.wanted = () => {
        if (this.received.length >= count) resolve();
      };
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
