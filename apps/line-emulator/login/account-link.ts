import { randomBytes } from 'node:crypto';
import type { Channel } from '../channels/channel.js';
import { userIdPattern } from '../ids.js';
import { endpoints } from '../limits/endpoints.js';
import { ok } from '../messaging-api/call.js';
import type { Gate } from '../messaging-api/gate.js';
import { refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { webhookEvent } from '../webhooks/webhook-events.js';
import { lives } from './login-book.js';
import type { Parameters } from './parameters.js';

/** Registers issuing link tokens: to friends only, as everybody else cannot be reached anyway. */
export function serveLinkTokens(gate: Gate, platform: Platform): void {
  gate.serve(endpoints.linkToken, ({ channel, params, at }) => {
    const userId = params['userId'] ?? '';
    if (!userIdPattern.test(userId)) throw refusals.parameter('userId');
    const user = channel.users.find(userId);
    if (user === undefined || channel.users.state(user) !== 'friend') throw refusals.notFound();
    const token = randomBytes(24).toString('base64url');
    platform.changeLogin(channel, { what: 'linkToken', token, userId, expiresAt: at + lives.linkToken });
    return ok({ linkToken: token });
  });
}

/** A link token and nonce that may be used, and whose channel it is. */
export interface LinkDialog {
  channel: Channel;
  linkToken: string;
  nonce: string;
}

/** What the dialog was opened with; undefined (and the token stays as it is) when that is not good for anything. */
export function readDialog(platform: Platform, given: Parameters): LinkDialog | undefined {
  const linkToken = given.one('linkToken') ?? '';
  const nonce = given.one('nonce') ?? '';
  const channel = platform.list().find(({ login }) => login.linkToken(linkToken) !== undefined);
  const alive = (channel?.login.linkToken(linkToken)?.expiresAt ?? 0) > platform.clock.now();
  if (!channel || !alive || nonce.length < 10 || nonce.length > 255) return undefined;
  return { channel, linkToken, nonce };
}

/**
 * Uses the token up and tells the account whether the browser's person is the one it was issued for. A stranger's name
 * is not told: https://developers.line.biz/en/reference/messaging-api/#account-link-event
 */
export async function linkAccount(platform: Platform, dialog: LinkDialog, userId: string): Promise<'ok' | 'failed'> {
  const { channel, linkToken, nonce } = dialog;
  const result = channel.login.linkToken(linkToken)?.userId === userId ? 'ok' : 'failed';
  platform.changeLogin(channel, { what: 'linkTokenUsed', token: linkToken });
  const event = { type: 'accountLink', link: { result, nonce }, ...(result === 'ok' ? { userId } : {}) };
  await platform.webhooks.send(channel, [webhookEvent(channel, event, platform.clock.nowMs())]);
  return result;
}
