import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Channel } from '../channels/channel.js';
import { personOfBrowser } from '../login/browser.js';
import { refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { phoneAddress } from './people-view.js';

/**
 * Addresses that open the LINE app at an account: here, the phone of the person whose browser it is, where the account can
 * be added, and written to. https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/
 */
export function serveAppLinks(app: FastifyInstance, platform: Platform): void {
  // The account, to be added as a friend.
  app.get('/R/ti/p/:basicId', (request, reply) => reply.redirect(phoneOf(request, platform), 302));
  // The talk with it; the text to be sent stands behind the question mark, and is typed by hand here.
  app.get('/R/oaMessage/:basicId/', (request, reply) => reply.redirect(phoneOf(request, platform), 302));
}

function phoneOf(request: FastifyRequest, platform: Platform): string {
  const { basicId } = request.params as { basicId: string };
  const channel = platform.list().find(({ account }) => account.basicId === basicId);
  if (!channel) throw refusals.notFound();
  const userId = personOfBrowser(request, channel);
  return userId === undefined ? listOf(channel) : phoneAddress(channel.account.channelId, userId);
}

/** Whose browser it is, is not known: all people of the account. */
function listOf({ account }: Channel): string {
  return `/?${new URLSearchParams({ channelId: account.channelId }).toString()}`;
}
