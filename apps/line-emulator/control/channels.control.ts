import type { Channel, ChannelAccount } from '../channels/channel.js';
import type { Platform } from '../platform.js';
import type { Declare } from './declare.js';
import { Given, mistake } from './given.js';
import { givenLogin } from './login.control.js';

/** Channels: set up, change, look at. */
export function controlChannels(declare: Declare, platform: Platform): void {
  declare(
    'POST /channels',
    ({ body }) => {
      const given = new Given(body);
      const clash = platform.channelOfToken(given.optionalText('accessToken') ?? '');
      if (clash && clash.account.channelId !== given.optionalText('channelId')) {
        throw mistake('accessToken belongs to another channel');
      }
      return shown(platform, platform.putChannel({ ...accountOf(given), ...givenLogin(platform, given) }));
    },
    201,
  );
  declare('GET /channels', () => ({ channels: platform.list().map((channel) => shown(platform, channel)) }));
  declare('GET /channels/:channelId', ({ params }) => shown(platform, new Given(params).channel(platform)));
}

function shown(platform: Platform, channel: Channel): object {
  return { ...channel.account, usage: channel.usage.inMonth(platform.clock.now()) };
}

function accountOf(given: Given): Partial<ChannelAccount> {
  const account: Partial<ChannelAccount> = {};
  const texts = ['channelId', 'channelSecret', 'accessToken', 'basicId', 'displayName'] as const;
  for (const name of texts) if (given.has(name)) account[name] = given.text(name);
  for (const name of ['webhookActive', 'verified'] as const) {
    const value = given.optionalBoolean(name);
    if (value !== undefined) account[name] = value;
  }
  const reserved = given.optionalWhole('reserved');
  if (reserved !== undefined) account.reserved = reserved;
  return { ...account, ...nullablesOf(given) };
}

/** What can be taken away again by giving null. */
function nullablesOf(given: Given): Partial<ChannelAccount> {
  const account: Partial<ChannelAccount> = {};
  const quota = given.raw('quota');
  if (quota !== undefined) account.quota = quota === null ? null : (given.optionalWhole('quota') ?? null);
  const webhookUrl = given.raw('webhookUrl');
  if (webhookUrl !== undefined) account.webhookUrl = webhookUrl === null ? null : webhookUrlOf(given);
  if (given.has('redelivery')) account.redelivery = redeliveryOf(given.raw('redelivery'));
  return account;
}

function webhookUrlOf(given: Given): string {
  const url = given.text('webhookUrl');
  if (!URL.canParse(url)) throw mistake('webhookUrl must be an absolute address');
  return url;
}

function redeliveryOf(value: unknown): ChannelAccount['redelivery'] {
  if (value === null) return null;
  const given = new Given(value);
  return { attempts: given.optionalWhole('attempts') ?? 1, spacingMs: given.optionalWhole('spacingMs') ?? 1000 };
}
