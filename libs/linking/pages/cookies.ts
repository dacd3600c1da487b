export interface CookieOptions {
  path: string;
  /** Seconds; 0 takes the cookie away. */
  maxAge: number;
  secure: boolean;
}

/** A `Set-Cookie` that scripts cannot read and other sites cannot send along with a form. */
export function cookie(name: string, value: string, { path, maxAge, secure }: CookieOptions): string {
  return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** What a browser sent. Of two with one name the first counts: browsers send the one with the longest path first. */
export function cookiesOf(header: string | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals).trim();
    if (equals > 0 && !found.has(name)) found.set(name, pair.slice(equals + 1).trim());
  }
  return found;
}
