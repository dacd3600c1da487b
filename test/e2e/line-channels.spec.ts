import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChannelsHttpModule, ChannelsJobsModule } from '#channels';
import { LinkingHttpModule, LinkingJobsModule } from '#linking';
import { MembersHttpModule } from '#members';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';

describe('A LINE channel', () => {
  let line: EmulatorUnderTest;
  let app: TestApp;
  let channelId: string;

  beforeAll(async () => {
    line = await EmulatorUnderTest.start();
    app = await createTestApp({
      imports: [ChannelsHttpModule, ChannelsJobsModule, MembersHttpModule, LinkingHttpModule, LinkingJobsModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 1_000 },
    });
    await app.nest.listen(0, '127.0.0.1');
  });

  afterAll(async () => {
    await app.close();
    await line.close();
  });

  beforeEach(() => line.control('DELETE /faults'));

  const given = () => {
    const { channelId: lineChannelId, channelSecret, accessToken } = line.channel;
    return { name: '花屋', lineChannelId, channelSecret, accessToken };
  };
  const connect = (change: object = {}) => app.request('POST', '/v1/channels', { body: { ...given(), ...change } });
  const linkOf = async () => (await app.request('GET', '/v1/members/hanako/links')).body.items[0];
  const hanako = async () => {
    await drainJobs(app.nest);
    const { linked, friendState } = (await app.request('GET', '/v1/members/hanako')).body;
    return { linked, friendState };
  };

  it('is not connected with a token that LINE refuses', async () => {
    expect(await connect({ accessToken: 'wrong' })).toMatchObject({
      status: 400,
      body: { code: 'channels.credentials_refused', errors: [{ path: '/accessToken' }] },
    });
  });

  it.each([
    ['before500', 502],
    ['dropped', 502],
    ['hang', 502],
    ['429-rate', 503],
    ['401', 400],
    ['403', 400],
  ])('is not connected while LINE answers with %s', async (kind, status) => {
    await line.control('POST /faults', { kind });
    expect(await connect()).toMatchObject({ status });
    expect((await app.request('GET', '/v1/channels')).body.items).toEqual([]);
  });

  it('is connected once LINE confirms whose it is', async () => {
    const { status, body } = await connect();
    expect({ status, ...body }).toMatchObject({
      status: 201,
      botUserId: line.channel.botUserId,
      verifiedAt: app.scope.clock.now().toISOString(),
    });
    channelId = body.id;
    await line.onChannel('POST /channels', { webhookUrl: `${await app.nest.getUrl()}/webhooks/line/${channelId}` });
  });

  it('does not become another account by a new token', async () => {
    const other = await line.control('POST /channels', { channelId: 'other' });
    const url = `/v1/channels/${channelId}`;
    expect(await app.request('PATCH', url, { body: { accessToken: other.accessToken } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/accessToken', detail: 'belongs to another LINE account' }] },
    });
  });

  it('tells who comes, goes, comes back, and is linked', async () => {
    const userId = line.friend(0);
    const turns = (state: string) => line.onChannel('POST /users/state', { userIds: [userId], state });
    await app.request('PUT', '/v1/members/hanako', { body: {} });
    const links = [{ memberId: 'hanako', lineUserId: userId, friend: true }];
    await app.request('POST', '/v1/links/batch', { body: { channelId, links } });
    expect(await hanako()).toEqual({ linked: true, friendState: 'friend' });
    await turns('blocked');
    expect(await hanako()).toEqual({ linked: true, friendState: 'blocked' });
    await app.request('POST', '/v1/links/batch', { body: { channelId, links } });
    expect(await hanako()).toEqual({ linked: true, friendState: 'blocked' });
    await turns('friend');
    expect(await hanako()).toEqual({ linked: true, friendState: 'friend' });
    await app.request('DELETE', `/v1/links/${(await linkOf()).id}`);
    expect(await hanako()).toEqual({ linked: false, friendState: 'none' });
  });

  it('takes every message and postback that the platform sends', async () => {
    for (const text of ['こんにちは', 'NUL \u0000 and half \ud83d of a pair', '😀'.repeat(1_000)]) {
      await line.onChannel('POST /users/message', { userId: line.friend(1), text });
    }
    await line.onChannel('POST /users/postback', { userId: line.friend(1), data: 'action=book' });
    const { deliveries } = await line.control(`GET /webhooks?channelId=${line.channel.channelId}`);
    expect(deliveries.map(({ status }: { status: number }) => status)).toEqual(deliveries.map(() => 200));
    const jobs = (await drainJobs(app.nest)).map(({ job }) => job);
    expect(jobs.filter((job) => job === 'channels.message_received')).toHaveLength(3);
    expect(jobs.filter((job) => job === 'channels.postback_received')).toHaveLength(1);
  });
});
