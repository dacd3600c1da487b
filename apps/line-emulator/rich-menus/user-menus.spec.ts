import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { readyMenu, sampleMenu } from '../testing/rich-menu-samples.js';

const nowhere = `richmenu-${'0'.repeat(32)}`;
const nobody = `U${'f'.repeat(32)}`;
const bulk = 'POST /v2/bot/richmenu/bulk';

describe('The rich menu of a person', () => {
  let line: EmulatorUnderTest;
  let first: string;
  let second: string;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
    await line.control('POST /clock', { frozen: true });
    first = await readyMenu(line);
    second = await readyMenu(line);
  });
  afterEach(() => line.close());

  const link = (userId: string, richMenuId: string) => line.api(`POST /v2/bot/user/${userId}/richmenu/${richMenuId}`);
  const menuOf = async (userId: string) => (await line.api(`GET /v2/bot/user/${userId}/richmenu`)).body.richMenuId;
  const seenBy = (userId: string) =>
    line.control(`GET /rich-menus/of?channelId=${line.channel.channelId}&userId=${userId}`);
  const later = (advanceMs: number) => line.control('POST /clock', { advanceMs });

  it('is linked, replaced and unlinked at once', async () => {
    const [user] = [line.friend(0)];
    expect(await line.api(`GET /v2/bot/user/${user}/richmenu`)).toMatchObject({
      status: 404,
      body: { message: 'the user has no richmenu' },
    });
    expect(await link(user, first)).toMatchObject({ status: 200, body: {} });
    expect(await menuOf(user)).toBe(first);
    await link(user, second);
    expect(await menuOf(user)).toBe(second);
    const { menus } = await line.control(`GET /rich-menus?channelId=${line.channel.channelId}`);
    expect(menus).toEqual([
      expect.objectContaining({ richMenuId: first, users: 0, hasImage: true }),
      expect.objectContaining({ richMenuId: second, users: 1 }),
    ]);
    expect((await line.api(`DELETE /v2/bot/user/${user}/richmenu`)).status).toBe(200);
    expect(await menuOf(user)).toBeUndefined();
  });

  it('is refused for malformed ids, unknown menus and menus without image', async () => {
    const bare = (await line.api('POST /v2/bot/richmenu', sampleMenu())).body.richMenuId;
    const malformed = { status: 400, body: { message: `The value for the 'userId' parameter is invalid` } };
    expect(await link('Uabc', first)).toMatchObject(malformed);
    expect(await line.api('GET /v2/bot/user/Uabc/richmenu')).toMatchObject(malformed);
    expect(await line.api('DELETE /v2/bot/user/Uabc/richmenu')).toMatchObject(malformed);
    expect((await link(line.friend(0), nowhere)).status).toBe(404);
    expect(await link(line.friend(0), bare)).toMatchObject({
      status: 400,
      body: { message: 'must upload richmenu image before applying it to user' },
    });
  });

  it('does nothing for people who are no friends, and says 200', async () => {
    const [blocked, deleted] = [line.friend(1), line.friend(2)];
    await line.onChannel('POST /users/state', { userIds: [blocked], state: 'blocked' });
    await line.onChannel('POST /users/state', { userIds: [deleted], state: 'deleted' });
    for (const user of [blocked, deleted, nobody]) {
      expect((await link(user, first)).status).toBe(200);
      expect(await menuOf(user)).toBeUndefined();
      expect((await line.api(`DELETE /v2/bot/user/${user}/richmenu`)).status).toBe(200);
    }
    expect((await line.api(`${bulk}/link`, { richMenuId: first, userIds: [blocked, deleted, nobody] })).status).toBe(
      202,
    );
    await later(2000);
    const { userIds } = await line.control(`GET /rich-menus/links?channelId=${line.channel.channelId}`);
    expect(userIds).toEqual([]);
  });

  it('goes before the default; who is no friend sees the default only', async () => {
    const [friend, other, blocked] = [line.friend(0), line.friend(1), line.friend(2)];
    expect(await seenBy(friend)).toEqual({ shown: null, by: 'none' });
    await link(friend, first);
    await link(blocked, first);
    await line.api(`POST /v2/bot/user/all/richmenu/${second}`);
    await line.onChannel('POST /users/state', { userIds: [blocked], state: 'blocked' });
    expect(await seenBy(friend)).toEqual({ shown: first, by: 'user' });
    for (const user of [other, blocked]) expect(await seenBy(user)).toEqual({ shown: second, by: 'default' });
    await line.api(`DELETE /v2/bot/richmenu/${first}`);
    expect(await seenBy(friend)).toEqual({ shown: second, by: 'default' });
    expect(await menuOf(friend)).toBeUndefined();
  });

  it('is gone after block and unblock', async () => {
    const user = line.friend(0);
    await link(user, first);
    await line.onChannel('POST /users/state', { userIds: [user], state: 'blocked' });
    await line.onChannel('POST /users/state', { userIds: [user], state: 'friend' });
    expect(await menuOf(user)).toBeUndefined();
    expect(await seenBy(user)).toEqual({ shown: null, by: 'none' });
  });

  it('changes for many some time after the 202, by the emulator’s clock', async () => {
    const userIds = [0, 1, 2].map((i) => line.friend(i));
    expect(await line.api(`${bulk}/link`, { richMenuId: first, userIds })).toMatchObject({ status: 202, body: {} });
    await later(1999);
    expect(await menuOf(line.friend(0))).toBeUndefined();
    await line.api(`${bulk}/unlink`, { userIds: [line.friend(1)] });
    await later(1);
    expect(await Promise.all(userIds.map(menuOf))).toEqual([first, first, first]);
    await later(2000);
    expect(await Promise.all(userIds.map(menuOf))).toEqual([first, undefined, first]);
    expect(await line.control(`GET /rich-menus/links?channelId=${line.channel.channelId}`)).toEqual({
      userIds: [line.friend(0), line.friend(2)],
      richMenuIds: [first, first],
    });
  });

  it('changes for many at once when the lag is set to nothing', async () => {
    await line.control('PATCH /settings', { bulkLagMs: 0 });
    await line.api(`${bulk}/link`, { richMenuId: first, userIds: [line.friend(0)] });
    expect(await menuOf(line.friend(0))).toBe(first);
  });

  it('changes for nobody when a bulk request is refused', async () => {
    const bare = (await line.api('POST /v2/bot/richmenu', sampleMenu())).body.richMenuId;
    const friend = line.friend(0);
    const refused: [number, string, object][] = [
      [
        400,
        `The property, 'userIds[1]', in the request body is invalid (line: -, column: -)`,
        { userIds: [friend, 'x'] },
      ],
      [400, 'The request body has 1 error(s)', { userIds: [] }],
      [400, 'The request body has 1 error(s)', { userIds: Array.from({ length: 501 }, () => friend) }],
      [400, 'The request body has 1 error(s)', { userIds: [friend], richMenuId: 'nonsense' }],
      [400, 'must upload richmenu image before applying it to user', { userIds: [friend], richMenuId: bare }],
      [404, 'richmenu not found', { userIds: [friend], richMenuId: nowhere }],
    ];
    for (const [status, message, body] of refused) {
      const reply = await line.api(`${bulk}/link`, { richMenuId: first, ...body });
      expect({ status: reply.status, message: reply.body.message }).toEqual({ status, message });
    }
    await later(10_000);
    expect(await menuOf(friend)).toBeUndefined();
  });

  it('can be changed behind the account’s back', async () => {
    const user = line.friend(0);
    await line.onChannel('POST /rich-menus/relink-user', { userId: user, richMenuId: first });
    expect(await menuOf(user)).toBe(first);
    await line.onChannel('POST /rich-menus/unlink-user', { userId: user });
    expect(await menuOf(user)).toBeUndefined();
  });

  it('is told for a hundred thousand people at once', async () => {
    await line.control('PATCH /settings', { bulkLagMs: 0, rateLimits: false });
    await line.onChannel('POST /users', { generate: { count: 100_000, seed: 2 } });
    const { userIds } = await line.control(`GET /users/ids?channelId=${line.channel.channelId}&state=friend`);
    for (let i = 0; i < userIds.length; i += 500) {
      await line.api(`${bulk}/link`, { richMenuId: first, userIds: userIds.slice(i, i + 500) });
    }
    const links = await line.control(`GET /rich-menus/links?channelId=${line.channel.channelId}`);
    expect(links.userIds).toEqual(userIds);
    expect(new Set(links.richMenuIds)).toEqual(new Set([first]));
  }, 60_000);
});
