import { createHmac } from 'node:crypto';

export interface SignedRequests {
  /** Each a whole HTTP request, head and body. */
  requests: Buffer[];
  /** Events in all of them together. */
  events: number;
}

/**
 * Webhooks with one to five events each, in turn, as LINE would send them to a channel. Event ids are never used twice.
 * @param from number of the first one, so that two lists have nothing in common
 */
export function signedRequests(path: string, channelSecret: string, from: number, count: number): SignedRequests {
  const requests: Buffer[] = [];
  let events = 0;
  for (let n = from; n < from + count; n++) {
    const size = 1 + (n % 5);
    events += size;
    const list = Array.from({ length: size }, (_, place) => event(n, place));
    const body = Buffer.from(JSON.stringify({ destination: userId(0), events: list }));
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: localhost',
      'content-type: application/json; charset=utf-8',
      `x-line-signature: ${createHmac('sha256', channelSecret).update(body).digest('base64')}`,
      `content-length: ${body.length}`,
    ];
    requests.push(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
  }
  return { requests, events };
}

/** Mostly messages, as with real accounts; now and then somebody comes or goes. */
function event(n: number, place: number): object {
  const kind = (n + place) % 10;
  const type = kind === 0 ? 'follow' : kind === 1 ? 'unfollow' : 'message';
  const text = 'こんにちは。土曜日の予約を変更したいのですが、まだ空いていますか。';
  return {
    type,
    mode: 'active',
    timestamp: 1_776_000_000_000 + n,
    source: { type: 'user', userId: userId((n * 7 + place) % 50_000) },
    webhookEventId: `01JBENCH${n.toString(36).toUpperCase().padStart(12, '0')}${place}`,
    deliveryContext: { isRedelivery: false },
    ...(type === 'message' && {
      replyToken: '0f3779fba3b349968c5d07db31eab56f',
      message: { id: String(468_789_577_898_262_530 + n), type: 'text', quoteToken: 'q3Plxr4AgKd', text },
    }),
  };
}

function userId(n: number): string {
  return `U${n.toString(16).padStart(32, '0')}`;
}
