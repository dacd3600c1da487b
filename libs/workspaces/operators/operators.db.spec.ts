import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestApp, type TestApp, type TestWorkspace } from '#testing';

describe('operators', () => {
  let app: TestApp;
  let owner: pg.Client;

  beforeAll(async () => {
    app = await createTestApp();
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  const PASSWORD = 'long enough to pass';
  let made = 0;
  const person = (given: object = {}) => ({
    email: `o${++made}@shop.example`,
    name: '佐藤',
    password: PASSWORD,
    permits: ['workspaces.read'],
    ...given,
  });
  const make = (given: object = {}, key?: string) => app.request('POST', '/v1/operators', { body: person(given), key });
  const signIn = async (email: string) =>
    (await app.request('POST', '/v1/sessions', { key: null, body: { email, password: PASSWORD } })).body
      .token as string;
  const listed = async (of: TestWorkspace) =>
    (await app.request('GET', '/v1/operators', { key: of.key })).body.items as { id: string }[];
  const disable = (id: string, key?: string) => app.request('DELETE', `/v1/operators/${id}`, { key });

  it('are made, and shown without their password', async () => {
    const workspace = await app.workspace();
    const { status, body } = await make({ email: 'Hanako.Sato@Shop.example' }, workspace.key);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: 'Hanako.Sato@Shop.example',
      name: '佐藤',
      permits: ['workspaces.read'],
      createdAt: app.scope.clock.now().toISOString(),
    });
    expect(await listed(workspace)).toEqual([body]);
  });

  it('have no password anywhere in the database, and no name or address in the audit', async () => {
    const { body } = await make({ email: 'secret.person@shop.example' });
    const { rows } = await owner.query(
      `select (select string_agg(o::text, '') from operators o) as operators,
              (select string_agg(e::text, '') from audit_entries e) as audit,
              (select password_hash from operators where id = $1) as hash`,
      [body.id],
    );
    expect(rows[0].operators).not.toContain(PASSWORD);
    expect(rows[0].hash).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/);
    expect(rows[0].audit).toContain(body.id);
    expect(rows[0].audit).toContain('operators.created');
    expect(rows[0].audit).not.toMatch(/secret\.person|佐藤/);
  });

  it('have an e-mail address that nobody else has in any workspace, in whatever case', async () => {
    const other = await app.workspace();
    expect((await make({ email: 'taken@shop.example' })).status).toBe(201);
    for (const [email, key] of [
      ['taken@shop.example', app.key],
      ['TAKEN@Shop.Example', app.key],
      ['Taken@shop.example', other.key],
    ]) {
      expect(await make({ email }, key)).toMatchObject({ status: 409, body: { code: 'operators.email_taken' } });
    }
    expect(await listed(other)).toEqual([]);
  });

  it('are one where many are made with one e-mail address at the same time', async () => {
    const other = await app.workspace();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        make({ email: at % 2 ? 'once@shop.example' : 'ONCE@shop.example' }, at % 3 ? app.key : other.key),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    const { rows } = await owner.query(`select from operators where lower(email) = 'once@shop.example'`);
    expect(rows).toHaveLength(1);
  });

  it('get no permits that the asker lacks, be that a key or an operator', async () => {
    const { body: key } = await app.request('POST', '/v1/api-keys', {
      body: { name: 'k', permits: ['operators.write', 'workspaces.read'] },
    });
    const { body: minor } = await make({ permits: ['operators.write', 'workspaces.read'] });
    for (const bearer of [key.key, await signIn(minor.email)]) {
      expect((await make({ permits: ['workspaces.read'] }, bearer)).status).toBe(201);
      for (const permit of ['workspaces.write', '*']) {
        expect(await make({ permits: [permit] }, bearer)).toMatchObject({
          status: 403,
          body: { code: 'workspaces.permit_not_held', details: { permit } },
        });
      }
    }
  });

  it.each([
    [{ email: 'nobody' }, '/email'],
    [{ email: 'a@b' }, '/email'],
    [{ email: 'あ@shop.example' }, '/email'],
    [{ email: 'a@しょっぷ.example' }, '/email'],
    [{ email: 'a\0@shop.example' }, '/email'],
    [{ email: '\ud800@shop.example' }, '/email'],
    [{ email: 'a@-shop.example' }, '/email'],
    [{ email: 'a@b@shop.example' }, '/email'],
    [{ email: `a@${'x'.repeat(50_000)}` }, '/email'],
    [{ email: `${'a'.repeat(300)}@shop.example` }, '/email'],
    [{ email: null }, '/email'],
    [{ name: '' }, '/name'],
    [{ name: 'x\0' }, '/name'],
    [{ password: 'eleven char' }, '/password'],
    [{ password: 'x'.repeat(257) }, '/password'],
    [{ password: 'x'.repeat(12) + '\0' }, '/password'],
    [{ password: undefined }, '/password'],
    [{ permits: [] }, '/permits'],
    [{ permits: ['workspaces.read', 'nothing.such'] }, '/permits/1'],
    [{ permits: ['__proto__'] }, '/permits/0'],
    [{ id: 'x' }, '/id'],
    [{ workspaceId: '00000000-0000-4000-8000-000000000000' }, '/workspaceId'],
  ])('refuse %j', async (given, path) => {
    expect(await make(given)).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ path })]) },
    });
  });

  it.each([12, 64, 256])('may have a password of %d characters', async (length) => {
    const password = 'ぱ'.repeat(length);
    const { status, body } = await make({ password });
    expect(status).toBe(201);
    const answer = await app.request('POST', '/v1/sessions', { key: null, body: { email: body.email, password } });
    expect(answer.status).toBe(201);
  });

  it('are gone once they are disabled, with all they had open, and leave their address free', async () => {
    const { body } = await make();
    const [one, two] = [await signIn(body.email), await signIn(body.email)];
    const look = async (key: string) => (await app.request('GET', '/v1/workspace', { key })).status;
    expect([await look(one), await look(two)]).toEqual([200, 200]);
    expect((await disable(body.id)).status).toBe(204);
    expect([await look(one), await look(two)]).toEqual([401, 401]);
    expect(await signIn(body.email)).toBeUndefined();
    expect((await disable(body.id)).status).toBe(404);
    expect((await listed(app)).map(({ id }) => id)).not.toContain(body.id);
    expect((await make({ email: body.email })).status).toBe(201);
  });

  it('keep one among them who can let others in', async () => {
    const workspace = await app.workspace();
    const { body: first } = await make({ permits: ['*'] }, workspace.key);
    const { body: reader } = await make({ permits: ['operators.read'] }, workspace.key);
    const refusal = { status: 409, body: { code: 'operators.last_writer' } };
    expect(await disable(first.id, workspace.key)).toMatchObject(refusal);
    const { body: second } = await make({ permits: ['operators.write'] }, workspace.key);
    expect((await disable(first.id, workspace.key)).status).toBe(204);
    expect(await disable(second.id, workspace.key)).toMatchObject(refusal);
    expect((await disable(reader.id, workspace.key)).status).toBe(204);
  });

  it('keep one also where they disable each other at the same time', async () => {
    const workspace = await app.workspace();
    const all = await Promise.all(
      Array.from({ length: 4 }, async () => (await make({ permits: ['*'] }, workspace.key)).body),
    );
    const tokens = await Promise.all(all.map(({ email }) => signIn(email)));
    // By the key: with their own sessions, the slower ones would be turned away before they get to disable anybody.
    const answers = await Promise.all(all.map(({ id }) => disable(id, workspace.key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 204, 204, 409]);
    const open = await Promise.all(
      tokens.map(async (key) => (await app.request('GET', '/v1/sessions/current', { key })).status),
    );
    expect(open.sort()).toEqual([200, 401, 401, 401]);
  });

  it('are not disabled by those who may do less', async () => {
    const { body: boss } = await make({ permits: ['*'] });
    const { body: minor } = await make({ permits: ['operators.write'] });
    const token = await signIn(minor.email);
    expect(await disable(boss.id, token)).toMatchObject({ status: 403, body: { details: { permit: '*' } } });
    expect((await disable(minor.id, token)).status).toBe(204);
  });

  it('of another workspace are not found', async () => {
    const other = await app.workspace();
    const { body } = await make();
    expect(await disable(body.id, other.key)).toMatchObject({ status: 404, body: { code: 'operator.not_found' } });
    expect(await disable('nonsense')).toMatchObject({ status: 404, body: { code: 'operator.not_found' } });
    expect(await listed(other)).toEqual([]);
    expect((await listed(app)).map(({ id }) => id)).toContain(body.id);
  });

  it('are listed page by page, each once', async () => {
    const other = await app.workspace();
    for (let i = 0; i < 5; i++) await make({}, other.key);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await app.request('GET', `/v1/operators?limit=2${cursor && `&cursor=${cursor}`}`, {
        key: other.key,
      });
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });
});
