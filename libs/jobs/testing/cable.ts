import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut, mended, or made to say nothing any more. */
export class Cable {
  private readonly ends = new Set<Socket>();
  private cutOff = false;

  private constructor(
    private readonly to: URL,
    private readonly server: Server,
  ) {
    server.on('connection', (near) => this.join(near));
  }

  static async to(url: string): Promise<Cable> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new Cable(new URL(url), server);
  }

  get url(): string {
    const url = new URL(this.to);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString();
  }

  /** Ends what is connected, and refuses to connect until it is mended. */
  cut(): void {
    this.cutOff = true;
    for (const end of this.ends) end.destroy();
  }

  mend(): void {
    this.cutOff = false;
  }

  /** What is connected stays connected and hears nothing more, as when a server vanishes; who connects anew gets through. */
  freeze(): void {
    for (const end of this.ends) end.pause().unpipe();
    this.ends.clear();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.server.close(closed));
  }

  private join(near: Socket): void {
    if (this.cutOff) {
      near.destroy();
      return;
    }
    const far = connect(Number(this.to.port), this.to.hostname);
    near.pipe(far).pipe(near);
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        this.ends.delete(end);
        other.destroy();
      });
    }
  }
}
