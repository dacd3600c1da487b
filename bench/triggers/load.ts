import { Agent, request } from 'node:http';

/** What the load generator is to send, as its argument in JSON. */
export interface Load {
  url: string;
  apiKey: string;
  /** Number of the first member; each gets one event. */
  from: number;
  perSecond: number;
  seconds: number;
}

export interface LoadDone {
  /** When each member's event was due to be posted, milliseconds since 1970, from the first member on. */
  postedAt: number[];
  /** Milliseconds until each was answered. */
  answers: number[];
}

/** A process of its own: one purchase a request, sent when its moment has come whether or not those before were answered. */
const load = JSON.parse(process.argv[2] ?? '') as Load;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const total = load.perSecond * load.seconds;
const begin = Date.now() + 100;
const done: LoadDone = { postedAt: [], answers: await Promise.all(Array.from({ length: total }, (_, n) => send(n))) };
done.postedAt = Array.from({ length: total }, (_, n) => begin + (n * 1000) / load.perSecond);
process.send?.(done, () => process.disconnect());

async function send(n: number): Promise<number> {
  const dueAt = begin + (n * 1000) / load.perSecond;
  await new Promise((resolve) => setTimeout(resolve, dueAt - Date.now()));
  const id = `order-${load.from + n}`;
  const lines = [{ productId: 'p', quantity: 1, unitPrice: 500 }];
  const memberId = `m${load.from + n}`;
  const event = {
    id,
    type: 'purchase',
    memberId,
    occurredAt: new Date().toISOString(),
    orderId: id,
    total: 500,
    lines,
  };
  await post(JSON.stringify({ events: [event] }));
  return Date.now() - dueAt;
}

function post(body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${load.apiKey}`, 'content-type': 'application/json' };
    const sent = request(`${load.url}/v1/events`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        if (answer.statusCode === 202 && text.includes('"accepted":1')) resolve();
        else reject(new Error(`Answered ${answer.statusCode}: ${text}`));
      });
    });
    sent.on('error', reject).end(body);
  });
}
