import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openApiDocument } from '#http';
import { createTestApp, TEST_ADMIN_KEY, type TestApp } from '#testing';
import { features } from '../../apps/api/app.module.js';
import { mutations, sampleOf, type Schema } from './schema-samples.js';

interface Operation {
  security: object[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

const document = openApiDocument(...features) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const { schemas } = document.components;
const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

/** Bodies that are wrong for every operation. */
const nasty: [string, string][] = [
  ['nothing', ''],
  ['half an object', '{"a":'],
  ['NaN', '{"a":NaN}'],
  ['a number', '1e308'],
  ['a text', '"\\u0000"'],
  ['null', 'null'],
  ['a list', '[[[]]]'],
  ['prototype keys', '{"__proto__":{"a":1},"constructor":{"prototype":{}},"prototype":1}'],
  ['a deep list', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['a deep object', '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)],
  ['many unknown fields', JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, i])))],
];

const strangeIds = [
  '%00',
  '%ff',
  '%zz',
  '__proto__',
  "'",
  '..%2f..',
  '-1',
  '9'.repeat(40),
  'x'.repeat(10_000),
  '%F0%9F%98%80',
];

describe('bad input', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({
      imports: features,
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200 },
    });
  });

  afterAll(() => app.close());

  async function ask(method: string, path: string, operation: Operation, body?: string): Promise<void> {
    const key = 'adminKey' in (operation.security[0] ?? {}) ? TEST_ADMIN_KEY : undefined;
    const answer = await app.request(method, path, { body, key });
    const about = `${method} ${path.slice(0, 80)} ${body?.slice(0, 300)} → ${JSON.stringify(answer.body ?? null).slice(0, 300)}`;
    // What LINE does not answer is not our fault.
    if (answer.status >= 500 && String(answer.body?.code).startsWith('http.')) throw new Error(about);
    if (answer.status < 400) return;
    expect([about, answer.headers['content-type']]).toEqual([about, 'application/problem+json; charset=utf-8']);
    expect(answer.body).toMatchObject({ status: answer.status, code: expect.any(String), detail: expect.any(String) });
    expect(answer.body.title).toEqual(expect.any(String));
    for (const { path: pointer } of answer.body.errors ?? []) expect(pointer).toMatch(/^(\/|$)/);
  }

  const addressOf = (path: string, id = '00000000-0000-4000-8000-000000000000') => path.replace(/\{\w+\}/g, id);

  it.each(operations.filter(({ operation }) => operation.requestBody))(
    '$method $path refuses what is no body of its',
    async ({ method, path, operation }) => {
      for (const [, body] of nasty) {
        const answer = await app.request(method, addressOf(path), {
          body,
          key: 'adminKey' in (operation.security[0] ?? {}) ? TEST_ADMIN_KEY : undefined,
        });
        expect([body.slice(0, 60), answer.status >= 400 && answer.status < 500]).toEqual([body.slice(0, 60), true]);
        await ask(method, addressOf(path), operation, body);
      }
    },
  );

  it.each(operations.filter(({ operation }) => operation.requestBody))(
    '$method $path survives every field gone wrong',
    async ({ method, path, operation }) => {
      const schema = Object.values(operation.requestBody!.content)[0]!.schema;
      const sample = sampleOf(schema, schemas);
      for (const mutation of mutations(sample)) await ask(method, addressOf(path), operation, JSON.stringify(mutation));
    },
  );

  it.each(operations.filter(({ path }) => path.includes('{')))(
    '$method $path survives strange ids',
    async ({ method, path, operation }) => {
      for (const id of strangeIds) await ask(method, addressOf(path, id), operation, operation.requestBody && '{}');
    },
  );

  it.each(operations.filter(({ method }) => method === 'GET'))(
    'GET $path survives strange queries',
    async ({ method, path, operation }) => {
      for (const query of [
        'limit=1e9',
        'limit=-1',
        'limit=NaN',
        'cursor=%00',
        'cursor=AAAA',
        '__proto__=1',
        'a[b]=c',
        'limit[]=1',
        '%zz',
      ]) {
        await ask(method, `${addressOf(path)}?${query}`, operation);
      }
    },
  );

  it.each(operations)('$method $path turns away who has no key', async ({ method, path, operation }) => {
    if (operation.security.length === 0) return;
    const body = operation.requestBody && '{}';
    for (const key of [null, 'tsu_wrong']) {
      const { status, body: problem } = await app.request(method, addressOf(path), { key, body });
      expect([status, problem.code]).toEqual([401, 'http.unauthorized']);
    }
  });

  it.each(operations)('$method $path turns away a key without its permit', async ({ method, path, operation }) => {
    const permit = (operation as { 'x-permit'?: string })['x-permit'];
    if (!permit) return;
    const other = permit === 'workspaces.read' ? 'workspaces.write' : 'workspaces.read';
    const { body: weak } = await app.request('POST', '/v1/api-keys', { body: { name: 'weak', permits: [other] } });
    const answer = await app.request(method, addressOf(path), { key: weak.key, body: operation.requestBody && '{}' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'http.permit_missing', details: { permit } } });
  });
});
