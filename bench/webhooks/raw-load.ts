import { once } from 'node:events';
import { connect } from 'node:net';
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
export async function sendAll(port: number, requests: Buffer[], connections: number): Promise<LoadResult> {
  const took: number[] = [];
  const rest = requests.values();
  const begin = performance.now();
  await Promise.all(Array.from({ length: connections }, () => sendOver(port, rest, took)));
  const seconds = (performance.now() - begin) / 1000;
  return { perSecond: requests.length / seconds, p99Ms: percentile(took, 0.99) };
}

async function sendOver(port: number, requests: Iterator<Buffer>, took: number[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  await new Promise<void>((done, fail) => {
    let sentAt = 0;
    const sendNext = () => {
      const next = requests.next() as IteratorResult<Buffer, undefined>;
      if (!next.done) {
        sentAt = performance.now();
        socket.write(next.value);
      } else {
        socket.end(done);
      }
    };
    // The answer has no body and is far smaller than a packet: it arrives whole.
    socket.on('data', (answer: Buffer) => {
      if (!answer.subarray(0, OK.length).equals(OK))
        return fail(new Error(`Answered: ${answer.toString().slice(0, 500)}`));
      took.push(performance.now() - sentAt);
      sendNext();
    });
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('The server closed the connection.')));
    sendNext();
  });
}
