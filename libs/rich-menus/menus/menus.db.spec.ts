import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { MenusAtLine } from '../testing/menus-at-line.js';
import { design, HELLO, menusModules, MenusStage } from '../testing/menus-stage.js';

describe('Rich menus', () => {
  let app: TestApp;
  let line: MenusAtLine;
  let stage: MenusStage;

  beforeAll(async () => {
    line = await MenusAtLine.start();
    const config = { lineApiBaseUrl: line.url, lineDataApiBaseUrl: line.url };
    app = await createTestApp({ imports: menusModules, config });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  beforeEach(async () => {
    await drainJobs(app.nest, { failures: 'allow' });
    stage = await MenusStage.open(app, line, () => drainJobs(app.nest, { schedules: true }));
  });

  const menus = () => `/v1/channels/${stage.channelId}/rich-menus`;
  const areas = [{ bounds: { x: 0, y: 0, width: 1200, height: 405 }, action: HELLO }];
  const plain = { name: 'n', chatBarText: 'メニュー', size: { width: 1200, height: 405 }, areas };

  describe('written', () => {
    it('are shown as they were written', async () => {
      const { status, body } = await stage.request('POST', menus(), plain);
      expect(status).toBe(201);
      expect(body).toMatchObject({ ...plain, selected: false, design: null, image: null, version: 0 });
      expect((await stage.request('GET', `/v1/rich-menus/${body.id}`)).body).toEqual(body);
    });

    it('make no new version of what is the same', async () => {
      const id = await stage.menu('a');
      await stage.request('PUT', `/v1/rich-menus/${id}`, { ...design('a'), name: 'another name' });
      expect((await stage.request('GET', `/v1/rich-menus/${id}`)).body).toMatchObject({
        name: 'another name',
        version: 1,
      });
      await stage.edit(id, 'a', 'something else');
      expect((await stage.request('GET', `/v1/rich-menus/${id}`)).body.version).toBe(2);
    });

    it.each([
      [{ chatBarText: 'あ'.repeat(15) }, '/chatBarText'],
      [{ chatBarText: '' }, '/chatBarText'],
      [{ name: '' }, '/name'],
      [{ size: { width: 799, height: 300 } }, '/size/width'],
      [{ size: { width: 2501, height: 300 } }, '/size/width'],
      [{ size: { width: 1200, height: 249 } }, '/size/height'],
      [{ size: { width: 1200, height: 828 } }, '/size'],
      [{ size: undefined }, '/size'],
      [{ areas: Array(21).fill(areas[0]) }, '/areas'],
      [{ areas: [{ ...areas[0], bounds: { x: 1, y: 0, width: 1200, height: 405 } }] }, '/areas/0/bounds'],
      [{ areas: [{ ...areas[0], bounds: { x: 0, y: 1, width: 1200, height: 405 } }] }, '/areas/0/bounds'],
      [{ areas: [{ ...areas[0], bounds: { x: -1, y: 0, width: 5, height: 5 } }] }, '/areas/0/bounds/x'],
      [{ areas: [{ ...areas[0], action: { type: 'location' } }] }, '/areas/0/action/type'],
      [{ areas: [{ ...areas[0], action: { type: 'uri', uri: 'ftp://x' } }] }, '/areas/0/action/uri'],
      [
        { areas: [{ ...areas[0], action: { type: 'richmenuswitch', richMenuAliasId: 'x' } }] },
        '/areas/0/action/menuId',
      ],
      [
        {
          areas: [{ ...areas[0], action: { type: 'richmenuswitch', menuId: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90' } }],
        },
        '/areas/0/action/menuId',
      ],
      [{ areas: undefined }, ''],
      [{ design: { template: '2x1', cells: [{ label: 'a', action: HELLO }] }, areas: undefined }, '/design/cells'],
      [{ design: { template: '4x4', cells: [] }, areas: undefined }, '/design/template'],
      [{ surprise: 1 }, '/surprise'],
    ])('are refused with the place: %j', async (change, path) => {
      const { status, body } = await stage.request('POST', menus(), { ...plain, ...change });
      expect([status, body.errors.map((error: { path: string }) => error.path)]).toEqual([
        400,
        expect.arrayContaining([path]),
      ]);
    });

    it('name only menus of their own channel', async () => {
      const { body: other } = await stage.request('POST', '/v1/channels', {
        ...{ name: 'o', lineChannelId: '2', channelSecret: 's', accessToken: 't', verify: false },
      });
      const { body: theirs } = await stage.request('POST', `/v1/channels/${other.id}/rich-menus`, design('theirs'));
      const tabbed = await stage.request('POST', menus(), design('mine', [theirs.id]));
      expect(tabbed).toMatchObject({ status: 400, body: { errors: [{ path: '/design/cells/1/action/menuId' }] } });
      const rules = await stage.request('PUT', `/v1/channels/${stage.channelId}/rich-menu-rules`, {
        rules: [{ when: { linked: true }, menuId: theirs.id }],
        defaultMenuId: theirs.id,
      });
      expect(rules).toMatchObject({
        status: 400,
        body: { errors: [{ path: '/rules/0/menuId' }, { path: '/defaultMenuId' }] },
      });
    });
  });

  describe('with a picture', () => {
    const upload = (id: string, payload: Buffer | string, type = 'image/png') =>
      app.nest.inject({
        method: 'PUT',
        url: `/v1/rich-menus/${id}/image`,
        headers: { authorization: `Bearer ${stage.key}`, 'content-type': type },
        payload,
      });

    it('of the right size are complete, and go to LINE byte for byte', async () => {
      const { body: menu } = await stage.request('POST', menus(), { ...plain, size: { width: 1200, height: 405 } });
      const png = pngOf(1200, 405);
      const answer = await upload(menu.id, png);
      expect([answer.statusCode, answer.json().version]).toEqual([200, 1]);
      expect(answer.json().image).toEqual({ type: 'image/png', bytes: png.length });
      expect((await upload(menu.id, png)).json().version).toBe(1);
      await stage.rules([], menu.id);
      await stage.drain();
      const { default: richMenuId } = await line.overview();
      const there = await fetch(`${line.url}/v2/bot/richmenu/${richMenuId}/content`, {
        headers: { authorization: `Bearer ${line.accessToken}` },
      });
      expect(Buffer.from(await there.arrayBuffer()).equals(png)).toBe(true);
    });

    it('that is wrong are refused with the numbers', async () => {
      const { body: menu } = await stage.request('POST', menus(), plain);
      const large = await upload(menu.id, Buffer.concat([pngOf(1200, 405), Buffer.alloc(1024 * 1024)]));
      expect([large.statusCode, large.json()]).toMatchObject([
        413,
        { code: 'rich-menus.image_too_large', details: { most: 1_048_576, bytes: expect.any(Number) } },
      ]);
      const wide = await upload(menu.id, pngOf(1200, 406));
      expect([wide.statusCode, wide.json().detail]).toEqual([400, expect.stringContaining('1200 × 406')]);
      expect((await upload(menu.id, Buffer.from('GIF89a'))).statusCode).toBe(400);
      expect((await upload(menu.id, '{}', 'application/json')).statusCode).toBe(415);
      expect((await upload(menu.id, 'x', 'image/gif')).statusCode).toBe(415);
      expect((await upload(menu.id, Buffer.alloc(0))).statusCode).toBe(415);
      expect((await upload('0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90', pngOf(5, 5))).statusCode).toBe(404);
      expect((await stage.request('GET', `/v1/rich-menus/${menu.id}`)).body.image).toBeNull();
    });

    it('lose it when it fits no longer, while people keep what they have', async () => {
      const { body: menu } = await stage.request('POST', menus(), plain);
      await upload(menu.id, pngOf(1200, 405));
      await stage.rules([], menu.id);
      await stage.drain();
      const wider = { ...plain, size: { width: 1600, height: 540 } };
      const { body } = await stage.request('PUT', `/v1/rich-menus/${menu.id}`, wider);
      expect(body).toMatchObject({ image: null, version: 1 });
      await stage.settle(2);
      expect((await line.names()).default).toBe('n');
      expect((await upload(menu.id, pngOf(1600, 540))).json().version).toBe(2);
    });

    it('are not read where no picture belongs', async () => {
      const answer = await app.nest.inject({
        method: 'POST',
        url: menus(),
        headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'image/png' },
        payload: pngOf(5, 5),
      });
      expect([answer.statusCode, answer.json().code]).toEqual([415, 'http.unsupported_media_type']);
    });
  });
});

/** The head of a PNG of that size, which is all that anybody reads. */
function pngOf(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(64);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
