import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Channel } from '../channels/channel.js';
import { Given, mistake } from '../control/given.js';
import type { Html } from '../page/html.js';
import type { Platform } from '../platform.js';
import { loginPage } from './login-page.js';

const cookieName = 'line_user';

/** Opens an address as somebody's browser in LINE would: the person goes with it. */
export function serveBrowser(app: FastifyInstance, platform: Platform): void {
  app.get('/_emulator/browse', ({ query }, reply) => {
    const given = new Given(query);
    const channel = given.channel(platform);
    given.user(channel);
    const url = given.text('url');
    if (!/^(https?:\/\/|\/(?!\/))/.test(url)) throw mistake('url must be an address of the web or a path');
    bindBrowser(reply, channel, given.text('userId'));
    return reply.redirect(url, 302);
  });
}

/** From now on this browser is that person's, for as long as it is open. */
export function bindBrowser(reply: FastifyReply, channel: Channel, userId: string): void {
  const value = `${channel.account.channelId}:${userId}`;
  reply.header('set-cookie', `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax`);
}

/** The person this browser belongs to, if they are of the channel's provider. */
export function personOfBrowser(request: FastifyRequest, channel: Channel): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(/; */);
  const value = pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
  const [channelId, userId = ''] = value?.split(':') ?? [];
  return channelId === channel.account.channelId && canSignIn(channel, userId) ? userId : undefined;
}

/** Deleted accounts are gone, and unknown ones belong to another provider. */
export function canSignIn({ users }: Channel, userId: string): boolean {
  const user = users.find(userId);
  return user !== undefined && !['deleted', 'unknown'].includes(users.state(user));
}

export function sendPage(reply: FastifyReply, { title, body, status = 200 }: Page): FastifyReply {
  return reply
    .code(status)
    .header('content-security-policy', `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'`)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .type('text/html; charset=utf-8')
    .send(loginPage(title, body).markup);
}

export interface Page {
  title: string;
  body: Html;
  status?: number;
}
