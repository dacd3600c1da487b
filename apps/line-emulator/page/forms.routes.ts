import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Channel } from '../channels/channel.js';
import { Given, mistake } from '../control/given.js';
import type { Platform } from '../platform.js';
import { tap } from '../rich-menus/tap.js';
import type { Tapped } from '../rich-menus/tap.js';
import { changesState, says } from '../users/acting.js';
import { isObject } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';
import type { WebhookDelivery } from '../webhooks/webhook-log.js';
import { browseAddress } from './actions-view.js';
import { phoneAddress } from './people-view.js';

/** What came of something done on a phone: an address to open, something to tell. */
interface Done {
  open?: string;
  notice?: string;
}

type Doing = (given: Given, phone: { channel: Channel; userId: string; user: number }) => Promise<Done>;

/** What people do on their phones, as forms: they are sent back to the phone, or scripts are told in JSON. */
export function servePhoneForms(app: FastifyInstance, platform: Platform): void {
  const form = (path: string, doing: Doing) => {
    app.post(`/_phones/${path}`, async (request, reply) => {
      refuseOtherSites(request);
      const given = new Given(request.body);
      const channel = given.channel(platform);
      platform.settleRichMenus(channel);
      const phone = { channel, userId: given.text('userId'), user: given.user(channel) };
      return answer(request, reply, phone, await doing(given, phone));
    });
  };
  form('say', async (given, { channel, userId }) => {
    const { delivery } = await says(platform, channel, userId, { type: 'text', text: given.text('text') });
    return told(delivery);
  });
  form('state', async (given, { channel, userId }) => {
    const state = given.optionalOneOf('state', ['friend', 'blocked'] as const) ?? 'friend';
    const [delivery] = await changesState(platform, channel, [userId], { state });
    return told(delivery);
  });
  form('act', async (given, { channel, userId }) => {
    const tapped = await tap(platform, { channel, userId }, actionOf(given.text('action')));
    return cameOf(tapped, { channelId: channel.account.channelId, userId });
  });
  form('tap', async (given, { channel, userId, user }) => {
    const { kept } = channel.richMenus.shownTo(user);
    const action = kept?.menu.areas[given.optionalWhole('area') ?? 0]?.action;
    if (!action) return { notice: 'リッチメニューが変わりました。もう一度お試しください。' };
    const tapped = await tap(platform, { channel, userId }, action);
    return cameOf(tapped, { channelId: channel.account.channelId, userId });
  });
}

/** Another site's page must not act in people's names; browsers say where a form comes from. */
function refuseOtherSites({ headers }: FastifyRequest): void {
  const from = headers['sec-fetch-site'];
  if (from === 'cross-site' || from === 'same-site') throw mistake('forms of other sites are not taken');
}

/** The page itself wrote it there. */
function actionOf(json: string): JsonObject {
  const action = parsed(json);
  if (!isObject(action)) throw mistake('action must be an action object');
  return action;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw mistake(`action must be JSON: ${String(error)}`);
  }
}

function cameOf(tapped: Tapped, holder: { channelId: string; userId: string }): Done {
  if ('open' in tapped) return { open: browseAddress(holder, tapped.open) };
  return 'copied' in tapped ? { notice: `コピーしました：${tapped.copied}` } : told(tapped.delivery);
}

function told(delivery: WebhookDelivery | undefined): Done {
  if (!delivery || delivery.reason === 'OK' || delivery.reason === 'NOT_SENT') return {};
  const status = delivery.status === 0 ? '' : ` ${delivery.status}`;
  return { notice: `Webhookが受け取られませんでした：${delivery.reason}${status}` };
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { channel, userId }: { channel: Channel; userId: string },
  done: Done,
): FastifyReply {
  if (request.headers.accept?.includes('application/json')) return reply.send(done);
  return reply.redirect(done.open ?? phoneAddress(channel.account.channelId, userId), 303);
}
