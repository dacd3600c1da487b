import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median, type Bench, type Result } from './harness.js';
import { ApiProcess } from './api-process.js';
import { connectChannel, storedEvents } from './webhooks/line-channel.js';
import { sendAll, sendPaced, type LoadResult } from './webhooks/raw-load.js';
import { signedRequests } from './webhooks/signed-requests.js';

const SECRET = '8c570fa6dd201bb328f1c1eac23a96d8';
const WARM_UP = 5_000;
const ROUNDS = 3;
const REQUESTS_PER_ROUND = 20_000;
/** Requests under way at a time: as many as LINE keeps under way when a campaign has just gone out. */
const CONNECTIONS = 256;
/** Twice what must be held; answers are timed at this rate, since at full load they only wait for each other. */
const PACED_PER_S = 3_000;
const PACED_REQUESTS = 15_000;

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
    const [oursPaced, floorPaced]: [LoadResult[], LoadResult[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      const from = (ROUNDS + 1) * REQUESTS_PER_ROUND + round * PACED_REQUESTS;
      const { requests, events } = signedRequests(path, SECRET, from, PACED_REQUESTS);
      sent += events;
      const [theirs, own] = [
        await sendPaced(bare.port, requests, CONNECTIONS, PACED_PER_S),
        await sendPaced(api.port, requests, CONNECTIONS, PACED_PER_S),
      ];
      options.log(`at a fixed rate: bare ${toText(theirs)}, ours ${toText(own)}`);
      floorPaced.push(theirs);
      oursPaced.push(own);
    }
    const stored = await storedEvents(api);
    if (stored !== sent) throw new Error(`${sent} events were answered with 200, ${stored} are stored.`);
    return [
      beside('requests_per_s', '1/s', rate(ours), rate(floor)),
      beside('p99_ms', 'ms', p99(oursPaced), p99(floorPaced)),
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

function rate(rounds: LoadResult[]): number {
  return median(rounds.map(({ perSecond }) => perSecond));
}

function p99(rounds: LoadResult[]): number {
  return median(rounds.map(({ p99Ms }) => p99Ms));
}

function beside(metric: string, unit: string, value: number, floor: number): Result {
  return { metric, value, unit, floor, ratio: metric === 'p99_ms' ? floor / value : value / floor };
}
