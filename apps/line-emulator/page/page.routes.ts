import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Given } from '../control/given.js';
import type { Platform } from '../platform.js';
import { chatView, peopleView } from './phone-view.js';
import { shell } from './shell.js';

/** The page at `/` and the two pieces it asks for again and again. */
export function servePhones(app: FastifyInstance, platform: Platform): void {
  app.get('/', (_request, reply) => {
    const nonce = randomBytes(16).toString('base64');
    const policy = [
      `default-src 'none'`,
      `script-src 'nonce-${nonce}'`,
      `style-src 'unsafe-inline'`,
      `img-src http: https: data:`,
      `connect-src 'self'`,
    ];
    return reply
      .header('content-security-policy', policy.join('; '))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(shell(nonce).markup);
  });
  app.get('/_phones/channels', () => ({
    channels: platform.list().map(({ account: { channelId, displayName } }) => ({ channelId, displayName })),
  }));
  app.get('/_phones/people', ({ query }) => {
    const given = new Given(query);
    const channel = given.channel(platform);
    return { markup: peopleView(channel, given.optionalText('q') ?? '', given.optionalText('userId')).markup };
  });
  app.get('/_phones/chat', ({ query }) => {
    const given = new Given(query);
    const channel = given.channel(platform);
    const { version } = channel;
    if (given.optionalText('since') === String(version)) return { version };
    const user = given.user(channel);
    const { displayName } = channel.account;
    const name = channel.users.displayName(user);
    return {
      version,
      account: displayName,
      name,
      state: channel.users.state(user),
      markup: chatView(channel, user).markup,
    };
  });
}
