import { connect } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, TEST_ADMIN_KEY, type TestApp } from '#testing';
import { Permit, Public } from './access.js';
import { BODY_LIMIT } from './json-body.js';
import { NotesModule } from './testing/notes.controller.js';

describe('answers of http', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [NotesModule] });
  });

  afterAll(() => app.close());

  const post = (body: unknown, headers?: Record<string, string>) => app.request('POST', '/v1/notes', { body, headers });

  it('describes a refusal as a problem document', async () => {
    const { status, body, headers } = await app.request('GET', '/v1/notes/refused', { key: null });
    expect(status).toBe(409);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'notes.refused',
      detail: 'No.',
      details: { by: ['x'] },
      requestId: headers['x-request-id'],
    });
  });

  it('keeps the caller’s request id if it is a harmless one', async () => {
    const ask = async (id: string) =>
      (await app.request('GET', '/nowhere', { headers: { 'x-request-id': id } })).body.requestId;
    expect(await ask('abc-1')).toBe('abc-1');
    expect(await ask('a b"<script>')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('says 500 for a bug and nothing about it', async () => {
    const { status, body } = await app.request('GET', '/v1/notes/broken', { key: null });
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'http.internal_error', status: 500 });
    expect(JSON.stringify(body)).not.toMatch(/it broke|Hanako/);
  });

  it('says 503 and when to try again while the database is away', async () => {
    const { status, headers } = await app.request('GET', '/v1/notes/away', { key: null });
    expect([status, headers['retry-after']]).toEqual([503, '1']);
  });

  it.each([
    ['malformed JSON', '{"id":', 400, 'http.malformed_json'],
    ['NaN', '{"id":"a","amount":NaN}', 400, 'http.malformed_json'],
    ['no body', '', 400, 'request.invalid'],
    ['a list', '[]', 400, 'request.invalid'],
    ['null', 'null', 400, 'request.invalid'],
    ['an infinite amount', '{"id":"a","amount":1e999}', 400, 'request.invalid'],
    ['a huge amount', '{"id":"a","amount":1e308}', 400, 'request.invalid'],
    ['a negative amount', '{"id":"a","amount":-1}', 400, 'request.invalid'],
    ['an id with NUL', '{"id":"a\\u0000"}', 400, 'request.invalid'],
    ['an id of 10,000 characters', JSON.stringify({ id: 'x'.repeat(10_000) }), 400, 'request.invalid'],
    ['half a surrogate pair', '{"id":"\\ud800"}', 400, 'request.invalid'],
    ['a prototype key', '{"id":"a","__proto__":{"amount":1}}', 400, 'request.invalid'],
    ['deep nesting', `{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400, 'request.invalid'],
  ])('refuses %s', async (_what, body, status, code) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status, body: { status, code, errors: [{ path: expect.any(String) }] } });
  });

  it('names the places of what is wrong', async () => {
    const { body } = await post({ id: 5, lines: [{ text: 'a' }, {}], more: 1 });
    expect(body.errors).toEqual([
      { path: '/more', detail: 'is not a known field' },
      { path: '/id', detail: 'must be 1 to 128 characters without control characters' },
      { path: '/lines/1/text', detail: 'is missing' },
    ]);
  });

  it('takes a thousand purchases and refuses ten megabytes', async () => {
    const lines = Array.from({ length: 30_000 }, () => ({ text: 'x'.repeat(10) }));
    expect((await post({ id: 'a', lines })).status).toBe(201);
    const { status, body } = await post({ id: 'x'.repeat(10_000_000) });
    expect([status, body.code]).toEqual([413, 'http.body_too_large']);
    expect(BODY_LIMIT).toBeGreaterThan(4_000_000);
  });

  it('reads nothing but JSON in UTF-8', async () => {
    expect(await post('id=1', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
      body: { code: 'http.unsupported_media_type' },
    });
    expect((await post('x', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('{"id":"a"}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201);
    const binary = await app.nest.inject({
      method: 'POST',
      url: '/v1/notes',
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' },
      payload: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    });
    expect(binary.json()).toMatchObject({ status: 400, code: 'http.malformed_json' });
  });

  it('answers addresses that lead nowhere', async () => {
    for (const [method, url, expected] of [
      ['GET', '/v1/nowhere', 404],
      ['DELETE', '/v1/notes', 404],
      ['GET', '/v1/notes/of/%zz', 400],
      ['GET', `/v1/notes/of/${'x'.repeat(10_000)}`, 414],
      ['GET', `/v1/notes/of/${'x'.repeat(129)}`, 400],
      ['GET', '/v1/notes/of/%00', 400],
      ['GET', `/v1/notes/of/${encodeURIComponent('あ'.repeat(128))}`, 200],
      ['GET', '/v1/notes/not-a-uuid', 404],
      ['GET', '/v1/notes/0199D3A8-6f0e-7c51-9a44-5b1f4d7c2e90', 200],
    ] as const) {
      const { status, body, headers } = await app.request(method, url);
      expect([url.slice(0, 40), status]).toEqual([url.slice(0, 40), expected]);
      if (expected >= 400)
        expect(body).toMatchObject({ status: expected, code: expect.any(String), requestId: expect.any(String) });
      if (expected >= 400) expect(headers['content-type']).toMatch('application/problem+json');
    }
  });

  it('answers what is not HTTP', async () => {
    await app.nest.listen(0, '127.0.0.1');
    const { port } = new URL(await app.nest.getUrl());
    const answerTo = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.on('data', (data) => (answer += data.toString()));
        socket.on('close', () => resolve(answer)).on('error', reject);
      });
    expect(await answerTo('HELLO THERE\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 .*application\/problem\+json.*"code":"http.bad_request"/s,
    );
    expect(await answerTo(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
    expect(await answerTo('FOO /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  it('lets in who holds a key with the permit', async () => {
    expect((await app.request('GET', '/v1/notes')).status).toBe(200);
    for (const key of [null, '', 'tsu_wrong', 'x'.repeat(600), 'tsu_\t']) {
      const { status, body, headers } = await app.request('GET', '/v1/notes', { key });
      expect([status, body.code, headers['www-authenticate']]).toEqual([401, 'http.unauthorized', 'Bearer']);
    }
    expect(
      (await app.request('GET', '/v1/notes', { key: null, headers: { authorization: `Basic ${app.key}` } })).status,
    ).toBe(401);
    const { body: weak } = await app.request('POST', '/v1/api-keys', {
      body: { name: 'weak', permits: ['notes.read'] },
    });
    expect((await app.request('GET', '/v1/notes', { key: weak.key })).status).toBe(200);
    expect(await app.request('POST', '/v1/notes', { key: weak.key, body: {} })).toMatchObject({
      status: 403,
      body: { code: 'http.permit_missing', detail: expect.stringContaining('notes.write') },
    });
  });

  it('opens the admin’s routes to the admin key only', async () => {
    const admin = (key: string | null) => app.request('POST', '/v1/notes/admin', { key });
    expect(await admin(TEST_ADMIN_KEY)).toMatchObject({ status: 201, body: ['admin'] });
    for (const key of [null, app.key, `${TEST_ADMIN_KEY}x`]) expect((await admin(key)).status).toBe(401);
    expect((await app.request('GET', '/v1/notes', { key: TEST_ADMIN_KEY })).status).toBe(401);
  });

  it('reads the query of a list and refuses a limit above the maximum', async () => {
    expect((await app.request('GET', '/v1/notes?limit=200')).body).toEqual({ limit: 200 });
    expect((await app.request('GET', '/v1/notes')).body).toEqual({ limit: 50 });
    for (const query of ['limit=201', 'limit=0', 'limit=ten', 'limit=1.5', 'limit=1&limit=2', 'more=1', 'cursor=']) {
      const { status, body } = await app.request('GET', `/v1/notes?${query}`);
      expect([query, status, body.errors?.length]).toEqual([query, 400, 1]);
    }
  });

  it('says whether it lives and whether it can work', async () => {
    expect(await app.request('GET', '/healthz', { key: null })).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await app.request('GET', '/readyz', { key: null })).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('sets headers that suit an API', async () => {
    const { headers } = await app.request('GET', '/healthz', { key: null });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });
});

describe('a route', () => {
  it('cannot say twice who may call it', () => {
    const twice = () => {
      class Twice {
        @Get()
        @Public()
        @Permit('x.y')
        twice(): void {}
      }
      return Twice;
    };
    expect(twice).toThrow('twice says twice');
  });
});

describe('an application with a route that is open by omission', () => {
  @Controller()
  class Silent {
    @Get('silent')
    // eslint-disable-next-line house/permit-on-routes -- the omission is what is asked about
    silent(): void {}
  }

  @Module({ controllers: [Silent] })
  class SilentModule {}

  it('does not start', async () => {
    const start = createTestApp({ imports: [SilentModule] });
    await expect(start).rejects.toThrow('GET /silent');
  });
});

describe('an application with a limit of requests', () => {
  it('answers 429 above it, for each key apart, and says when to come again', async () => {
    const app = await createTestApp({ config: { rateLimitPerMinute: 3 } });
    const ask = (key?: string) => app.request('GET', '/v1/workspace', { key });
    for (let i = 0; i < 3; i++) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
      429,
      'http.too_many_requests',
      '20',
    ]);
    expect((await ask((await app.workspace()).key)).status).toBe(200);
    app.scope.clock.advance(20_000);
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
    await app.close();
  });
});
