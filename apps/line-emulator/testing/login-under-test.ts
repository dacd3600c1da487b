import { EmulatorUnderTest } from './emulator-under-test.js';
import type { Body, Reply } from './emulator-under-test.js';
import type { EmulatorOptions } from '../emulator.js';
import { WebhookReceiver } from './webhook-receiver.js';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

export const loginChannel = { channelId: '2001234567', channelSecret: '0123456789abcdef0123456789abcdef' };
export const redirectUri = 'http://localhost/back?a=1';
/** LINE's own example: https://developers.line.biz/en/docs/line-login/integrate-pkce/ */
export const pkce = {
  verifier: 'wJKN8qz5t8SSI9lMFhBB6qwNkQBkuPZoCxzRhwLRUo1',
  challenge: 'BSCQwo_m8Wf0fpjmwkIKmPAJ1A7tiuRSNDnXzODS7QI',
};

export type Query = Record<string, string | undefined>;

/** An emulator whose channel has a webhook and a Login channel, and a frozen clock. */
export class LoginUnderTest {
  private constructor(
    public line: EmulatorUnderTest,
    readonly bot: WebhookReceiver,
  ) {}

  static async start(options: EmulatorOptions = {}): Promise<LoginUnderTest> {
    const bot = await new WebhookReceiver().start();
    const line = await EmulatorUnderTest.start(options);
    await line.control('POST /clock', { frozen: true });
    await line.onChannel('POST /channels', { webhookUrl: bot.url, login: loginChannel });
    return new LoginUnderTest(line, bot);
  }

  /** A good authorisation URL, changed by what is given; undefined leaves a parameter out. */
  authorizeUrl(change: Query = {}): string {
    const { channelId: client_id } = loginChannel;
    const usual: Query = {
      response_type: 'code',
      client_id,
      redirect_uri: redirectUri,
      state: 'st-1',
      scope: 'openid profile',
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...usual, ...change }))
      if (value !== undefined) query.set(name, value);
    return `${this.line.url}/oauth2/v2.1/authorize?${query.toString()}`;
  }

  /** What the person's browser would be sent back with. */
  async logIn(change: Query = {}, how: object = {}): Promise<Record<string, string>> {
    const url = this.authorizeUrl(change);
    const given = { userId: this.line.friend(0), url, ...how };
    const { location } = (await this.line.onChannel('POST /login', given)) as { location: string };
    return answersAt(location);
  }

  /** Posts a form to the API. */
  post(path: string, fields: Query, headers: Record<string, string> = {}): Promise<Reply> {
    const given = Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return this.line.api(`POST ${path}`, new URLSearchParams(given).toString(), { ...form, ...headers });
  }

  exchange(code: string | undefined, change: Query = {}): Promise<Reply> {
    const client = { client_id: loginChannel.channelId, client_secret: loginChannel.channelSecret };
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...client, ...change };
    return this.post('/oauth2/v2.1/token', fields);
  }

  refresh(refreshToken: string, change: Query = {}): Promise<Reply> {
    return this.exchange(undefined, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      redirect_uri: undefined,
      ...change,
    });
  }

  /** Tokens of a fresh login. */
  async tokens(change: Query = {}, how: object = {}): Promise<Body> {
    const { code } = await this.logIn(change, how);
    return (await this.exchange(code)).body;
  }

  /** Calls the API with a user's token. */
  as(accessToken: string, methodAndPath: string): Promise<Reply> {
    return this.line.api(methodAndPath, undefined, { authorization: `Bearer ${accessToken}` });
  }

  async deauthorize(userAccessToken: string, authorization?: string): Promise<Reply> {
    const bearer = authorization ?? `Bearer ${await this.statelessToken()}`;
    return this.line.api('POST /user/v1/deauthorize', { userAccessToken }, { authorization: bearer });
  }

  async statelessToken(client: { channelId: string; channelSecret: string } = loginChannel): Promise<string> {
    const fields = {
      grant_type: 'client_credentials',
      client_id: client.channelId,
      client_secret: client.channelSecret,
    };
    const { access_token } = (await this.post('/oauth2/v3/token', fields)).body as { access_token: string };
    return access_token;
  }

  /** Stops the emulator and starts it anew from its data file, at another port. */
  async restart(dataFile: string): Promise<void> {
    this.line = await this.line.resumed({ dataFile });
  }

  advance(ms: number): Promise<unknown> {
    return this.line.control('POST /clock', { advanceMs: ms });
  }

  browser(): Browser {
    return new Browser();
  }

  async close(): Promise<void> {
    await this.line.close();
    await this.bot.close();
  }
}

/** The query of an address somebody is sent to. */
export function answersAt(location: string): Record<string, string> {
  return Object.fromEntries(new URL(location).searchParams);
}

export interface Seen {
  status: number;
  location: string | null;
  markup: string;
}

/** A browser without scripts that keeps its cookie and follows no redirect by itself. */
export class Browser {
  cookie: string | undefined;

  open(url: string): Promise<Seen> {
    return this.request(url, { method: 'GET' });
  }

  /** Sends the form that says `step`, as it stands on the page, with the chosen button or box. */
  press(url: string, { markup }: Seen, step: string, chosen: Record<string, string> = {}): Promise<Seen> {
    const found = [...markup.matchAll(/<form[^]*?<\/form>/g)].find(([one]) => one.includes(`value="${step}"`))?.[0];
    if (found === undefined) throw new Error(`no form for ${step} in: ${markup}`);
    const hidden = [...found.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    return this.request(url, { method: 'POST', body: new URLSearchParams({ ...fields, ...chosen }) });
  }

  private async request(url: string, init: RequestInit): Promise<Seen> {
    const headers = this.cookie === undefined ? {} : { cookie: this.cookie };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0];
    const location = response.headers.get('location');
    return { status: response.status, location, markup: await response.text() };
  }
}
