import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';

const PASSWORD = 'long enough to pass';

describe('signing in', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  // What failed in one test slows down no other.
  beforeEach(() => app.scope.clock.advance(25 * 3_600_000));

  let made = 0;
  async function operator(): Promise<string> {
    const email = `i${++made}@shop.example`;
    const body = { email, name: '店長', password: PASSWORD, permits: ['workspaces.read'] };
    expect((await app.request('POST', '/v1/operators', { body })).status).toBe(201);
    return email;
  }

  async function signIn(email: string, password = PASSWORD, remoteAddress = '10.0.0.1') {
    const answer = await app.nest.inject({
      method: 'POST',
      url: '/v1/sessions',
      payload: { email, password },
      remoteAddress,
    });
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
  }

  it('is refused in the same words for a wrong password and for nobody', async () => {
    const known = await signIn(await operator(), 'not the password');
    const unknown = await signIn('nobody@shop.example', 'not the password');
    expect(known).toMatchObject({ status: 401, body: { code: 'sessions.refused' } });
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...known.body, requestId: '' });
  });

  it('is slowed down by e-mail address, whether there is such an operator or not', async () => {
    const email = await operator();
    for (const one of [email, 'nobody@shop.example']) {
      for (let i = 0; i < 5; i++) expect((await signIn(one, 'wrong', `10.1.0.${i}`)).status).toBe(401);
      const late = await signIn(one, PASSWORD, '10.1.1.1');
      expect(late).toMatchObject({ status: 429, body: { code: 'sessions.too_many_attempts' } });
      expect(late.headers['retry-after']).toBe('1');
    }
    app.scope.clock.advance(1_000);
    expect((await signIn(email, PASSWORD, '10.1.1.1')).status).toBe(201);
    expect((await signIn(email, 'wrong', '10.1.1.1')).status).toBe(401);
  });

  it('is slowed down by network address', async () => {
    const email = await operator();
    for (let i = 0; i < 20; i++) expect((await signIn(`${i}@nowhere.example`, 'wrong', '10.2.0.1')).status).toBe(401);
    expect((await signIn(email, PASSWORD, '10.2.0.1')).status).toBe(429);
    expect((await signIn(email, PASSWORD, '10.2.0.2')).status).toBe(201);
  });

  it('lets a flood of guesses try no more than guesses one by one', async () => {
    const email = await operator();
    const guesses = Array.from({ length: 300 }, (_, at) => (at === 150 ? PASSWORD : `guess number ${at}`));
    const answers = await Promise.all(guesses.map((guess, at) => signIn(email, guess, `10.3.${at % 250}.1`)));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(401), count(429)]).toEqual([5, 295]);
  });

  it('survives a flood of strangers without a server error, and works again after it', async () => {
    const email = await operator();
    const strangers = Array.from({ length: 80 }, (_, at) => signIn(`${at}@flood.example`, 'wrong', `10.4.${at}.1`));
    const statuses = (await Promise.all(strangers)).map(({ status }) => status);
    expect([...new Set(statuses)].sort()).toEqual([401, 503]);
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(42);
    expect((await signIn(email, PASSWORD, '10.4.250.1')).status).toBe(201);
  }, 30_000);

  it.each([
    [{}, '/email'],
    [{ email: 'a@b.example' }, '/password'],
    [{ email: 5, password: PASSWORD }, '/email'],
    [{ email: ['a@b.example'], password: PASSWORD }, '/email'],
    [{ email: 'x'.repeat(255), password: PASSWORD }, '/email'],
    [{ email: 'a\0', password: PASSWORD }, '/email'],
    [{ email: 'a@b.example', password: '' }, '/password'],
    [{ email: 'a@b.example', password: 'x'.repeat(257) }, '/password'],
    [{ email: 'a@b.example', password: { $ne: '' } }, '/password'],
    [{ email: 'a@b.example', password: PASSWORD, permits: ['*'] }, '/permits'],
  ])('refuses %j', async (body, path) => {
    expect(await app.request('POST', '/v1/sessions', { key: null, body })).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ path })]) },
    });
  });

  it('takes strange texts as data', async () => {
    for (const email of ["' or 1=1 --", '%', '\u{1f600}', '__proto__', 'constructor'])
      expect((await signIn(email, "' or 1=1 --", '10.5.0.1')).status).toBe(401);
  });
});
