import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';

describe('The gate', () => {
  let line: EmulatorUnderTest;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
    await line.control('POST /clock', { frozen: true });
  });
  afterEach(() => line.close());

  const figures = async (endpoint: string) => {
    const { endpoints } = await line.control(`GET /requests?channelId=${line.channel.channelId}`);
    return endpoints.find((one: { endpoint: string }) => one.endpoint === endpoint);
  };

  it('refuses the 201st multicast of a second, lets the next in when the second is over, and counts', async () => {
    const send = () => line.multicast([line.friend(0)], 'hello');
    const statuses = await Promise.all(Array.from({ length: 205 }, async () => (await send()).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(200);
    const refused = await send();
    expect(refused.body).toEqual({ message: 'The API rate limit has been exceeded. Try again later.' });
    await line.control('POST /clock', { advanceMs: 1000 });
    expect((await send()).status).toBe(200);
    expect(await figures('multicast')).toMatchObject({
      total: 207,
      byStatus: { 200: 201, 429: 6 },
      rateLimited: 6,
      peakPerSecond: 206,
    });
    expect(await line.ledger()).toMatchObject({ accepted: 201 });
  });

  it('keeps the endpoints and the channels apart', async () => {
    await Promise.all(Array.from({ length: 200 }, () => line.multicast([line.friend(0)], 'hello')));
    expect((await line.push(line.friend(0), 'hello')).status).toBe(200);
    const other = await line.control('POST /channels', {});
    const authorization = `Bearer ${other.accessToken}`;
    expect((await line.multicast([line.friend(0)], 'hello', { authorization })).status).toBe(200);
    expect((await line.multicast([line.friend(0)], 'hello')).status).toBe(429);
  });

  it('keeps the hourly limits of broadcasts', async () => {
    const broadcast = () => line.api('POST /v2/bot/message/broadcast', { messages: [{ type: 'text', text: 'a' }] });
    const statuses = await Promise.all(Array.from({ length: 61 }, async () => (await broadcast()).status));
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    await line.control('POST /clock', { advanceMs: 3_600_000 });
    expect((await broadcast()).status).toBe(200);
  });

  it('answers unknown paths, wrong tokens and unreadable bodies in LINE’s words', async () => {
    expect((await line.api('GET /v2/bot/nothing')).body).toEqual({ message: 'Not found' });
    expect((await line.api('POST //v2/bot/message/push', {})).status).toBe(404);
    const anonymous = await line.api('GET /v2/bot/info', undefined, { authorization: '' });
    expect(anonymous.status).toBe(401);
    expect(anonymous.body.message).toContain('Authentication failed due to the following reason:');
    const broken = await line.api('POST /v2/bot/message/push', '{\n"to" }');
    expect(broken.body).toEqual({ message: 'The request body could not be parsed as JSON (line: 2, column: 6)' });
    const deep = await line.api(
      'POST /v2/bot/message/push',
      `{"to":"${line.friend(0)}","messages":${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
    );
    expect(deep.status).toBe(400);
    const form = await line.api('POST /v2/bot/message/push', 'a=1', { 'content-type': 'text/plain' });
    expect(form.body).toEqual({ message: 'The content type, text/plain, is not supported' });
  });

  it('is not led astray by names that objects inherit', async () => {
    const body = `{"to":"${line.friend(0)}","messages":[{"type":"__proto__"},{"type":"constructor"}],"__proto__":{"a":1}}`;
    expect((await line.api('POST /v2/bot/message/push', body)).status).toBe(400);
    expect((await line.api('GET /v2/bot/profile/__proto__')).status).toBe(400);
  });
});
