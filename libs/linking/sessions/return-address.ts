/**
 * Whether an address lies under one of some origins, to the letter of scheme, host and port.
 * @param address what the integrator gives: absolute, without a name and password in it, and without a fragment, behind
 *   which the site's server would not see what we add
 */
export function isUnder(address: string, origins: string[]): boolean {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || address.includes('#'))
    return false;
  return origins.includes(url.origin);
}

/** What the browser brings back to the site. */
export interface Returned {
  session: string;
  code?: string;
  error?: string;
}

/** The return address with what the site needs, and nothing else: no word about the person. */
export function returnAddress(returnUrl: string, { session, code, error }: Returned): string {
  const url = new URL(returnUrl);
  for (const [name, value] of Object.entries({ session, code, error })) {
    // One that was in the return address would stand in for ours.
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}
