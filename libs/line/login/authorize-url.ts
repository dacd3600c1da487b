/** What a browser brings along to LINE Login's first page. */
export interface AuthorizeRequest {
  /** Registered at the Login channel, to the letter. */
  redirectUri: string;
  /** Random, once; made of characters that need no encoding. */
  state: string;
  nonce: string;
  /** `pkceChallenge` of the code verifier. */
  codeChallenge: string;
  /** Default `aggressive`: adding the account as a friend is a page of its own. */
  botPrompt?: 'normal' | 'aggressive';
  /** BCP 47, separated by spaces. */
  uiLocales?: string;
  /** After an automatic login that came back wrong. */
  disableAutoLogin?: boolean;
  /** Default `openid profile`. */
  scope?: string;
}

/** https://developers.line.biz/en/docs/line-login/integrate-line-login/#making-an-authorization-request */
export function authorizeUrl(loginBaseUrl: string, channelId: string, request: AuthorizeRequest): string {
  const query: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: channelId,
    redirect_uri: request.redirectUri,
    state: request.state,
    scope: request.scope ?? 'openid profile',
    nonce: request.nonce,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
    bot_prompt: request.botPrompt ?? 'aggressive',
    ui_locales: request.uiLocales,
    disable_auto_login: request.disableAutoLogin ? 'true' : undefined,
  };
  // Not URLSearchParams: it writes spaces as +, LINE writes them as %20.
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${loginBaseUrl.replace(/\/$/, '')}/oauth2/v2.1/authorize?${text}`;
}
