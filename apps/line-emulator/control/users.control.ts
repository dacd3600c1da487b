import type { Channel } from '../channels/channel.js';
import { generatedUserId, randomUserId, userIdPattern } from '../ids.js';
import type { GivenUser } from '../journal.js';
import type { Platform } from '../platform.js';
import { changesState, postsBack, says } from '../users/acting.js';
import type { Heard } from '../users/acting.js';
import type { Crowd } from '../users/user-book.js';
import { userStates } from '../users/user-book.js';
import type { Declare } from './declare.js';
import { Given, mistake } from './given.js';

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
    const channel = given.channel(platform);
    given.user(channel);
    return postsBack(platform, channel, given.text('userId'), {
      data: given.text('data'),
      params: given.raw('params'),
    });
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

async function changeState(platform: Platform, given: Given): Promise<object> {
  const channel = given.channel(platform);
  const userIds = given.texts('userIds');
  const state = given.optionalOneOf('state', userStates);
  if (state === undefined) throw mistake('state is missing');
  if (!userIds.every((userId) => userIdPattern.test(userId))) throw mistake('userIds holds a malformed id');
  const webhook = given.optionalBoolean('webhook');
  return { changed: userIds.length, webhooks: await changesState(platform, channel, userIds, { state, webhook }) };
}

function say(platform: Platform, given: Given, message: Given): Promise<Heard> {
  const channel = given.channel(platform);
  given.user(channel);
  return says(platform, channel, given.text('userId'), { ...message.all(), type: message.text('type') });
}
