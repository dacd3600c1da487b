import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Steps of ours that are requests to LINE, by what the request looks like. */
const STEPS = {
  create: /^POST \/v2\/bot\/richmenu$/,
  upload: /^POST \/v2\/bot\/richmenu\/[^/]+\/content$/,
  'make alias': /^POST \/v2\/bot\/richmenu\/alias$/,
  'point alias': /^POST \/v2\/bot\/richmenu\/alias\/[^/]+$/,
  'set default': /^POST \/v2\/bot\/user\/all\/richmenu\/[^/]+$/,
  'move people': /^POST \/v2\/bot\/richmenu\/bulk\/link$/,
  delete: /^DELETE \/v2\/bot\/richmenu\/(?!alias)[^/]+$/,
};

export interface Point {
  step: keyof typeof STEPS;
  /** `before`: LINE has not heard of it; `after`: it has done it, and we have not heard its answer. */
  when: 'before' | 'after';
  /** From 1. */
  nth?: number;
}

interface Trap extends Point {
  left: number;
  reached: boolean;
}

/** Stands before LINE, and keeps whoever comes to a point waiting there for ever. */
export class LineGate {
  private readonly traps = new Map<string, Trap>();

  private constructor(
    private readonly server: Server,
    private readonly lineUrl: string,
  ) {}

  static async open(lineUrl: string): Promise<LineGate> {
    const server = createServer();
    const gate = new LineGate(server, lineUrl);
    server.on('request', (from: IncomingMessage, to: ServerResponse) => gate.pass(from, to));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param token of the channel that is to come no further */
  arm(token: string, point: Point): void {
    this.traps.set(token, { ...point, left: point.nth ?? 1, reached: false });
  }

  /** Tokens of those that wait at their points. */
  reached(): string[] {
    return [...this.traps].filter(([, { reached }]) => reached).map(([token]) => token);
  }

  get armed(): number {
    return this.traps.size;
  }

  disarm(): void {
    this.traps.clear();
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private pass(from: IncomingMessage, to: ServerResponse): void {
    const token = from.headers.authorization?.replace('Bearer ', '') ?? '';
    const trap = this.traps.get(token);
    const isStep = trap !== undefined && STEPS[trap.step].test(`${from.method} ${from.url}`);
    const isIt = isStep && --trap.left === 0;
    to.on('error', () => undefined);
    if (isIt && trap.when === 'before') {
      trap.reached = true;
      return;
    }
    const { method, url = '/', headers } = from;
    const onward = request(this.lineUrl + url, { method, headers }, (answer) => {
      if (isIt) {
        answer.resume().on('end', () => (trap.reached = true));
        return;
      }
      to.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  }
}
