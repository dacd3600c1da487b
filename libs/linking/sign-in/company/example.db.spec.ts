import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { VirtualClock } from '#kernel';
import { createTestApp, type TestApp } from '#testing';
import { Logins } from '../logins/logins.service.js';
import { SignInStory, signInModules } from '../testing/sign-in-story.js';

const RIGHT = { email: 'hanako@shop.example', password: 'rainy days in june' };

describe('the example of a company’s own sign-in', () => {
  let app: TestApp;
  let owner: pg.Client;
  let story: SignInStory;
  let example: ChildProcess;
  let site: string;

  beforeAll(async () => {
    // The example lives in the real time.
    app = await createTestApp({ imports: signInModules, clock: new VirtualClock(new Date()) });
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
    story = await SignInStory.start(app, (id) =>
      owner.query('update channels set verified_at = now() where id = $1', [id]),
    );
    await story.member('M0001');
    const { secret } = (await app.request('POST', '/v1/sign-in-keys')).body;
    example = spawn(process.execPath, ['examples/company-sign-in/server.mjs'], {
      env: { ...process.env, SIGN_IN_KEY: secret, PORT: '0', PUBLIC_URL: undefined },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(example.stdout!, 'data')) as [Buffer];
    site = /http:\S+/.exec(line.toString())![0];
    await story.settings({ signIn: { kind: 'company', url: site } });
  }, 60_000);

  afterAll(async () => {
    const gone = once(example, 'exit');
    example.kill();
    await gone;
    await owner.end();
    await app.close();
  });

  const sentAway = async () => {
    const { browser, attempt } = await story.onTheWay();
    const { location } = await browser.get(`${story.base}/sign-in`);
    return { browser, attempt, location, request: new URL(location).searchParams.get('request')! };
  };
  const signIn = (fields: Record<string, string>) =>
    fetch(site, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

  it('signs a member in, who goes on to the consent', async () => {
    const { browser, attempt, location, request } = await sentAway();
    expect(location.startsWith(`${site}?request=`)).toBe(true);
    const page = await fetch(location);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`value="${request}"`);
    const answer = await signIn({ ...RIGHT, request });
    expect(answer.status).toBe(303);
    const back = await browser.get(answer.headers.get('location')!);
    expect(back).toMatchObject({ status: 303, location: `${story.base}/consent` });
    const { rows } = await owner.query('select member_id, proof from link_attempts where id = $1', [attempt.id]);
    expect(rows).toEqual([{ member_id: await app.get(Logins).memberOf(app.scope, 'M0001'), proof: 'company' }]);
  });

  it('answers once for each time that somebody signs in', async () => {
    const { browser, request } = await sentAway();
    const answer = await signIn({ ...RIGHT, request });
    const url = answer.headers.get('location')!;
    expect([(await browser.get(url)).status, (await browser.get(url)).status]).toEqual([303, 400]);
  });

  it('lets nobody in with a wrong password', async () => {
    const { request } = await sentAway();
    for (const wrong of [{ password: 'wrong' }, { email: 'taro@shop.example' }, { password: '' }]) {
      const answer = await signIn({ ...RIGHT, ...wrong, request });
      expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
    }
  });

  it('takes no request that we have not signed for it', async () => {
    const { request } = await sentAway();
    const [head, claims, signature] = request.split('.') as [string, string, string];
    const changed = {
      ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object),
      returnUrl: 'https://evil.example',
    };
    const forged = Buffer.from(JSON.stringify(changed)).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [
      '',
      'x',
      `${head}.${forged}.${signature}`,
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
    ])
      expect([token, (await signIn({ ...RIGHT, request: token })).status]).toEqual([token, 400]);
  });
});
