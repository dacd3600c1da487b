import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A way to a server that can be cut, frozen, slowed, and led to another server. */
export class TcpProxy {
  private readonly ends = new Set<Socket>();
  private readonly frozen = new WeakSet<Socket>();
  private isCut = false;
  private delayMs = 0;

  private constructor(
    private readonly server: Server,
    private target: number,
    private readonly host: string,
  ) {
    server.on('connection', (near) => this.join(near));
  }

  /** @param target port of the server */
  static async to(target: number, host = '127.0.0.1'): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new TcpProxy(server, target, host);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Who connects from now on gets to another server, as after a failover. */
  retarget(port: number): void {
    this.target = port;
  }

  /** Ends what is connected, and refuses to connect until it is mended. */
  cut(): void {
    this.isCut = true;
    this.drop();
  }

  mend(): void {
    this.isCut = false;
  }

  /** Ends what is connected; who connects anew gets through. */
  drop(): void {
    for (const end of this.ends) end.destroy();
  }

  /** The same again and again. */
  async dropOften(times: number, everyMs: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      this.drop();
      await pause(everyMs);
    }
  }

  /** What is connected stays connected and hears nothing more; who connects anew gets through. */
  freeze(): void {
    for (const end of this.ends) {
      end.pause();
      this.frozen.add(end);
    }
  }

  /** Everything that is said arrives so much later; 0: at once. */
  slow(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.server.close(closed));
  }

  private join(near: Socket): void {
    if (this.isCut) {
      near.destroy();
      return;
    }
    const far = connect(this.target, this.host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(from);
      from.setNoDelay(true);
      from.on('data', (chunk) => this.pass(chunk, from, to));
      from.on('error', () => to.destroy());
      from.on('end', () => to.end());
      from.on('close', () => {
        this.ends.delete(from);
        to.destroy();
      });
    }
  }

  /** One piece at a time, so that none overtakes another. */
  private pass(chunk: Buffer, from: Socket, to: Socket): void {
    from.pause();
    const goOn = () => {
      if (!this.frozen.has(from)) from.resume();
    };
    const send = () => {
      if (to.write(chunk)) goOn();
      else to.once('drain', goOn);
    };
    if (this.delayMs > 0) setTimeout(send, this.delayMs);
    else send();
  }
}
