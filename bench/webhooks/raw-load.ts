import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { percentile } from '../harness.js';

export interface LoadResult {
  perSecond: number;
  p99Ms: number;
}

const OK = Buffer.from('HTTP/1.1 200');

/**
 * Sends ready-made requests over keep-alive sockets, the next one on a socket as soon as the last is answered. Written on
 * bare sockets, because the machine that is measured also has to generate the load.
 * @throws Error when an answer is not 200 or a connection ends
 */
export function sendAll(port: number, requests: Buffer[], connections: number): Promise<LoadResult> {
  return load(port, requests, connections, async (lines, took) => {
    const rest = requests.values();
    await Promise.all(
      lines.map(async (line) => {
        for (const request of rest) {
          const sentAt = performance.now();
          await line.send(request);
          took.push(performance.now() - sentAt);
        }
      }),
    );
  });
}

/**
 * The same at a fixed rate, whether or not answers are in time: how long an answer took counts from the moment its
 * request was due, so that waiting for a free socket is part of it.
 */
export function sendPaced(port: number, requests: Buffer[], connections: number, perSecond: number) {
  return load(port, requests, connections, async (lines, took) => {
    const free = [...lines];
    const answers: Promise<void>[] = [];
    const begin = performance.now();
    for (const [n, request] of requests.entries()) {
      const dueAt = begin + (n / perSecond) * 1000;
      while (performance.now() < dueAt || free.length === 0) await nextTurn();
      const line = free.pop()!;
      const answered = line.send(request).then(() => {
        took.push(performance.now() - dueAt);
        free.push(line);
      });
      answers.push(answered);
    }
    await Promise.all(answers);
  });
}

async function load(
  port: number,
  requests: Buffer[],
  connections: number,
  send: (lines: Line[], took: number[]) => Promise<void>,
): Promise<LoadResult> {
  const lines = await Promise.all(Array.from({ length: connections }, () => Line.open(port)));
  const took: number[] = [];
  const begin = performance.now();
  await send(lines, took);
  const seconds = (performance.now() - begin) / 1000;
  for (const line of lines) line.close();
  return { perSecond: requests.length / seconds, p99Ms: percentile(took, 0.99) };
}

/** One connection, with one request under way at a time. */
class Line {
  private answered?: () => void;
  private failed?: (error: Error) => void;

  private constructor(private readonly socket: Socket) {
    // The answer has no body and is far smaller than a packet: it arrives whole.
    socket.on('data', (answer: Buffer) => {
      if (answer.subarray(0, OK.length).equals(OK)) this.answered?.();
      else this.failed?.(new Error(`Answered: ${answer.toString().slice(0, 500)}`));
    });
    socket.on('error', (error) => this.failed?.(error));
    socket.on('close', () => this.failed?.(new Error('The server closed the connection.')));
  }

  static async open(port: number): Promise<Line> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Line(socket);
  }

  send(request: Buffer): Promise<void> {
    return new Promise((answered, failed) => {
      this.answered = answered;
      this.failed = failed;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.removeAllListeners('close').end();
  }
}
