import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Given } from '../control/given.js';
import { LineRefusal } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { serveAppLinks } from './app-links.routes.js';
import { servePhoneForms } from './forms.routes.js';
import { peopleView } from './people-view.js';
import { phoneParts } from './phone-view.js';
import { shell } from './shell.js';
import type { View } from './shell.js';

/** The page at `/`, the pieces its script asks for again and again, and its forms. */
export function servePhones(app: FastifyInstance, platform: Platform): void {
  app.get('/', ({ query }, reply) => {
    const nonce = randomBytes(16).toString('base64');
    const policy = [
      `default-src 'none'`,
      `script-src 'nonce-${nonce}'`,
      `style-src 'unsafe-inline'`,
      `img-src http: https: data:`,
      `connect-src 'self'`,
      `base-uri 'none'`,
      `frame-ancestors 'none'`,
    ];
    return reply
      .header('content-security-policy', policy.join('; '))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(shell(viewOf(platform, new Given(query)), nonce).markup);
  });
  servePieces(app, platform);
  serveAppLinks(app, platform);
  // A part of the server of its own: only these routes take forms.
  void app.register((part, _options, done) => {
    part.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, parsed) => {
      parsed(null, Object.fromEntries(new URLSearchParams(String(body))));
    });
    servePhoneForms(part, platform);
    done();
  });
}

/** What the address asks for; a channel or person that is not there leaves the list. */
function viewOf(platform: Platform, given: Given): View {
  const channels = platform.list();
  const channel = platform.channel(given.optionalText('channelId') ?? '') ?? channels[0];
  if (channel) platform.settleRichMenus(channel);
  const user = channel?.users.find(given.optionalText('userId') ?? '');
  return { channels, channel, user, q: given.optionalText('q') ?? '' };
}

function servePieces(app: FastifyInstance, platform: Platform): void {
  app.get('/_phones/people', ({ query }) => {
    const given = new Given(query);
    const channel = given.channel(platform);
    return { markup: peopleView(channel, given.optionalText('q') ?? '', given.optionalText('userId')).markup };
  });
  app.get('/_phones/chat', ({ query }) => {
    const given = new Given(query);
    const channel = given.channel(platform);
    platform.settleRichMenus(channel);
    const { version } = channel;
    if (given.optionalText('since') === String(version)) return { version };
    const parts = Object.entries(phoneParts(channel, given.user(channel)));
    return { version, parts: Object.fromEntries(parts.map(([name, { markup }]) => [name, markup])) };
  });
  app.get('/_phones/menu-image', ({ query }, reply) => {
    const given = new Given(query);
    const image = given.channel(platform).richMenus.menu(given.text('richMenuId'))?.image;
    if (!image) throw new LineRefusal(404, 'no such image');
    // A menu never changes its image.
    return reply.header('cache-control', 'private, max-age=86400').type(image.contentType).send(image.bytes);
  });
}
