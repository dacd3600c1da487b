import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { ChannelsHttpModule, ChannelsJobsModule } from '../channels.module.js';
import { Channels } from '../channels.service.js';
import { ReceivedEvents } from './received-events.service.js';
import { lineEvent, lineUserId, sendEvents, sendWebhook, signatureOf } from '../testing/signed-webhook.js';

const NOON = Date.parse('2026-04-15T12:00:00+09:00');

describe('LINE webhooks', () => {
  let app: TestApp;
  let db: Database;
  let target: { channelId: string; channelSecret: string };

  const connect = async (key: string, lineChannelId: string, channelSecret: string) => {
    const body = { name: 'Shop', lineChannelId, channelSecret, accessToken: 'token', verify: false };
    const { body: channel } = await app.request('POST', '/v1/channels', { key, body });
    return { channelId: channel.id as string, channelSecret };
  };
  const stored = (scope: Scope = app.scope) =>
    db.query<{ type: string; body: string; occurredAt: Date; webhookEventId: string }>(
      scope,
      sql`select type, body, occurred_at as "occurredAt", webhook_event_id as "webhookEventId"
            from webhook_events order by id`,
    );
  const people = (scope: Scope = app.scope) =>
    db.query<{ userId: string; friendState: string }>(
      scope,
      sql`select user_id as "userId", friend_state as "friendState" from line_users order by user_id`,
    );
  const read = async () => {
    await drainJobs(app.nest);
    return stored();
  };
  const waiting = async () => {
    const rows = await db.query<{ job: string; n: number }>(
      app.scope,
      sql`select job, count(*)::int as n from outbox group by job order by job`,
    );
    return Object.fromEntries(rows.map(({ job, n }) => [job, n]));
  };

  beforeAll(async () => {
    app = await createTestApp({ imports: [ChannelsHttpModule, ChannelsJobsModule] });
    db = app.get(Database);
    target = await connect(app.key, '1600000001', 'the-secret');
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    await db.execute(app.scope, sql`delete from webhook_events`);
    await db.execute(app.scope, sql`delete from line_users`);
    await db.execute(app.scope, sql`delete from outbox`);
  });

  describe('at the door', () => {
    it('are stored with one job for all events of a request before they are answered', async () => {
      const events = [1, 2, 3].map((n) => lineEvent('follow', lineUserId(n), NOON));
      expect(await sendEvents(app, target, events)).toMatchObject({ status: 200, body: undefined });
      expect(await waiting()).toEqual({ 'channels.read_webhooks': 1 });
      expect((await read()).map(({ body }) => JSON.parse(body))).toEqual(events);
    });

    it('share a commit, and a job, when they arrive together', async () => {
      const requests = Array.from({ length: 40 }, (_, n) => [lineEvent('message', lineUserId(n), NOON)]);
      const answers = await Promise.all(requests.map((events) => sendEvents(app, target, events)));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect((await waiting())['channels.read_webhooks']).toBeLessThan(20);
      expect(await read()).toHaveLength(40);
    });

    it('may carry no events at all, which checks the connection', async () => {
      expect(await sendEvents(app, target, [])).toMatchObject({ status: 200 });
      expect(await waiting()).toEqual({});
    });

    it('are refused with a wrong signature, a missing one, or another channel’s, and leave nothing', async () => {
      const body = JSON.stringify({ events: [lineEvent('follow', lineUserId(1), NOON)] });
      const url = `/webhooks/line/${target.channelId}`;
      for (const signature of [undefined, 'x', signatureOf(body, 'other')]) {
        const headers: Record<string, string> = signature === undefined ? {} : { 'x-line-signature': signature };
        expect(await app.request('POST', url, { key: null, body, headers })).toMatchObject({
          status: 401,
          body: { code: 'channels.wrong_signature' },
        });
      }
      expect(await stored()).toEqual([]);
      expect(await waiting()).toEqual({});
    });

    it.each(['9d1f0d6e-9a4e-4c5e-8c53-9f2a5c8f2d11', 'x', '%00', '..%2f..', 'a'.repeat(128)])(
      'of the unknown channel %s are not found',
      async (channelId) => {
        const answer = await sendEvents(app, { channelId, channelSecret: 'the-secret' }, []);
        expect(answer).toMatchObject({ status: 404, body: { code: 'channel.not_found' } });
      },
    );

    it.each(['{', '', '[]', '5', 'null', '{"events":{}}', '{"destination":"U"}', '{"events":null}'])(
      'with the signed body %j are malformed',
      async (body) => {
        expect(await sendWebhook(app, target, body)).toMatchObject({ status: 400 });
        expect(await stored()).toEqual([]);
      },
    );

    it('are not read before their signature is right: what is not even JSON is 401 too', async () => {
      const unsigned = { ...target, channelSecret: 'other' };
      expect(await sendWebhook(app, unsigned, '{')).toMatchObject({ status: 401 });
    });

    it('with brackets nested beyond all sense are malformed, not a failure', async () => {
      const deep = `{"events":[{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`;
      expect(await sendWebhook(app, target, deep)).toMatchObject({ status: 400 });
    });

    it('are checked over their bytes, not over what parsing makes of them', async () => {
      const body = `{ "events" : [ {"type":"message","message":{"text":"\\u3042 あ 😀"},"webhookEventId":"e" } ] }`;
      expect(await sendWebhook(app, target, body)).toMatchObject({ status: 200 });
      const [event] = await read();
      expect(JSON.parse(event!.body)).toEqual(JSON.parse(body).events[0]);
    });

    it('are taken with the new secret from the moment it is set, and with the old one no longer', async () => {
      const other = await connect(app.key, '1600000002', 'before');
      expect(await sendEvents(app, other, [])).toMatchObject({ status: 200 });
      const body = { channelSecret: 'after' };
      expect(await app.request('PATCH', `/v1/channels/${other.channelId}`, { body })).toMatchObject({ status: 200 });
      expect(await sendEvents(app, other, [])).toMatchObject({ status: 401 });
      expect(await sendEvents(app, { ...other, channelSecret: 'after' }, [])).toMatchObject({ status: 200 });
    });

    it('are taken with a secret that another process has set meanwhile', async () => {
      const other = await connect(app.key, '1600000003', 'before');
      expect(await sendEvents(app, other, [])).toMatchObject({ status: 200 });
      // The service alone, as if behind another door: nobody tells this process's gate.
      await app.get(Channels).update(app.scope, other.channelId, { channelSecret: 'after' });
      expect(await sendEvents(app, { ...other, channelSecret: 'after' }, [])).toMatchObject({ status: 200 });
      expect(await sendEvents(app, other, [])).toMatchObject({ status: 401 });
    });

    it('of a deleted channel are not found', async () => {
      const other = await connect(app.key, '1600000005', 'secret');
      expect(await sendEvents(app, other, [])).toMatchObject({ status: 200 });
      expect(await app.request('DELETE', `/v1/channels/${other.channelId}`)).toMatchObject({ status: 204 });
      expect(await sendEvents(app, other, [])).toMatchObject({ status: 404 });
    });
  });

  describe('that come again', () => {
    it('change nothing, whether alone, mixed with new ones, or twice in one request', async () => {
      const first = lineEvent('message', lineUserId(1), NOON);
      const again = { ...first, deliveryContext: { isRedelivery: true } };
      const next = lineEvent('message', lineUserId(1), NOON + 1);
      await sendEvents(app, target, [first, first]);
      await sendEvents(app, target, [again]);
      await read();
      await sendEvents(app, target, [again, next]);
      expect((await read()).map(({ body }) => JSON.parse(body))).toEqual([first, next]);
    });

    it('are known by what they say where they have no usable id', async () => {
      const { webhookEventId: _, ...event } = lineEvent('message', lineUserId(1), NOON);
      const again = { ...event, deliveryContext: { isRedelivery: true } };
      await sendEvents(app, target, [
        event,
        again,
        { ...event, webhookEventId: 'a\u0000b' },
        { ...event, timestamp: 1 },
      ]);
      expect(await read()).toHaveLength(3);
    });

    it('all at once are stored once each', async () => {
      const events = Array.from({ length: 20 }, (_, n) => lineEvent('message', lineUserId(n % 3), NOON + n));
      const requests = Array.from({ length: 30 }, (_, n) => [...events.slice(n % 20), ...events.slice(0, n % 20)]);
      const answers = await Promise.all(requests.map((request) => sendEvents(app, target, request)));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(await read()).toHaveLength(20);
    });
  });

  describe('with odd content', () => {
    it('keep unknown event types and things that are no events at all', async () => {
      await sendEvents(app, target, [{ type: 'somethingNew', webhookEventId: 'n', x: { y: [1] } }, 5, null, 'x', [1]]);
      expect((await read()).map(({ type }) => type).sort()).toEqual([
        'somethingNew',
        ...Array.from({ length: 4 }, () => 'unknown'),
      ]);
    });

    it('keep NUL, half surrogate pairs and prototype keys in a text', async () => {
      const text = 'a\u0000b\ud83dc😀';
      const body = `{"events":[{"type":"message","webhookEventId":"e1","timestamp":${NOON},"__proto__":{"x":1},
        "source":{"type":"user","userId":"${lineUserId(1)}"},"message":{"type":"text","text":${JSON.stringify(text)}}}]}`;
      expect(await sendWebhook(app, target, body)).toMatchObject({ status: 200 });
      const [event] = await read();
      expect(JSON.parse(event!.body).message.text).toBe(text);
      expect(await people()).toEqual([{ userId: lineUserId(1), friendState: 'none' }]);
    });

    it.each([0, -1, 1e18, Number.MAX_SAFE_INTEGER, 1.5, '12', null, {}, '1e400'])(
      'survive the timestamp %j',
      async (timestamp) => {
        const event = JSON.stringify({ ...lineEvent('follow', lineUserId(1), 1), timestamp }).replace(
          '"1e400"',
          '1e400',
        );
        expect(await sendWebhook(app, target, `{"events":[${event}]}`)).toMatchObject({ status: 200 });
        await drainJobs(app.nest);
        expect(await people()).toEqual([{ userId: lineUserId(1), friendState: 'friend' }]);
      },
    );

    it('do not take just anything for a person', async () => {
      const sources = [
        null,
        'user',
        5,
        { type: 'user' },
        { type: 'user', userId: 5 },
        { type: 'user', userId: 'Ux' },
        { type: 'user', userId: `${lineUserId(1)}0` },
        { type: 'group', groupId: `C${'0'.repeat(32)}`, userId: lineUserId(1) },
      ];
      const events = sources.map((source, n) => ({ ...lineEvent('message', lineUserId(1), NOON + n), source }));
      expect(await sendEvents(app, target, events)).toMatchObject({ status: 200 });
      await drainJobs(app.nest);
      expect(await people()).toEqual([]);
    });
  });

  describe('once read', () => {
    it('make friends, blockers and people of whom only a message is known', async () => {
      await sendEvents(app, target, [
        lineEvent('follow', lineUserId(1), NOON),
        lineEvent('follow', lineUserId(2), NOON),
        lineEvent('unfollow', lineUserId(2), NOON + 1),
        lineEvent('message', lineUserId(3), NOON),
        lineEvent('message', lineUserId(1), NOON + 5),
      ]);
      await drainJobs(app.nest);
      expect(await people()).toEqual([
        { userId: lineUserId(1), friendState: 'friend' },
        { userId: lineUserId(2), friendState: 'blocked' },
        { userId: lineUserId(3), friendState: 'none' },
      ]);
    });

    it('tell of account links, also of those that failed and name nobody', async () => {
      const link = { result: 'failed', nonce: 'n' };
      await sendEvents(app, target, [
        lineEvent('accountLink', lineUserId(1), NOON, { link: { ...link, result: 'ok' } }),
        lineEvent('accountLink', lineUserId(2), NOON + 1, { link, source: undefined }),
      ]);
      const told = (await drainJobs(app.nest)).filter(({ job }) => job === 'channels.account_link_received');
      expect(told).toHaveLength(2);
      expect(await people()).toMatchObject([{ userId: lineUserId(1) }]);
    });

    it('are read again by their id, with the person, in their own workspace and channel only', async () => {
      await sendEvents(app, target, [
        lineEvent('message', lineUserId(1), NOON, { message: { type: 'text', text: 'a\u0000' } }),
        lineEvent('accountLink', lineUserId(1), NOON + 1, { link: { result: 'failed' }, source: undefined }),
      ]);
      await drainJobs(app.nest);
      const rows = await db.query<{ id: string }>(app.scope, sql`select id from webhook_events order by occurred_at`);
      const [message, failed] = rows.map(({ id }) => ({ channelId: target.channelId, eventId: id }));
      const events = app.get(ReceivedEvents);
      expect(await events.find(app.scope, message!)).toMatchObject({
        type: 'message',
        occurredAt: new Date(NOON),
        receivedAt: app.scope.clock.now(),
        person: { userId: lineUserId(1), lineUserId: expect.stringMatching(/^\d+$/) },
        body: { message: { text: 'a\u0000' } },
      });
      expect(await events.find(app.scope, failed!)).not.toHaveProperty('person');
      const other = await app.workspace();
      expect(await events.find(other.scope, message!)).toBeUndefined();
      const elsewhere = await connect(app.key, '1600000099', 'the-secret');
      expect(await events.find(app.scope, { ...message!, channelId: elsewhere.channelId })).toBeUndefined();
    });

    it('stay with the workspace whose channel they came to', async () => {
      const other = await app.workspace();
      const theirs = await connect(other.key, '1600000001', 'the-secret');
      await sendEvents(app, theirs, [lineEvent('follow', lineUserId(1), NOON)]);
      await drainJobs(app.nest);
      expect(await people()).toEqual([]);
      expect(await stored()).toEqual([]);
      expect(await people(other.scope)).toEqual([{ userId: lineUserId(1), friendState: 'friend' }]);
    });
  });
});
