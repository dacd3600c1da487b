const day = 24 * 60 * 60 * 1000;

/** Lives of what LINE issues, in milliseconds: https://developers.line.biz/en/reference/line-login/ */
export const lives = {
  linkToken: 10 * 60 * 1000,
  code: 10 * 60 * 1000,
  access: 30 * day,
  refresh: 90 * day,
  liffAccess: day / 2,
};

/** How the person was recognised, as ID tokens name it. */
export type Amr = 'pwd' | 'linesso' | 'lineautologin';

/** What stands behind an authorisation code. */
export interface CodeGrant {
  userId: string;
  scopes: string[];
  redirectUri: string;
  expiresAt: number;
  amr: Amr;
  nonce?: string;
  codeChallenge?: string;
  /** Only when the login asked for it with `max_age`. */
  authTime?: number;
}

interface LinkToken {
  userId: string;
  expiresAt: number;
}

interface Token {
  userId: string;
  scopes: string[];
  expiresAt: number;
  revoked: boolean;
}

export interface AccessToken extends Token {
  /** Absent for tokens of LIFF. */
  refreshToken?: string;
}

interface Consent {
  scopes: Set<string>;
  at: number;
  deauthorizedAt: number | null;
  /** What was issued since, dead or alive. */
  accessTokens: Token[];
  refreshTokens: Token[];
}

export interface Issued {
  userId: string;
  scopes: string[];
  accessToken: string;
  accessExpiresAt: number;
  refreshToken?: string;
  refreshExpiresAt?: number;
}

/** Everything that changes a book; the journal keeps these. */
export type LoginChange =
  | { what: 'linkToken'; token: string; userId: string; expiresAt: number }
  | { what: 'linkTokenUsed'; token: string }
  | { what: 'code'; code: string; grant: CodeGrant }
  | { what: 'codeUsed'; code: string }
  | { what: 'consent'; userId: string; scopes: string[]; at: number }
  | { what: 'tokens'; issued: Issued }
  | { what: 'revoked'; accessToken: string }
  | { what: 'deauthorized'; userId: string; at: number };

type Of<W extends LoginChange['what']> = Extract<LoginChange, { what: W }>;

/** Who consented to what, and the tokens and codes of one Login channel; link tokens of its Messaging channel too. */
export class LoginBook {
  private readonly linkTokens = new Map<string, LinkToken>();
  private readonly codes = new Map<string, CodeGrant>();
  private readonly accessTokens = new Map<string, AccessToken>();
  private readonly refreshTokens = new Map<string, Token>();
  private readonly consents = new Map<string, Consent>();
  private readonly changes: { [W in LoginChange['what']]: (change: Of<W>) => void } = {
    linkToken: ({ token, userId, expiresAt }) => this.linkTokens.set(token, { userId, expiresAt }),
    linkTokenUsed: ({ token }) => this.linkTokens.delete(token),
    code: ({ code, grant }) => this.codes.set(code, grant),
    codeUsed: ({ code }) => this.codes.delete(code),
    consent: (change) => this.consent(change),
    tokens: ({ issued }) => this.issue(issued),
    revoked: ({ accessToken }) => this.revoke(accessToken),
    deauthorized: (change) => this.deauthorize(change),
  };

  apply<W extends LoginChange['what']>(change: Of<W>): void {
    (this.changes[change.what] as (change: Of<W>) => void)(change);
  }

  linkToken(token: string): LinkToken | undefined {
    return this.linkTokens.get(token);
  }

  code(code: string): CodeGrant | undefined {
    return this.codes.get(code);
  }

  accessToken(token: string): AccessToken | undefined {
    return this.accessTokens.get(token);
  }

  refreshToken(token: string): Token | undefined {
    return this.refreshTokens.get(token);
  }

  hasConsented(userId: string, scopes: string[]): boolean {
    const consent = this.consents.get(userId);
    return consent?.deauthorizedAt === null && scopes.every((scope) => consent.scopes.has(scope));
  }

  /** Everyone who ever consented, with the tokens of theirs that are alive. */
  grants(at: number): object[] {
    const alive = (tokens: Token[]) => tokens.filter(({ revoked, expiresAt }) => !revoked && expiresAt > at).length;
    return [...this.consents].map(([userId, { scopes, at: consentedAt, deauthorizedAt, ...tokens }]) => ({
      userId,
      scopes: [...scopes],
      consentedAt,
      consented: deauthorizedAt === null,
      deauthorized: deauthorizedAt !== null,
      deauthorizedAt,
      accessTokens: alive(tokens.accessTokens),
      refreshTokens: alive(tokens.refreshTokens),
    }));
  }

  private consent({ userId, scopes, at }: Of<'consent'>): void {
    const before = this.consents.get(userId);
    const kept = before?.deauthorizedAt === null ? before.scopes : [];
    const { accessTokens = [], refreshTokens = [] } = before ?? {};
    const consent = { at, deauthorizedAt: null, accessTokens, refreshTokens };
    this.consents.set(userId, { ...consent, scopes: new Set([...kept, ...scopes]) });
  }

  private issue({ userId, scopes, ...issued }: Issued): void {
    const { accessToken, accessExpiresAt, refreshToken, refreshExpiresAt } = issued;
    const token = { userId, scopes, revoked: false };
    const consent = this.consents.get(userId);
    const access = { ...token, expiresAt: accessExpiresAt, refreshToken };
    this.accessTokens.set(accessToken, access);
    consent?.accessTokens.push(access);
    // A refreshed access token comes with the refresh token it was asked with, whose life does not grow.
    if (refreshToken === undefined || refreshExpiresAt === undefined || this.refreshTokens.has(refreshToken)) return;
    const refresh = { ...token, expiresAt: refreshExpiresAt };
    this.refreshTokens.set(refreshToken, refresh);
    consent?.refreshTokens.push(refresh);
  }

  /** After a revocation the person has to sign in again, so the refresh token goes too. */
  private revoke(accessToken: string): void {
    const access = this.accessTokens.get(accessToken);
    if (!access) return;
    access.revoked = true;
    const refresh = this.refreshTokens.get(access.refreshToken ?? '');
    if (refresh) refresh.revoked = true;
  }

  private deauthorize({ userId, at }: Of<'deauthorized'>): void {
    const consent = this.consents.get(userId);
    if (!consent) return;
    consent.deauthorizedAt = at;
    for (const tokens of [consent.accessTokens, consent.refreshTokens]) {
      // Emptied: they stay known by their names only.
      for (const token of tokens.splice(0)) token.revoked = true;
    }
  }
}
