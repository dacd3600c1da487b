import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { jpeg, png, readyMenu, sampleMenu, sampleSize, upload } from '../testing/rich-menu-samples.js';

const nowhere = `richmenu-${'0'.repeat(32)}`;
const create = 'POST /v2/bot/richmenu';

describe('Rich menus', () => {
  let line: EmulatorUnderTest;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
    await line.control('POST /clock', { frozen: true });
  });
  afterEach(() => line.close());

  const created = async (own: object = {}) => String((await line.api(create, sampleMenu(own))).body.richMenuId);

  it('are created, listed, read and deleted', async () => {
    const first = await created({ name: 'first' });
    const second = await created({ name: 'second' });
    expect(first).toMatch(/^richmenu-[0-9a-f]{32}$/);
    const { body } = await line.api('GET /v2/bot/richmenu/list');
    expect(body.richmenus.map(({ name }: { name: string }) => name)).toEqual(['first', 'second']);
    expect((await line.api(`GET /v2/bot/richmenu/${second}`)).body).toEqual({
      richMenuId: second,
      ...sampleMenu({ name: 'second' }),
    });
    expect(await line.api(`DELETE /v2/bot/richmenu/${first}`)).toMatchObject({ status: 200, body: {} });
    for (const method of ['GET', 'DELETE']) {
      expect(await line.api(`${method} /v2/bot/richmenu/${first}`)).toMatchObject({
        status: 404,
        body: { message: 'Not found' },
      });
    }
  });

  it('keep nothing that LINE does not know, and hide from other channels', async () => {
    const richMenuId = await created({ unknown: 1 });
    expect((await line.api(`GET /v2/bot/richmenu/${richMenuId}`)).body).not.toHaveProperty('unknown');
    const other = await line.control('POST /channels', {});
    const authorization = `Bearer ${other.accessToken}`;
    expect((await line.api(`GET /v2/bot/richmenu/${richMenuId}`, undefined, { authorization })).status).toBe(404);
  });

  const action = { type: 'message', text: 'a' };
  const area = { bounds: { x: 0, y: 0, width: 1, height: 1 }, action };
  const switching = (own: object) => [
    { ...area, action: { type: 'richmenuswitch', richMenuAliasId: 'a', data: 'b', ...own } },
  ];

  it.each<[string, object]>([
    ['size.width', { size: { width: 799, height: 300 } }],
    ['size.width', { size: { width: 2501, height: 300 } }],
    ['size.height', { size: { width: 800, height: 249 } }],
    ['size', { size: { width: 1000, height: 690 } }],
    ['size', { size: undefined }],
    ['selected', { selected: undefined }],
    ['name', { name: '' }],
    ['name', { name: 'あ'.repeat(301) }],
    ['chatBarText', { chatBarText: '👨‍👩‍👧'.repeat(15) }],
    ['chatBarText', { chatBarText: undefined }],
    ['areas', { areas: Array.from({ length: 21 }, () => area) }],
    ['areas', { areas: undefined }],
    ['areas[0].bounds', { areas: [{ ...area, bounds: { x: 1, y: 0, width: 1200, height: 405 } }] }],
    ['areas[0].bounds.width', { areas: [{ ...area, bounds: { x: 0, y: 0, width: 0, height: 1 } }] }],
    ['areas[0].action', { areas: [{ bounds: area.bounds }] }],
    ['areas[0].action.type', { areas: [{ ...area, action: {} }] }],
    ['areas[0].action.type', { areas: [{ ...area, action: { type: 'camera', label: 'a' } }] }],
    ['areas[0].action.uri', { areas: [{ ...area, action: { type: 'uri', uri: 'javascript:alert(1)' } }] }],
    ['areas[0].action.label', { areas: [{ ...area, action: { ...action, label: 'a'.repeat(21) } }] }],
    ['areas[0].action.richMenuAliasId', { areas: switching({ richMenuAliasId: 'Ä' }) }],
    ['areas[0].action.data', { areas: switching({ data: 'a'.repeat(301) }) }],
  ])('are refused for %s when it is wrong: %j', async (property, own) => {
    for (const path of ['', '/validate']) {
      const { status, body } = await line.api(`${create}${path}`, sampleMenu(own));
      expect(status).toBe(400);
      expect(body.message).toMatch(/^The request body has \d error\(s\)$/);
      expect(body.details.map((detail: { property: string }) => detail.property)).toContain(property);
    }
  });

  it('are valid at the very limits', async () => {
    const size = { width: 2500, height: 1724 };
    const full = { bounds: { x: 0, y: 0, ...size }, action };
    const own = {
      size,
      name: 'あ'.repeat(300),
      chatBarText: '👨‍👩‍👧'.repeat(14),
      areas: Array.from({ length: 20 }, () => full),
    };
    expect(await line.api(`${create}/validate`, sampleMenu(own))).toMatchObject({ status: 200, body: {} });
    expect((await line.api(`${create}/validate`, sampleMenu({ areas: switching({}) }))).status).toBe(200);
    expect((await line.api('GET /v2/bot/richmenu/list')).body).toEqual({ richmenus: [] });
  });

  it('switch menus in rich menus only', async () => {
    const switchAction = switching({ label: 'a' })[0]?.action;
    const template = { type: 'buttons', text: 'a', actions: [switchAction] };
    const messages = [{ type: 'template', altText: 'a', template }];
    const { body } = await line.api('POST /v2/bot/message/validate/push', { messages });
    expect(body.details[0].property).toBe('messages[0].template.actions[0].type');
  });

  it('take their image once, in the menu’s own size', async () => {
    const richMenuId = await created();
    const image = `GET /v2/bot/richmenu/${richMenuId}/content`;
    expect((await line.api(image)).status).toBe(404);
    const refused = { status: 400, body: { message: 'The image size is not allowed for richmenu' } };
    expect(await upload(line, richMenuId, png({ width: 1200, height: 406 }))).toMatchObject(refused);
    expect(await upload(line, richMenuId, Buffer.from('no image'))).toMatchObject(refused);
    expect(await upload(line, richMenuId, Buffer.concat([png(), Buffer.alloc(1024 * 1024)]))).toMatchObject(refused);
    expect((await upload(line, richMenuId, Buffer.alloc(2_100_000))).status).toBe(413);
    expect(await upload(line, richMenuId, png())).toMatchObject({ status: 200, body: {} });
    const shown = await line.api(image);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(png().equals(shown.body)).toBe(true);
    expect(await upload(line, richMenuId, png())).toMatchObject({
      status: 400,
      body: { message: 'An image has already been uploaded to the richmenu' },
    });
  });

  it('take JPEG, and no other media type; files are taken nowhere else', async () => {
    const richMenuId = await created();
    expect((await upload(line, richMenuId, png(), 'image/gif')).status).toBe(415);
    expect((await upload(line, richMenuId, Buffer.from('{}'), 'application/json')).status).toBe(415);
    expect((await line.api(create, png(), { 'content-type': 'image/png' })).body).toEqual({
      message: 'The content type, image/png, is not supported',
    });
    expect((await upload(line, nowhere, png())).status).toBe(404);
    expect((await upload(line, richMenuId, jpeg(sampleSize), 'image/jpeg')).status).toBe(200);
    const image = await line.api(`GET /v2/bot/richmenu/${richMenuId}/content`);
    expect(image.headers.get('content-type')).toBe('image/jpeg');
  });

  it('have one default, which needs an image and ends with its menu', async () => {
    const bare = await created();
    const all = '/v2/bot/user/all/richmenu';
    expect(await line.api(`GET ${all}`)).toMatchObject({ status: 404, body: { message: 'no default richmenu' } });
    expect(await line.api(`POST ${all}/${bare}`)).toMatchObject({
      status: 400,
      body: { message: 'must upload richmenu image before applying it to user', details: [] },
    });
    expect((await line.api(`POST ${all}/${nowhere}`)).status).toBe(404);
    const richMenuId = await readyMenu(line);
    expect((await line.api(`POST ${all}/${richMenuId}`)).status).toBe(200);
    expect((await line.api(`GET ${all}`)).body).toEqual({ richMenuId });
    expect((await line.api(`DELETE ${all}`)).status).toBe(200);
    expect((await line.api(`GET ${all}`)).status).toBe(404);
    await line.api(`POST ${all}/${richMenuId}`);
    await line.api(`DELETE /v2/bot/richmenu/${richMenuId}`);
    expect((await line.api(`GET ${all}`)).status).toBe(404);
    await line.onChannel('POST /rich-menus/foreign-default', {});
    expect(await line.api(`GET ${all}`)).toMatchObject({
      status: 403,
      body: { message: 'the richmenu is owned by another channel' },
    });
  });

  it('take no retry key', async () => {
    const key = { 'x-line-retry-key': '123e4567-e89b-12d3-a456-426614174000' };
    expect((await line.api(create, sampleMenu(), key)).status).toBe(400);
    expect((await line.api('POST /v2/bot/richmenu/batch', { operations: [{ type: 'unlinkAll' }] }, key)).status).toBe(
      400,
    );
    expect((await line.control(`GET /rich-menus?channelId=${line.channel.channelId}`)).menus).toEqual([]);
  });

  it('are created and deleted a hundred times an hour, and listed ten times a second', async () => {
    const statuses = await Promise.all(Array.from({ length: 101 }, async () => (await line.api(create, {})).status));
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    const deleted = await Promise.all(
      Array.from({ length: 101 }, async () => (await line.api(`DELETE /v2/bot/richmenu/${nowhere}`)).status),
    );
    expect(deleted.filter((status) => status === 429)).toHaveLength(1);
    const lists = await Promise.all(
      Array.from({ length: 11 }, async () => (await line.api('GET /v2/bot/richmenu/list')).status),
    );
    expect(lists.filter((status) => status === 429)).toHaveLength(1);
    await line.control('POST /clock', { advanceMs: 3_600_000 });
    expect((await line.api(create, sampleMenu())).status).toBe(200);
  });

  it('are at most a thousand', async () => {
    await line.control('PATCH /settings', { rateLimits: false });
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 100 }, () => created()));
    expect((await line.api(create, sampleMenu())).status).toBe(400);
    const { body } = await line.api('GET /v2/bot/richmenu/list');
    await line.api(`DELETE /v2/bot/richmenu/${body.richmenus[0].richMenuId}`);
    expect((await line.api(create, sampleMenu())).status).toBe(200);
  }, 60_000);
});
