import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { readyMenu, sampleMenu } from '../testing/rich-menu-samples.js';

const nowhere = `richmenu-${'0'.repeat(32)}`;

describe('A batch of rich menus', () => {
  let line: EmulatorUnderTest;
  let a: string;
  let b: string;
  let c: string;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
    await line.control('POST /clock', { frozen: true });
    [a, b, c] = [await readyMenu(line), await readyMenu(line), await readyMenu(line)];
    for (const [i, richMenuId] of [a, a, b, c].entries()) await link(i, richMenuId);
  });
  afterEach(() => line.close());

  const link = (i: number, richMenuId: string) =>
    line.api(`POST /v2/bot/user/${line.friend(i)}/richmenu/${richMenuId}`);
  const batch = (operations: object[], own: object = {}) =>
    line.api('POST /v2/bot/richmenu/batch', { operations, ...own });
  const later = (advanceMs: number) => line.control('POST /clock', { advanceMs });
  const progress = (requestId: string | null) =>
    line.api(`GET /v2/bot/richmenu/progress/batch?requestId=${requestId ?? ''}`);
  const menus = async () => {
    const found = [0, 1, 2, 3].map((i) => line.api(`GET /v2/bot/user/${line.friend(i)}/richmenu`));
    return (await Promise.all(found)).map(({ body }) => body.richMenuId);
  };

  it('moves everyone by what they had when it was asked for, and tells how far it is', async () => {
    const { status, headers } = await batch([
      { type: 'link', from: a, to: b },
      { type: 'link', from: b, to: c },
      { type: 'unlink', from: c },
    ]);
    expect(status).toBe(202);
    const requestId = headers.get('x-line-request-id');
    expect((await progress(requestId)).body).toEqual({ phase: 'ongoing', acceptedTime: expect.any(String) });
    expect(await menus()).toEqual([a, a, b, c]);
    await later(2000);
    expect(await menus()).toEqual([b, b, c, undefined]);
    const { body } = await progress(requestId);
    expect(body.phase).toBe('succeeded');
    expect(Date.parse(body.completedTime) - Date.parse(body.acceptedTime)).toBe(2000);
  });

  it('leaves alone who was given another menu before it took effect', async () => {
    await batch([{ type: 'link', from: a, to: b }]);
    await link(0, c);
    await link(3, a);
    await later(2000);
    expect(await menus()).toEqual([c, b, b, a]);
  });

  it('takes the menus of all', async () => {
    await batch([{ type: 'unlinkAll' }]);
    await later(2000);
    expect(await menus()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is refused in LINE’s words and then moves nobody; the check says the same and costs nothing', async () => {
    const bare = (await line.api('POST /v2/bot/richmenu', sampleMenu())).body.richMenuId;
    const refused: [number, object | undefined, object[]][] = [
      [400, { message: 'invalid richMenuId', property: 'operations[0].from' }, [{ type: 'unlink', from: 'x' }]],
      [400, { message: 'invalid richMenuId', property: 'operations[0].to' }, [{ type: 'link', from: a }]],
      [
        400,
        { message: `from richmenu (${a}) is duplicated`, property: 'operations[].from' },
        [
          { type: 'unlink', from: a },
          { type: 'link', from: a, to: b },
        ],
      ],
      [
        400,
        { message: `'unlinkAll' type can't be combined with other type`, property: 'operations[].type' },
        [{ type: 'unlinkAll' }, { type: 'unlink', from: a }],
      ],
      [400, undefined, []],
      [400, undefined, Array.from({ length: 1001 }, () => ({ type: 'unlinkAll' }))],
      [400, undefined, [{ type: 'link', from: a, to: bare }]],
      [404, undefined, [{ type: 'link', from: nowhere, to: b }]],
    ];
    for (const [status, detail, operations] of refused) {
      const reply = await line.api('POST /v2/bot/richmenu/validate/batch', { operations });
      expect(reply.status).toBe(status);
      if (detail) expect(reply.body.details).toEqual([detail]);
    }
    expect((await batch([{ type: 'link', from: nowhere, to: b }])).status).toBe(404);
    expect((await batch([{ type: 'unlinkAll' }], { resumeRequestKey: 'not this!' })).status).toBe(400);
    await later(60_000);
    expect(await menus()).toEqual([a, a, b, c]);
    const valid = { operations: [{ type: 'unlinkAll' }] };
    expect((await line.api('POST /v2/bot/richmenu/validate/batch', valid)).body).toEqual({});
  });

  it('is taken three times an hour', async () => {
    for (let i = 0; i < 3; i++) expect((await batch([{ type: 'unlinkAll' }])).status).toBe(202);
    expect((await batch([{ type: 'unlinkAll' }])).status).toBe(429);
    await later(3_600_000);
    expect((await batch([{ type: 'unlinkAll' }])).status).toBe(202);
  });

  it('can fail in the middle, and goes on where it was with the same resume key', async () => {
    const key = { resumeRequestKey: 'move-1' };
    const operations = [
      { type: 'link', from: a, to: b },
      { type: 'link', from: b, to: a },
    ];
    await line.control('PATCH /settings', { batchFailShare: 0.5 });
    const first = await batch(operations, key);
    await later(2000);
    expect((await progress(first.headers.get('x-line-request-id'))).body.phase).toBe('failed');
    expect(await menus()).toEqual([b, a, b, c]);
    await line.control('PATCH /settings', { batchFailShare: 0 });
    const second = await batch(operations, key);
    await later(2000);
    expect((await progress(second.headers.get('x-line-request-id'))).body.phase).toBe('succeeded');
    expect(await menus()).toEqual([b, b, a, c]);
  });

  it('is forgotten after 14 days, and its resume key too', async () => {
    const { headers } = await batch([{ type: 'unlink', from: a }], { resumeRequestKey: 'k' });
    await later(2000);
    await link(0, a);
    await later(14 * 24 * 3_600_000);
    expect((await progress(headers.get('x-line-request-id'))).status).toBe(404);
    expect((await progress(null)).status).toBe(400);
    await batch([{ type: 'unlink', from: a }], { resumeRequestKey: 'k' });
    await later(2000);
    expect(await menus()).toEqual([undefined, undefined, b, c]);
  });
});
