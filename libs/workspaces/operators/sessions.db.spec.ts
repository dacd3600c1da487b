import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestApp, type TestApp } from '#testing';

const PASSWORD = 'long enough to pass';
const MINUTE = 60_000;

describe('sessions', () => {
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

  // What failed in one test slows down no other.
  beforeEach(() => app.scope.clock.advance(25 * 60 * MINUTE));

  let made = 0;
  async function operator(permits = ['workspaces.read'], key?: string): Promise<{ id: string; email: string }> {
    const body = { email: `s${++made}@shop.example`, name: '店長', password: PASSWORD, permits };
    return (await app.request('POST', '/v1/operators', { body, key })).body;
  }
  const signIn = (email: string, password = PASSWORD) =>
    app.request('POST', '/v1/sessions', { key: null, body: { email, password } });
  const tokenOf = async (email: string) => (await signIn(email)).body.token as string;
  const current = (key: string) => app.request('GET', '/v1/sessions/current', { key });
  const end = (key: string) => app.request('DELETE', '/v1/sessions/current', { key });
  const audited = async (subject: string) => {
    const { rows } = await owner.query('select action, actor_kind, actor_id from audit_entries where subject = $1', [
      subject,
    ]);
    return rows;
  };

  it('say who is signed in, where, and what they may do', async () => {
    const { id, email } = await operator();
    const opened = await signIn(email.toUpperCase());
    const expiresAt = new Date(app.scope.clock.now().getTime() + 12 * 60 * MINUTE).toISOString();
    expect(opened).toMatchObject({ status: 201 });
    expect(opened.body).toEqual({ token: expect.stringMatching(/^tss_[\w-]{43}$/), expiresAt });
    expect(await current(opened.body.token)).toMatchObject({ status: 200 });
    expect((await current(opened.body.token)).body).toEqual({
      operatorId: id,
      email,
      name: '店長',
      permits: ['workspaces.read'],
      workspace: { id: app.scope.workspaceId, name: 'Test' },
      expiresAt,
    });
  });

  it('open what the operator may do, and no more', async () => {
    const minor = await tokenOf((await operator()).email);
    expect((await app.request('GET', '/v1/workspace', { key: minor })).status).toBe(200);
    expect(await app.request('GET', '/v1/api-keys', { key: minor })).toMatchObject({
      status: 403,
      body: { code: 'http.permit_missing' },
    });
    const every = await tokenOf((await operator(['*'])).email);
    const change = await app.request('PATCH', '/v1/workspace', { body: { name: 'Test' }, key: every });
    expect(change.status).toBe(200);
    const by = await owner.query(
      `select actor_kind from audit_entries where action = 'workspaces.updated' order by id desc limit 1`,
    );
    expect(by.rows).toEqual([{ actor_kind: 'operator' }]);
  });

  it('see only their own workspace, whose settings they follow at once', async () => {
    const other = await app.workspace({ name: 'Other' });
    const token = await tokenOf((await operator(['*'], other.key)).email);
    expect((await current(token)).body.workspace).toEqual({ id: other.scope.workspaceId, name: 'Other' });
    await app.request('PATCH', '/v1/workspace', { body: { name: 'Renamed' }, key: token });
    expect((await current(token)).body.workspace.name).toBe('Renamed');
    expect((await app.request('GET', '/v1/workspace')).body.name).toBe('Test');
  });

  it('are nowhere in the database', async () => {
    const token = await tokenOf((await operator()).email);
    const { rows } = await owner.query(
      `select (select string_agg(s::text, '') from operator_sessions s) || (select string_agg(e::text, '') from audit_entries e) as all`,
    );
    expect(rows[0].all).not.toContain(token.slice(4));
    expect(rows[0].all).not.toContain(Buffer.from(token).toString('hex'));
  });

  it('are not what an API key has, not even one with every permit', async () => {
    for (const ask of [current, end]) {
      expect(await ask(app.key)).toMatchObject({ status: 404, body: { code: 'session.not_found' } });
    }
    const { body } = await app.request('POST', '/v1/api-keys', { body: { name: 'k', permits: ['workspaces.read'] } });
    expect((await current(body.key)).status).toBe(403);
  });

  it('end at once, one by one', async () => {
    const { email } = await operator();
    const [one, two] = [await tokenOf(email), await tokenOf(email)];
    expect([(await current(one)).status, (await current(two)).status]).toEqual([200, 200]);
    expect((await end(one)).status).toBe(204);
    expect([(await current(one)).status, (await end(one)).status, (await current(two)).status]).toEqual([
      401, 401, 200,
    ]);
  });

  it('end once, however many ask at the same time', async () => {
    const token = await tokenOf((await operator()).email);
    await current(token);
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => end(token)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(statuses.every((status) => [204, 401, 404].includes(status))).toBe(true);
  });

  it.each([
    ['ended', `update operator_sessions set ended_at = created_at where operator_id = $1`],
    ['left without its operator', `update operators set disabled_at = created_at where id = $1`],
  ])('are refused within five seconds where another process has %s one', async (_what, statement) => {
    const { id, email } = await operator();
    const token = await tokenOf(email);
    expect((await current(token)).status).toBe(200);
    await owner.query(statement, [id]);
    app.scope.clock.advance(5_000);
    expect((await current(token)).status).toBe(401);
  });

  it('end two hours after they were last used', async () => {
    const token = await tokenOf((await operator()).email);
    for (let i = 0; i < 3; i++) {
      app.scope.clock.advance(119 * MINUTE);
      expect((await current(token)).status).toBe(200);
    }
    app.scope.clock.advance(120 * MINUTE);
    expect((await current(token)).status).toBe(401);
  });

  it('end twelve hours after they began, to the second', async () => {
    const token = await tokenOf((await operator()).email);
    for (let i = 0; i < 11; i++) {
      app.scope.clock.advance(60 * MINUTE);
      expect((await current(token)).status).toBe(200);
    }
    app.scope.clock.advance(60 * MINUTE - 1_000);
    expect((await current(token)).status).toBe(200);
    app.scope.clock.advance(1_000);
    expect((await current(token)).status).toBe(401);
  });

  it('that have expired are cleared away when their operator signs in', async () => {
    const { id, email } = await operator();
    await tokenOf(email);
    app.scope.clock.advance(12 * 60 * MINUTE);
    await tokenOf(email);
    const { rows } = await owner.query('select from operator_sessions where operator_id = $1', [id]);
    expect(rows).toHaveLength(1);
  });

  it('refuse made-up tokens', async () => {
    for (const token of ['tss_', 'tss_wrong', `tss_${'A'.repeat(43)}`, `tsu_${'A'.repeat(43)}`])
      expect(await current(token)).toMatchObject({ status: 401, body: { code: 'http.unauthorized' } });
  });

  it('are audited by ids alone', async () => {
    const { id, email } = await operator();
    const token = await tokenOf(email);
    await end(token);
    const { rows } = await owner.query('select id from operator_sessions where operator_id = $1', [id]);
    const by = { actor_kind: 'operator', actor_id: id };
    expect(await audited(rows[0].id)).toEqual([
      { action: 'sessions.opened', ...by },
      { action: 'sessions.ended', ...by },
    ]);
    await signIn(email, 'not the password');
    const refused = { action: 'sessions.refused', actor_kind: 'system', actor_id: 'sign-in' };
    let entries = await audited(id);
    // Written after the answer, so that the answer's time does not tell that there is such an operator.
    while (entries.length < 2) entries = await audited(id);
    expect(entries).toContainEqual(refused);
    const all = await owner.query(`select string_agg(e::text, '') as all from audit_entries e`);
    expect(all.rows[0].all).not.toMatch(/@shop\.example|店長|127\.0\.0\.1/);
  });

  it('take over a password into more work when they are opened', async () => {
    const { id, email } = await operator();
    const hashOf = async () =>
      (await owner.query('select password_hash from operators where id = $1', [id])).rows[0].password_hash as string;
    // The hash of PASSWORD with m=8192,t=1 and a salt of sixteen times 7.
    const older = '$argon2id$v=19$m=8192,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$HBpbNqiryDqMWpYvvQPenlOP8+TOd6mIV86OiGV6P7U';
    await owner.query('update operators set password_hash = $1 where id = $2', [older, id]);
    expect((await signIn(email)).status).toBe(201);
    expect(await hashOf()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await signIn(email)).status).toBe(201);
  });
});
