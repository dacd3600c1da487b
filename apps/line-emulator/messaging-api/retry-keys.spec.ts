import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';

const retryKey = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const header = (n: number) => ({ 'x-line-retry-key': retryKey(n) });
const faults = ['before500', 'after500', 'accepted-then-dropped', '429-rate', 'dropped'] as const;

describe('Retry keys', () => {
  let line: EmulatorUnderTest;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start({ rateLimits: false });
  });
  afterEach(() => line.close());

  it('answer 409 with the id of the accepted request and its sent messages', async () => {
    const first = await line.push(line.friend(0), 'hello', header(1));
    const again = await line.push(line.friend(0), 'hello', header(1));
    expect(again.status).toBe(409);
    expect(again.body).toEqual({ message: 'The retry key is already accepted', sentMessages: first.body.sentMessages });
    expect(again.headers.get('x-line-accepted-request-id')).toBe(first.headers.get('x-line-request-id'));
    expect(again.headers.get('x-line-request-id')).not.toBe(first.headers.get('x-line-request-id'));
    expect(await line.ledger()).toMatchObject({ requests: 2, accepted: 1, repeats: 1, receivedOnce: 1 });
  });

  it('are new again after 24 hours, and then the message goes out twice', async () => {
    await line.push(line.friend(0), 'hello', header(1));
    await line.control('POST /clock', { advanceMs: 24 * 3_600_000 });
    expect((await line.push(line.friend(0), 'hello', header(1))).status).toBe(200);
    expect(await line.ledger()).toMatchObject({ receivedMore: 1, receivedMost: 2 });
  });

  it('must be UUIDs and are refused where LINE does not take them', async () => {
    expect((await line.push(line.friend(0), 'hello', { 'x-line-retry-key': 'abc' })).status).toBe(400);
    const messages = [{ type: 'text', text: 'a' }];
    expect((await line.api('POST /v2/bot/message/validate/push', { messages }, header(1))).status).toBe(400);
    expect((await line.api('GET /v2/bot/info', undefined, header(1))).status).toBe(400);
    const reply = await line.api('POST /v2/bot/message/reply', { replyToken: 'x', messages }, header(1));
    expect(reply.status).toBe(400);
  });

  it('stay free when the request was refused', async () => {
    await line.onChannel('POST /channels', { quota: 0 });
    expect((await line.push(line.friend(0), 'hello', header(1))).status).toBe(429);
    await line.onChannel('POST /channels', { quota: null });
    expect((await line.push(line.friend(0), 'hello', header(1))).status).toBe(200);
  });

  it('deliver once each, however requests are repeated, mixed and broken', async () => {
    const attempt = fc.record({ send: fc.integer({ min: 0, max: 4 }), fault: fc.option(fc.constantFrom(...faults)) });
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 25 }), fc.boolean(), async (attempts, together) => {
        await line.control('POST /reset', { keep: 'accounts' });
        const send = async (i: number) => {
          const request = line.multicast([line.friend(i), line.friend(i + 5)], `message ${i}`, header(i));
          return request.then(({ status }) => status).catch((error: unknown) => String(error));
        };
        const running: Promise<unknown>[] = [];
        for (const { send: i, fault } of attempts) {
          if (fault) await line.control('POST /faults', { kind: fault, times: 1 });
          running.push(send(i));
          if (!together) await running.at(-1);
        }
        await Promise.all(running);
        await line.control('DELETE /faults');
        const sends = new Set(attempts.map(({ send: i }) => i));
        for (const i of sends) expect([200, 409]).toContain(await send(i));
        expect(await line.ledger()).toMatchObject({
          accepted: sends.size,
          receivedOnce: sends.size * 2,
          receivedMore: 0,
        });
      }),
      { seed: 4, numRuns: 40 },
    );
  });
});
