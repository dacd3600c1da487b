import type { Config } from '#config';

/** Where LINE has to send a channel's webhooks: what is to be entered in its console. */
export function webhookUrl({ publicUrl }: Pick<Config, 'publicUrl'>, channelId: string): string {
  return `${publicUrl}/webhooks/line/${channelId}`;
}
