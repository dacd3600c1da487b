import { randomBytes, randomInt } from 'node:crypto';
import type { Channel } from '../channels/channel.js';
import { generatedUserId, messageId, randomUserId, userIdPattern } from '../ids.js';
import type { GivenUser } from '../journal.js';
import type { Platform } from '../platform.js';
import type { Crowd, UserState } from '../users/user-book.js';
import { userStates } from '../users/user-book.js';
import { webhookEvent } from '../webhooks/webhook-events.js';
import type { WebhookDelivery } from '../webhooks/webhook-log.js';
import type { Declare } from './declare.js';
import { Given, mistake } from './given.js';

const eventsPerRequest = 100;

/** People: enter, list, block and unblock, and let them talk. */
export function controlUsers(declare: Declare, platform: Platform): void {
  declare('POST /users', ({ body }) => enter(platform, new Given(body)), 201);
  declare('GET /users', ({ query }) => list(platform, new Given(query)));
  declare('GET /users/ids', ({ query }) => {
    const given = new Given(query);
    const { users } = given.channel(platform);
    return { userIds: Array.from(users.list(given.optionalOneOf('state', userStates)), (user) => users.userId(user)) };
  });
  declare('POST /users/state', ({ body }) => changeState(platform, new Given(body)));
  declare('POST /users/message', ({ body }) => {
    const given = new Given(body);
    const text = given.optionalText('text');
    const message = text === undefined ? given.raw('message') : { type: 'text', text };
    return say(platform, given, new Given(message));
  });
  declare('POST /users/postback', ({ body }) => {
    const given = new Given(body);
    const postback = { data: given.text('data'), params: given.raw('params') };
    return emit(platform, given.channel(platform), { type: 'postback', userId: given.text('userId'), postback });
  });
  declare('GET /chat', ({ query }) => {
    const given = new Given(query);
    const channel = given.channel(platform);
    return { entries: channel.chatOf(given.user(channel)) };
  });
}

function enter(platform: Platform, given: Given): object {
  const channel = given.channel(platform);
  if (given.has('generate')) return enterCrowd(platform, channel, new Given(given.raw('generate')));
  const users = given.objects('users').map((user) => userOf(new Given(user)));
  return { ...platform.addUsers(channel, users), userIds: users.map(({ userId }) => userId) };
}

function userOf(given: Given): GivenUser {
  const userId = given.optionalText('userId') ?? randomUserId();
  if (!userIdPattern.test(userId)) throw mistake(`userId must match ${userIdPattern.source}`);
  const state = given.optionalOneOf('state', userStates) ?? 'friend';
  return { userId, displayName: given.optionalText('displayName'), state };
}

function enterCrowd(platform: Platform, channel: Channel, given: Given): object {
  const crowd: Crowd = {
    count: given.optionalWhole('count', 1) ?? 1,
    seed: given.optionalWhole('seed') ?? 1,
    prefix: given.optionalText('prefix') ?? '',
    state: given.optionalOneOf('state', userStates) ?? 'friend',
  };
  if (crowd.count > 5_000_000 || crowd.seed > 0xffffffff) throw mistake('count or seed is too large');
  if (!/^[0-9a-f]{0,16}$/.test(crowd.prefix)) throw mistake('prefix must be up to 16 hex digits');
  const created = platform.addCrowd(channel, crowd);
  const idOf = (i: number) => generatedUserId(crowd.prefix, crowd.seed, i);
  return { created, first: idOf(0), last: idOf(crowd.count - 1) };
}

function list(platform: Platform, given: Given): object {
  const { users } = given.channel(platform);
  const offset = given.optionalWhole('offset') ?? 0;
  const limit = given.optionalWhole('limit') ?? 100;
  const q = given.optionalText('q') ?? '';
  const found: number[] = [];
  for (const user of users.list(given.optionalOneOf('state', userStates))) {
    if (q === '' || users.displayName(user).includes(q) || users.userId(user).includes(q)) found.push(user);
  }
  const shown = found.slice(offset, offset + limit).map((user) => ({
    userId: users.userId(user),
    displayName: users.displayName(user),
    state: users.state(user),
  }));
  return { total: found.length, users: shown };
}

/** What a change of state tells the account; a deleted LINE account tells nothing. */
function eventOf(before: UserState, after: UserState): object | undefined {
  if (before === after) return undefined;
  if (after === 'friend') return { type: 'follow', follow: { isUnblocked: before === 'blocked' } };
  return before === 'friend' && after === 'blocked' ? { type: 'unfollow' } : undefined;
}

async function changeState(platform: Platform, given: Given): Promise<object> {
  const channel = given.channel(platform);
  const userIds = given.texts('userIds');
  const state = given.optionalOneOf('state', userStates);
  if (state === undefined) throw mistake('state is missing');
  if (!userIds.every((userId) => userIdPattern.test(userId))) throw mistake('userIds holds a malformed id');
  const events = userIds.flatMap((userId) => {
    const event = eventOf(channel.users.state(channel.users.enter(userId)), state);
    return event ? [{ ...event, userId }] : [];
  });
  platform.setState(channel, userIds, state);
  const webhooks: WebhookDelivery[] = [];
  if (given.optionalBoolean('webhook') ?? true) {
    const now = platform.clock.nowMs();
    for (let i = 0; i < events.length; i += eventsPerRequest) {
      const batch = events.slice(i, i + eventsPerRequest).map((event) => webhookEvent(channel, event, now));
      webhooks.push(await platform.webhooks.send(channel, batch));
    }
  }
  return { changed: userIds.length, webhooks };
}

/** A person writes to the account. */
function say(platform: Platform, given: Given, message: Given): Promise<object> {
  const channel = given.channel(platform);
  const userId = given.text('userId');
  given.user(channel);
  const type = message.text('type');
  const id = messageId(randomInt(2 ** 48 - 1));
  const full = { id, quoteToken: randomBytes(12).toString('base64url'), ...message.all(), type };
  platform.addInbound(channel, userId, full);
  return emit(platform, channel, { type: 'message', userId, message: full });
}

async function emit(platform: Platform, channel: Channel, given: Record<string, unknown>): Promise<object> {
  new Given(given).user(channel);
  const event = webhookEvent(channel, given, platform.clock.nowMs());
  const delivery = await platform.webhooks.send(channel, [event]);
  return { webhookEventId: event.webhookEventId, replyToken: event.replyToken, delivery };
}
