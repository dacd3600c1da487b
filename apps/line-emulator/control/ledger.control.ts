import type { Channel } from '../channels/channel.js';
import type { Send } from '../ledger/ledger.js';
import { chosenSends, receivedCounts, recipientsDigest, summary } from '../ledger/ledger-figures.js';
import type { SendFilter } from '../ledger/ledger-figures.js';
import type { Platform } from '../platform.js';
import { outcomeNames } from '../users/user-book.js';
import type { Declare } from './declare.js';
import { Given } from './given.js';

/** Who got what, how often, and how the calls went. */
export function controlLedger(declare: Declare, platform: Platform): void {
  declare('GET /ledger', ({ query }) => {
    const given = new Given(query);
    const channel = given.channel(platform);
    const unit = given.optionalText('unit');
    const entries = channel.ledger
      .ofUser(given.user(channel))
      .filter(({ send }) => unit === undefined || send.unit === unit);
    return {
      entries: entries.map(({ send, outcome }) => ({ ...shown(channel, send), outcome: outcomeNames[outcome] })),
    };
  });
  declare('GET /ledger/requests', ({ query }) => requests(platform, new Given(query)));
  declare('GET /ledger/summary', ({ query }) => {
    const given = new Given(query);
    const { ledger, users } = given.channel(platform);
    const filter = filterOf(given);
    const digest = given.optionalBoolean('digest') ? recipientsDigest(ledger, users, filter) : undefined;
    return { ...summary(ledger, users, filter), digest };
  });
  declare('GET /ledger/counts', ({ query }) => {
    const given = new Given(query);
    const { ledger, users } = given.channel(platform);
    return receivedCounts(ledger, users, filterOf(given));
  });
  declare('GET /requests', ({ query }) => {
    const given = new Given(query);
    const channels = given.has('channelId') ? [given.channel(platform)] : platform.list();
    const all = channels.flatMap(({ account: { channelId }, traffic }) =>
      traffic.all().map((one) => ({ channelId, ...one.figures() })),
    );
    const strangers = given.has('channelId') ? [] : platform.strangers.all();
    return { endpoints: [...all, ...strangers.map((one) => ({ channelId: null, ...one.figures() }))] };
  });
}

function filterOf(given: Given): SendFilter {
  return {
    unit: given.optionalText('unit'),
    text: given.optionalText('text'),
    contains: given.optionalText('contains'),
  };
}

function requests(platform: Platform, given: Given): object {
  const channel = given.channel(platform);
  const chosen = chosenSends(channel.ledger, filterOf(given));
  const offset = given.optionalWhole('offset') ?? 0;
  const page = chosen.slice(offset, offset + (given.optionalWhole('limit') ?? 100));
  const counted = ({ repeats, addressed, delivered }: Send) => ({ repeats, addressed, delivered });
  return { total: chosen.length, requests: page.map((send) => ({ ...shown(channel, send), ...counted(send) })) };
}

function shown(channel: Channel, { at, requestId, endpoint, retryKey, unit, answered, content }: Send) {
  const messages = channel.ledger.contents.messages(content);
  return { at, requestId, endpoint, retryKey, unit, answered, messages };
}
