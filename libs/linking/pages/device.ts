import type { IncomingHttpHeaders } from 'node:http';

/** The rule stands in docs/linking.md. */
const PHONE = /iPhone|iPod|Android.*Mobile|Windows Phone/i;
/** LINE's own browser says `Line/15.1.0`. */
const LINE_BROWSER = /(?:^|[\s;])Line\//;

/** By the client hint or, where a browser sends none, by how it calls itself. */
export function isPhone(headers: IncomingHttpHeaders): boolean {
  if (headers['sec-ch-ua-mobile'] === '?1') return true;
  const agent = headers['user-agent'] ?? '';
  return PHONE.test(agent) || LINE_BROWSER.test(agent);
}

export function isLineBrowser(headers: IncomingHttpHeaders): boolean {
  return LINE_BROWSER.test(headers['user-agent'] ?? '');
}
