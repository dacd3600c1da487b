import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { newSecret, pkceChallenge, sha256 } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { AttemptSecrets } from '../attempts/attempt-secrets.js';
import { attemptOver } from '../attempts/attempts.errors.js';
import type { PageContext } from '../pages/pages.service.js';
import { loginUnavailable } from './login.errors.js';
import { LoginStatesRepository } from './login-states.repository.js';

/** What the callback needs, in clear. */
export interface TakenLogin {
  nonce: string;
  codeVerifier: string;
  redirectUri: string;
}

type Way = Pick<PageContext, 'scope' | 'address' | 'lang'>;

/** Sends a browser to LINE Login for an attempt, and knows it again when it comes back. */
@Injectable()
export class LoginFlow {
  constructor(
    private readonly states: LoginStatesRepository,
    private readonly secrets: AttemptSecrets,
    private readonly channels: Channels,
  ) {}

  /** @throws AppError 409 linking.login_unavailable */
  async assertAvailable({ scope, channelId }: Pick<PageContext, 'scope' | 'channelId'>): Promise<void> {
    if (!(await this.channels.loginClient(scope, channelId))) throw loginUnavailable();
  }

  /**
   * The address of LINE Login for an attempt whose LINE side is open; what was asked for it before is void.
   * @throws AppError 409 linking.login_unavailable without a Login channel, linking.attempt_over
   */
  async authorizeUrl(
    { scope, address, lang }: Way,
    { id, channelId }: Attempt,
    { disableAutoLogin = false } = {},
  ): Promise<string> {
    const client = await this.channels.loginClient(scope, channelId);
    if (!client) throw loginUnavailable();
    const [state, nonce, codeVerifier] = [newSecret(), newSecret(), newSecret()];
    const redirectUri = `${address}/callback`;
    const armed = {
      stateHash: sha256(state),
      nonce: this.secrets.seal(scope, id, 'login_nonce', nonce)!,
      codeVerifier: this.secrets.seal(scope, id, 'code_verifier', codeVerifier)!,
      redirectUri,
    };
    if (!(await this.states.arm(scope, id, armed, scope.clock.now()))) throw attemptOver();
    const codeChallenge = pkceChallenge(codeVerifier);
    const asked = { redirectUri, state, nonce, codeChallenge, uiLocales: lang, disableAutoLogin };
    return client.authorizeUrl({ ...asked, botPrompt: 'aggressive' });
  }

  /**
   * The same, after an automatic login that came back wrong, without another one; once for an attempt, so that nobody is
   * sent in circles: https://developers.line.biz/en/docs/line-login/integrate-line-login/
   */
  async restartUrl(way: Way, attempt: Attempt): Promise<string | undefined> {
    if (!(await this.states.takeRestart(way.scope, attempt.id))) return undefined;
    return this.authorizeUrl(way, attempt, { disableAutoLogin: true });
  }

  /** What the login with this state was begun with, once; undefined for any other state than the attempt's. */
  async take({ scope }: Way, { id }: Attempt, state: string): Promise<TakenLogin | undefined> {
    const taken = await this.states.take(scope, id, sha256(state), scope.clock.now());
    return (
      taken && {
        nonce: this.secrets.open(scope, id, 'login_nonce', taken.nonce)!,
        codeVerifier: this.secrets.open(scope, id, 'code_verifier', taken.codeVerifier)!,
        redirectUri: taken.redirectUri,
      }
    );
  }

  /** Whether this is the second time that the same login comes back. */
  async isRepeated({ scope }: Way, { id }: Attempt, state: string): Promise<boolean> {
    return this.states.isTaken(scope, id, sha256(state));
  }
}
