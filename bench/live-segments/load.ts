import { Agent, request } from 'node:http';
import { CATEGORIES, PRODUCTS } from '../ingest/purchases.js';

/** What the load generator is to send, as its argument in JSON. */
export interface Load {
  url: string;
  apiKey: string;
  members: number;
  /** Part of all ids, so that two loads differ. */
  name: string;
  perSecond: number;
  seconds: number;
}

export interface LoadDone {
  sent: number;
  /** Milliseconds between the moment a request was due and its answer. */
  answers: number[];
}

/**
 * The load generator: a process of its own, one event a request, sent when its moment has come whether or not those
 * before have been answered. Half are purchases, a quarter visits, a quarter page views, of members at random.
 */
const load = JSON.parse(process.argv[2] ?? '') as Load;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const total = load.perSecond * load.seconds;
const begin = performance.now();
const answers = await Promise.all(Array.from({ length: total }, (_, n) => send(n)));
const done: LoadDone = { sent: total, answers };
process.send?.(done, () => process.disconnect());

async function send(n: number): Promise<number> {
  const dueAt = begin + (n * 1000) / load.perSecond;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
  await post(JSON.stringify({ events: [event(n)] }));
  return performance.now() - dueAt;
}

function event(n: number): object {
  const random = scrambled(n);
  const base = {
    id: `${load.name}-${n}`,
    memberId: `member-${1 + (random % load.members)}`,
    occurredAt: new Date().toISOString(),
  };
  const product = scrambled(random) % PRODUCTS;
  const thing = { productId: `product-${product}`, category: `category-${product % CATEGORIES}` };
  if (n % 4 === 1) return { ...base, type: 'visit' };
  if (n % 4 === 3) return { ...base, type: 'browse', url: `https://shop.example/${product}`, ...thing };
  const unitPrice = 500 + (product % 9_000);
  const lines = [{ ...thing, quantity: 1 + (product % 3), unitPrice }];
  return { ...base, type: 'purchase', orderId: base.id, total: unitPrice * (1 + (product % 3)), lines };
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

/** A well-mixed 31-bit number from a running one (the finaliser of MurmurHash3). */
function scrambled(n: number): number {
  let h = (n + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) & 0x7fffffff;
}
