import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { readyMenu, sampleMenu } from '../testing/rich-menu-samples.js';
import { WebhookReceiver } from '../testing/webhook-receiver.js';

const alias = '/v2/bot/richmenu/alias';

describe('A rich menu alias', () => {
  let line: EmulatorUnderTest;
  let first: string;
  let second: string;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
    first = await readyMenu(line);
    second = await readyMenu(line);
  });
  afterEach(() => line.close());

  const create = (richMenuAliasId: string, richMenuId: string) =>
    line.api(`POST ${alias}`, { richMenuAliasId, richMenuId });

  it('is created, pointed elsewhere, read, listed and deleted', async () => {
    expect(await create('tab-a', first)).toMatchObject({ status: 200, body: {} });
    expect(await create('tab-b', second)).toMatchObject({ status: 200 });
    expect(await line.api(`POST ${alias}/tab-a`, { richMenuId: second })).toMatchObject({ status: 200, body: {} });
    const a = { richMenuAliasId: 'tab-a', richMenuId: second };
    expect((await line.api(`GET ${alias}/tab-a`)).body).toEqual(a);
    const aliases = [a, { richMenuAliasId: 'tab-b', richMenuId: second }];
    expect((await line.api(`GET ${alias}/list`)).body).toEqual({ aliases });
    expect((await line.api(`DELETE ${alias}/tab-a`)).status).toBe(200);
    for (const method of ['GET', 'DELETE']) {
      const gone = { status: 404, body: { message: 'richmenu alias not found' } };
      expect(await line.api(`${method} ${alias}/tab-a`)).toMatchObject(gone);
    }
  });

  it('is refused when taken, malformed, or without a menu that can be shown', async () => {
    await create('tab-a', first);
    const bare = (await line.api('POST /v2/bot/richmenu', sampleMenu())).body.richMenuId;
    const message = async (reply: ReturnType<typeof create>) => ({
      status: (await reply).status,
      message: (await reply).body.message,
    });
    expect(await message(create('tab-a', second))).toEqual({ status: 400, message: 'conflict richmenu alias id' });
    expect(await message(create('tab-b', `richmenu-${'0'.repeat(32)}`))).toEqual({
      status: 400,
      message: 'richmenu not found',
    });
    for (const id of ['', 'TAB', 'a'.repeat(33)]) expect((await create(id, first)).status).toBe(400);
    expect((await create('tab-b', bare)).status).toBe(400);
    expect((await line.api(`POST ${alias}/tab-b`, { richMenuId: first })).status).toBe(404);
    expect((await line.api(`POST ${alias}/tab-a`, { richMenuId: 'x' })).status).toBe(400);
    expect((await line.api(`GET ${alias}/TAB`)).status).toBe(400);
    expect((await line.api(`GET ${alias}/list`)).body.aliases).toHaveLength(1);
  });

  it('is one of a thousand at most, and deleted a hundred times an hour', async () => {
    for (let i = 0; i < 1000; i += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, n) => create(`tab-${i + n}`, first)));
    }
    expect((await create('one-more', first)).status).toBe(400);
    await line.control('POST /clock', { frozen: true });
    const statuses = await Promise.all(
      Array.from({ length: 101 }, async (_, n) => (await line.api(`DELETE ${alias}/tab-${n}`)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect((await create('one-more', first)).status).toBe(200);
  }, 60_000);

  describe('that is tapped', () => {
    let bot: WebhookReceiver;

    beforeEach(async () => {
      bot = await new WebhookReceiver().start();
      await line.onChannel('POST /channels', { webhookUrl: bot.url });
      await line.api(`POST /v2/bot/user/all/richmenu/${first}`);
    });
    afterEach(() => bot.close());

    const tapSwitch = (userId: string) => line.onChannel('POST /users/tap', { userId, area: 1 });
    const seenBy = (userId: string) =>
      line.control(`GET /rich-menus/of?channelId=${line.channel.channelId}&userId=${userId}`);

    it('links the menu to the person, and the postback says so', async () => {
      await create('second', second);
      await tapSwitch(line.friend(0));
      expect(await seenBy(line.friend(0))).toEqual({ shown: second, by: 'user' });
      expect(await seenBy(line.friend(1))).toEqual({ shown: first, by: 'default' });
      expect(bot.events[0]).toMatchObject({
        type: 'postback',
        replyToken: expect.any(String),
        source: { userId: line.friend(0) },
        postback: { data: 'tab=second', params: { newRichMenuAliasId: 'second', status: 'SUCCESS' } },
      });
    });

    it('says why it did not switch', async () => {
      await tapSwitch(line.friend(0));
      await create('second', second);
      await line.api(`DELETE /v2/bot/richmenu/${second}`);
      await tapSwitch(line.friend(0));
      const params = bot.events.map(({ postback }) => postback.params);
      expect(params).toEqual([{ status: 'RICHMENU_ALIAS_ID_NOTFOUND' }, { status: 'RICHMENU_NOTFOUND' }]);
      expect(await seenBy(line.friend(0))).toEqual({ shown: first, by: 'default' });
    });
  });
});
