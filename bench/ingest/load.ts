import { once } from 'node:events';
import { connect } from 'node:net';
import { purchase, toEvent } from './purchases.js';

/** What the load generator is to send, as its argument in JSON. */
export interface Load {
  port: number;
  apiKey: string;
  members: number;
  /** Number of the first purchase. */
  from: number;
  requests: number;
  /** Events in a request. */
  size: number;
  connections: number;
}

export interface LoadDone {
  seconds: number;
  accepted: number;
}

/**
 * The load generator: a process of its own. Requests are made before the clock starts and sent over bare keep-alive
 * sockets, because the machine that is measured also has to generate the load.
 */
const load = JSON.parse(process.argv[2] ?? '') as Load;
const requests = Array.from({ length: load.requests }, (_, n) => request(load.from + n * load.size));
const rest = requests.values();
const begin = performance.now();
const accepted = await Promise.all(Array.from({ length: load.connections }, () => sendOver(rest)));
const done: LoadDone = {
  seconds: (performance.now() - begin) / 1000,
  accepted: accepted.reduce((sum, n) => sum + n, 0),
};
process.send?.(done);
process.disconnect();

function request(from: number): Buffer {
  const events = Array.from({ length: load.size }, (_, n) => toEvent(purchase(from + n, load.members)));
  const body = Buffer.from(JSON.stringify({ events }));
  const head = [
    'POST /v1/events HTTP/1.1',
    'host: localhost',
    `authorization: Bearer ${load.apiKey}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** Sends the next request as soon as the last is answered. @returns how many events were accepted */
async function sendOver(next: Iterator<Buffer>): Promise<number> {
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return new Promise<number>((resolve, reject) => {
    let accepted = 0;
    const sendNext = () => {
      const { value, done } = next.next() as IteratorResult<Buffer, undefined>;
      if (done) socket.end(() => resolve(accepted));
      else socket.write(value);
    };
    // Far smaller than a packet: the answer arrives whole.
    socket.on('data', (answer: Buffer) => {
      const match = /^HTTP\/1.1 202.*"accepted":(\d+)/s.exec(answer.toString());
      if (!match) return reject(new Error(`Answered: ${answer.toString().slice(0, 500)}`));
      accepted += Number(match[1]);
      sendNext();
    });
    socket.on('error', reject);
    sendNext();
  });
}
