import type { Clock } from '#kernel';
import type { LineAnswer, LineTransport } from '../line-transport.js';
import type { ReadOutcome } from '../send-outcome.js';
import { authorizeUrl, type AuthorizeRequest } from './authorize-url.js';
import { verifyIdToken, type ExpectedIdToken, type IdTokenUser } from './id-token.js';
import type { LineCerts } from './line-certs.js';
import type { LineLoginClient, LoginChannel, LoginTokens } from './line-login-client.js';
import { fieldOf, nothing, oauthOutcome } from './oauth-outcome.js';
import { StatelessToken } from './stateless-token.js';

export interface LoginMeans {
  loginBaseUrl: string;
  /** To LINE's API, in the name of whom a token belongs to; without one the request itself says who asks. */
  transport: (accessToken?: string) => LineTransport;
  certs: LineCerts;
  clock: Clock;
}

/** Paths and fields: https://developers.line.biz/en/reference/line-login/ */
export class HttpLoginClient implements LineLoginClient {
  private readonly ownToken: StatelessToken;

  constructor(
    private readonly channel: LoginChannel,
    private readonly means: LoginMeans,
  ) {
    this.ownToken = new StatelessToken(() => this.issueOwnToken(), means.clock);
  }

  async verifyCredentials(): Promise<ReadOutcome<null>> {
    const issued = await this.issueOwnToken();
    return issued.kind === 'answered' ? { ...issued, value: null } : issued;
  }

  authorizeUrl(request: AuthorizeRequest): string {
    return authorizeUrl(this.means.loginBaseUrl, this.channel.channelId, request);
  }

  exchange(q: { code: string; redirectUri: string; codeVerifier: string }): Promise<ReadOutcome<LoginTokens>> {
    return this.tokens({
      grant_type: 'authorization_code',
      code: q.code,
      redirect_uri: q.redirectUri,
      code_verifier: q.codeVerifier,
    });
  }

  refresh(refreshToken: string): Promise<ReadOutcome<LoginTokens>> {
    return this.tokens({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  verifyIdToken(idToken: string, expected: ExpectedIdToken): Promise<IdTokenUser> {
    const certificate = (kid: string, now: Date) => this.means.certs.key(kid, now);
    return verifyIdToken(idToken, { ...this.channel, certificate }, expected);
  }

  friendship(accessToken: string): Promise<ReadOutcome<{ friendFlag: boolean }>> {
    return oauthOutcome(this.means.transport(accessToken).get('/friendship/v1/status'), (answer) => {
      const friendFlag = fieldOf(answer, 'friendFlag');
      return typeof friendFlag === 'boolean' ? { friendFlag } : undefined;
    });
  }

  verifyAccessToken(accessToken: string): Promise<ReadOutcome<{ clientId: string; expiresIn: number }>> {
    const call = this.means.transport().get('/oauth2/v2.1/verify', { access_token: accessToken });
    return oauthOutcome(call, (answer) => {
      const [clientId, expiresIn] = [fieldOf(answer, 'client_id'), fieldOf(answer, 'expires_in')];
      return typeof clientId === 'string' && typeof expiresIn === 'number' ? { clientId, expiresIn } : undefined;
    });
  }

  revoke(accessToken: string): Promise<ReadOutcome<null>> {
    const fields = { access_token: accessToken, ...this.credentials() };
    return oauthOutcome(this.means.transport().form('/oauth2/v2.1/revoke', fields), nothing);
  }

  async deauthorize(userAccessToken: string): Promise<ReadOutcome<null>> {
    const first = await this.deauthorizeOnce(userAccessToken);
    // Only with a new token of our own: the kept one may have ended before its time.
    return first.kind === 'unauthorized' && first.status === 401 ? this.deauthorizeOnce(userAccessToken) : first;
  }

  private async deauthorizeOnce(userAccessToken: string): Promise<ReadOutcome<null>> {
    const own = await this.ownToken.get();
    if (own.kind !== 'answered') return own;
    const call = this.means.transport(own.value).post('/user/v1/deauthorize', { userAccessToken });
    const done = await oauthOutcome(call, nothing);
    if (done.kind === 'unauthorized') this.ownToken.drop(own.value);
    const isGone = done.kind === 'refused' && done.status === 400 && /invalid token/i.test(done.error);
    return isGone ? { kind: 'answered', requestId: done.requestId ?? '', value: null } : done;
  }

  private issueOwnToken(): Promise<ReadOutcome<string>> {
    const fields = { grant_type: 'client_credentials', ...this.credentials() };
    return oauthOutcome(this.means.transport().form('/oauth2/v3/token', fields), (answer) => {
      const token = fieldOf(answer, 'access_token');
      return typeof token === 'string' ? token : undefined;
    });
  }

  private tokens(grant: Record<string, string>): Promise<ReadOutcome<LoginTokens>> {
    const asked = this.means.clock.now().getTime();
    const call = this.means.transport().form('/oauth2/v2.1/token', { ...grant, ...this.credentials() });
    return oauthOutcome(call, (answer) => tokensOf(answer, asked));
  }

  private credentials(): { client_id: string; client_secret: string } {
    return { client_id: this.channel.channelId, client_secret: this.channel.channelSecret };
  }
}

/** @param asked when they were asked for, in milliseconds: their life is counted from the earlier end */
function tokensOf(answer: LineAnswer, asked: number): LoginTokens | undefined {
  const field = (name: string) => fieldOf(answer, name);
  const [accessToken, refreshToken, idToken] = ['access_token', 'refresh_token', 'id_token'].map(field);
  const seconds = field('expires_in');
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string' || typeof seconds !== 'number') {
    return undefined;
  }
  const accessExpiresAt = new Date(asked + seconds * 1_000);
  return { accessToken, refreshToken, accessExpiresAt, ...(typeof idToken === 'string' && { idToken }) };
}
