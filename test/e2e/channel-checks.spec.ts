import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChannelsHttpModule, LineUsers } from '#channels';
import { freePort } from '#database';
import { LinkingHttpModule, Links } from '#linking';
import { Members, MembersHttpModule } from '#members';
import { createTestApp, type TestApp } from '#testing';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';

interface Shown {
  name: string;
  state: string;
  detail: string;
  fix?: string;
}

describe('The checks of a channel', () => {
  let line: EmulatorUnderTest;
  let app: TestApp;
  let id: string;
  const login = { channelId: '1700000001', channelSecret: 'b'.repeat(32) };

  beforeAll(async () => {
    line = await EmulatorUnderTest.start();
    const port = await freePort();
    app = await createTestApp({
      imports: [ChannelsHttpModule, MembersHttpModule, LinkingHttpModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 1_000, publicUrl: `http://127.0.0.1:${port}` },
    });
    await app.nest.listen(port, '127.0.0.1');
    const { channelId: lineChannelId, channelSecret, accessToken } = line.channel;
    await line.onChannel('POST /channels', { login });
    const given = { name: '花屋', lineChannelId, channelSecret, accessToken, login };
    const { body } = await app.request('POST', '/v1/channels', { body: given });
    id = body.id;
  });

  afterAll(async () => {
    await app.close();
    await line.close();
  });

  beforeEach(async () => {
    await line.control('DELETE /faults');
    await setWebhook({ webhookUrl: `${app.config.publicUrl}/webhooks/line/${id}`, webhookActive: true });
    await patch({ channelSecret: line.channel.channelSecret, login });
  });

  const setWebhook = (account: object) => line.onChannel('POST /channels', account);
  const patch = (body: object) => app.request('PATCH', `/v1/channels/${id}`, { body });

  async function check(): Promise<{ ok: boolean; of: (name: string) => Shown }> {
    const { status, body } = await app.request('POST', `/v1/channels/${id}/check`);
    expect(status).toBe(200);
    const checks = body.checks as Shown[];
    return { ok: body.ok, of: (name) => checks.find((one) => one.name === name)! };
  }

  /** Runs `npm run doctor`. */
  function doctor(...options: string[]): Promise<{ code: number; said: string }> {
    return new Promise((resolve) => {
      const env = { ...process.env, DATA_DIR: tmpdir() };
      const child = execFile(process.execPath, ['tools/doctor.ts', ...options], { env }, (_error, out, err) =>
        resolve({ code: child.exitCode!, said: out + err }),
      );
    });
  }

  it('are printed by the doctor, with what to do, and tell by its exit whether anything is wrong', async () => {
    const at = ['--api', app.config.publicUrl, '--key', app.key];
    const well = await doctor(...at);
    expect(well).toEqual({ code: 0, said: expect.stringMatching(new RegExp(`^花屋 \\(${id}\\)\n  ✓ `)) });
    expect(well.said).not.toContain('✗');
    await setWebhook({ webhookActive: false });
    const ill = await doctor(...at, '--channel', id);
    expect(ill).toEqual({ code: 1, said: expect.stringMatching(/  ✗ webhook address: .*\n {6}→ /) });
    expect(await doctor('--api', app.config.publicUrl, '--key', 'x')).toMatchObject({
      code: 2,
      said: expect.stringContaining('answered 401'),
    });
    expect(await doctor('--api', 'http://127.0.0.1:1', '--key', 'x')).toMatchObject({
      code: 2,
      said: expect.stringContaining('does not answer'),
    });
    expect(await doctor()).toMatchObject({ code: 2, said: expect.stringContaining('run npm start') });
  });

  it('find nothing wrong where everything works', async () => {
    const { body } = await app.request('POST', `/v1/channels/${id}/check`);
    expect(body).toMatchObject({ ok: true });
    expect((body.checks as Shown[]).map(({ name, state }) => [name, state])).toEqual([
      ['credentials', 'ok'],
      ['webhook address', 'ok'],
      ['webhook', 'ok'],
      ['login credentials', 'ok'],
      ['link page', 'unknown'],
      ['one provider', 'unknown'],
    ]);
  });

  it('name a token that LINE does not take, and what to do', async () => {
    await line.control('POST /faults', { kind: '401', endpoint: 'info' });
    const found = await check();
    expect(found.ok).toBe(false);
    expect(found.of('credentials')).toMatchObject({ state: 'wrong', fix: expect.stringContaining('access token') });
  });

  it('name a webhook address that is not set, is another one, or is switched off', async () => {
    await setWebhook({ webhookUrl: null });
    expect((await check()).of('webhook address')).toMatchObject({
      state: 'wrong',
      detail: 'No webhook URL is set at LINE.',
    });
    await setWebhook({ webhookUrl: 'https://elsewhere.example/hook' });
    expect((await check()).of('webhook address')).toMatchObject({
      state: 'wrong',
      fix: expect.stringContaining(`/webhooks/line/${id}`),
    });
    await setWebhook({ webhookUrl: `${app.config.publicUrl}/webhooks/line/${id}`, webhookActive: false });
    expect((await check()).of('webhook address')).toMatchObject({
      state: 'wrong',
      detail: 'Webhooks are switched off.',
    });
  });

  it('name a wrong channel secret by letting LINE call', async () => {
    await patch({ channelSecret: 'wrong'.repeat(6) });
    expect((await check()).of('webhook')).toMatchObject({
      state: 'wrong',
      detail: expect.stringContaining('signature does not fit'),
    });
  });

  it('name a webhook that LINE cannot reach', async () => {
    await setWebhook({ webhookUrl: `http://127.0.0.1:1/webhooks/line/${id}` });
    expect((await check()).of('webhook')).toMatchObject({ state: 'wrong', fix: expect.stringContaining('PUBLIC_URL') });
  });

  it('name a wrong secret of the Login channel, and one that is not set', async () => {
    await patch({ login: { ...login, channelSecret: 'c'.repeat(32) } });
    expect((await check()).of('login credentials')).toMatchObject({ state: 'wrong' });
    await patch({ login: null });
    const found = await check();
    expect(found.ok).toBe(true);
    expect(found.of('login credentials')).toMatchObject({ state: 'unknown' });
  });

  it('do not call wrong what could not be asked', async () => {
    await line.control('POST /faults', { kind: 'dropped' });
    const { checks } = (await app.request('POST', `/v1/channels/${id}/check`)).body;
    expect((checks as Shown[]).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'unknown'));
  });

  it('open the link page as a phone does, once linking is switched on', async () => {
    await app.request('PATCH', `/v1/channels/${id}/link-page`, { body: { enabled: true } });
    expect((await check()).of('link page')).toMatchObject({ state: 'ok' });
    await app.request('PATCH', `/v1/channels/${id}/link-page`, { body: { host: 'nowhere.invalid' } });
    expect((await check()).of('link page')).toMatchObject({
      state: 'wrong',
      fix: expect.stringContaining('PUBLIC_URL'),
    });
    await app.request('PATCH', `/v1/channels/${id}/link-page`, { body: { enabled: false, host: null } });
  });

  it('ask whether those who log in are known to the account', async () => {
    const linkByLogin = async (externalId: string, userId: string) => {
      const people = app.get(LineUsers);
      const memberIds = await app.get(Members).ensure(app.scope, [externalId]);
      const lineUserId = (await people.ensure(app.scope, id, [userId])).get(userId)!;
      await people.believe(app.scope, [{ id: lineUserId, friend: true }]);
      const memberId = memberIds.get(externalId)!;
      return app.get(Links).make(app.scope, { channelId: id, memberId, lineUserId, role: 'member', route: 'login' });
    };
    const stranger = await linkByLogin('stranger', `U${'9'.repeat(32)}`);
    expect((await check()).of('one provider')).toMatchObject({
      state: 'wrong',
      fix: expect.stringContaining('provider'),
    });
    await app.get(Links).end(app.scope, stranger.linkId, 'unlinked');
    await linkByLogin('friend', line.friend(1));
    expect((await check()).of('one provider')).toMatchObject({ state: 'ok' });
  });

  it('are another workspace’s business', async () => {
    const { key } = await app.workspace();
    expect(await app.request('POST', `/v1/channels/${id}/check`, { key })).toMatchObject({ status: 404 });
  });
});
