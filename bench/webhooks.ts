import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median, type Bench, type Result } from './harness.js';
import { ApiProcess } from './api-process.js';
import { connectChannel, storedEvents } from './webhooks/line-channel.js';
import { sendAll, type LoadResult } from './webhooks/raw-load.js';
import { signedRequests } from './webhooks/signed-requests.js';

const SECRET = '8c570fa6dd201bb328f1c1eac23a96d8';
const WARM_UP = 5_000;
const ROUNDS = 3;
const REQUESTS_PER_ROUND = 20_000;
/** Requests under way at a time. */
const CONNECTIONS = 64;

/**
 * Signed webhooks with one to five events, durable before the 200, against a server that only checks the signature. Both
 * take turns, and the median of the rounds counts: what else the machine does meets both alike.
 */
export const bench: Bench = async (options) => {
  const api = await ApiProcess.start();
  const bare = await BareServer.start();
  try {
    const path = `/webhooks/line/${await connectChannel(api, SECRET)}`;
    const [ours, floor]: [LoadResult[], LoadResult[]] = [[], []];
    let sent = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      const count = round === 0 ? WARM_UP : REQUESTS_PER_ROUND;
      const { requests, events } = signedRequests(path, SECRET, round * REQUESTS_PER_ROUND, count);
      sent += events;
      const [theirs, own] = [
        await sendAll(bare.port, requests, CONNECTIONS),
        await sendAll(api.port, requests, CONNECTIONS),
      ];
      options.log(`bare ${toText(theirs)}, ours ${toText(own)}${round === 0 ? ' (to warm up)' : ''}`);
      if (round === 0) continue;
      floor.push(theirs);
      ours.push(own);
    }
    const stored = await storedEvents(api);
    if (stored !== sent) throw new Error(`${sent} events were answered with 200, ${stored} are stored.`);
    return [
      figure('requests_per_s', '1/s', [ours, floor], ({ perSecond }) => perSecond),
      figure('p99_ms', 'ms', [ours, floor], ({ p99Ms }) => p99Ms),
    ];
  } finally {
    bare.stop();
    await api.stop();
  }
};

class BareServer {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<BareServer> {
    const child = fork(join(import.meta.dirname, 'webhooks/bare-server.js'), [SECRET]);
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new BareServer(port, child);
  }

  /** It ends when nobody is connected to it any more. */
  stop(): void {
    this.child.disconnect();
  }
}

function toText({ perSecond, p99Ms }: LoadResult): string {
  return `${perSecond.toFixed(0)} requests/s, p99 ${p99Ms.toFixed(1)} ms`;
}

/** @param both our rounds and the floor's */
function figure(
  metric: 'requests_per_s' | 'p99_ms',
  unit: string,
  both: [LoadResult[], LoadResult[]],
  of: (result: LoadResult) => number,
): Result {
  const [value, floor] = [median(both[0].map(of)), median(both[1].map(of))];
  return { metric, value, unit, floor, ratio: metric === 'p99_ms' ? floor / value : value / floor };
}
