import { endpoints } from '../limits/endpoints.js';
import type { Platform } from '../platform.js';
import type { WebhookDelivery } from '../webhooks/webhook-log.js';
import { ok } from './call.js';
import type { Answer, Call } from './call.js';
import type { Gate } from './gate.js';
import { LineRefusal } from './line-refusal.js';

/** Registers setting, reading and testing of a channel's webhook address. */
export function serveWebhookEndpoint(gate: Gate, platform: Platform): void {
  gate.serve(endpoints.setWebhook, ({ channel, body }) => {
    const webhookUrl = checkedUrl(body?.['endpoint']);
    platform.putChannel({ channelId: channel.account.channelId, webhookUrl });
    return ok();
  });
  gate.serve(endpoints.getWebhook, ({ channel: { account } }) => {
    if (account.webhookUrl === null) throw notSet();
    return ok({ endpoint: account.webhookUrl, active: account.webhookActive });
  });
  gate.serve(endpoints.testWebhook, (call) => test(platform, call));
}

const notSet = () => new LineRefusal(404, 'Webhook endpoint not found');

/** LINE takes HTTPS only; the stand-in also takes HTTP, so that it can call a machine's own port. */
function checkedUrl(url: unknown): string {
  const fits = typeof url === 'string' && url.length <= 500 && /^https?:\/\//.test(url) && URL.canParse(url);
  if (!fits) throw new LineRefusal(400, 'Invalid webhook endpoint URL');
  return url;
}

async function test(platform: Platform, { channel, body }: Call): Promise<Answer> {
  const given = body?.['endpoint'];
  const url = given === undefined ? channel.account.webhookUrl : checkedUrl(given);
  if (url === null) throw notSet();
  const { at, status, reason } = await platform.webhooks.test(channel, url);
  const timestamp = new Date(at).toISOString();
  return ok({ success: reason === 'OK', timestamp, statusCode: status, reason, detail: detailOf(status, reason) });
}

function detailOf(status: number, reason: WebhookDelivery['reason']): string {
  if (status !== 0) return String(status);
  return reason === 'REQUEST_TIMEOUT' ? 'Request timeout' : 'TLS handshake or connection failure';
}
