import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';

describe('Faults', () => {
  let line: EmulatorUnderTest;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
  });
  afterEach(() => line.close());

  const outcome = (to = line.friend(0)) =>
    line
      .push(to, 'hello')
      .then(({ status, body }) => [status, body.message])
      .catch((error: unknown) => String(error));

  it.each([
    ['before500', [500, 'Internal server error'], 0],
    ['dropped', 'TypeError: fetch failed', 0],
    ['slow', [200, undefined], 1],
    ['after500', [500, 'Internal server error'], 1],
    ['accepted-then-dropped', 'TypeError: fetch failed', 1],
    ['accepted-then-slow', [200, undefined], 1],
    ['429-rate', [429, 'The API rate limit has been exceeded. Try again later.'], 0],
    ['429-monthly', [429, 'You have reached your monthly limit.'], 0],
    ['401', [401, expect.stringContaining('Authentication failed')], 0],
    ['403', [403, 'Access to this API is not available for your account'], 0],
    ['400', [400, 'Failed to send messages'], 0],
  ])('of kind %s hit once and leave the right trace', async (kind, answer, delivered) => {
    await line.control('POST /faults', { kind, times: 1, ms: 5 });
    expect(await outcome()).toEqual(answer);
    expect(await line.ledger()).toMatchObject({ delivered });
    expect((await outcome())[0]).toBe(200);
  });

  it.each([
    ['hang', 0],
    ['accepted-then-hang', 1],
  ])('of kind %s leave the caller waiting', async (kind, delivered) => {
    await line.control('POST /faults', { kind, times: 1 });
    const body = JSON.stringify({ to: line.friend(0), messages: [{ type: 'text', text: 'hello' }] });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${line.channel.accessToken}` };
    const waiting = fetch(`${line.url}/v2/bot/message/push`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(200),
    });
    await expect(waiting).rejects.toThrow('timeout');
    expect(await line.ledger()).toMatchObject({ delivered, unanswered: delivered });
  });

  it('for a person hit only requests to that person and name the place', async () => {
    await line.control('POST /faults', { kind: '400', userId: line.friend(2) });
    expect((await line.multicast([line.friend(0), line.friend(1)], 'hello')).status).toBe(200);
    const { status, body } = await line.multicast([line.friend(0), line.friend(2)], 'hello');
    expect(status).toBe(400);
    expect(body.message).toBe('The property, to[1], in the request body is invalid (line: -, column: -)');
    expect((await outcome(line.friend(2)))[0]).toBe(400);
  });

  it('for an endpoint and a channel leave the others alone, until they are cleared', async () => {
    const { channelId } = line.channel;
    const fault = await line.control('POST /faults', { kind: 'before500', endpoint: 'multicast', channelId });
    expect((await outcome())[0]).toBe(200);
    for (let i = 0; i < 3; i++) expect((await line.multicast([line.friend(0)], 'hello')).status).toBe(500);
    expect((await line.control('GET /faults')).faults).toMatchObject([{ fired: 3, remaining: null }]);
    await line.control(`DELETE /faults/${fault.faultId}`);
    expect((await line.multicast([line.friend(0)], 'hello')).status).toBe(200);
  });

  it('with a probability draw the same from the same seed', async () => {
    const draws = async () => {
      await line.control('DELETE /faults');
      await line.control('POST /faults', { kind: 'before500', probability: 0.5, seed: 42 });
      const statuses: unknown[] = [];
      for (let i = 0; i < 20; i++) statuses.push((await outcome())[0]);
      return statuses;
    };
    const first = await draws();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await draws()).toEqual(first);
  });
});
