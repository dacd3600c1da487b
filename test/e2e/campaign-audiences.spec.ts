import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CampaignTown, lineUserId, type CampaignShop } from './campaign-shop.js';

describe('whom a campaign names', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  const segment = async (shop: CampaignShop, name: string, rule: object): Promise<string> =>
    (await shop.post('/v1/segments', { name, rule })).body.id;

  const ranked = (...ranks: string[]) => ({ kind: 'rank', in: ranks });
  const born = (relative: string) => ({ kind: 'birth-month', relative });

  /** Schedules a draft now and runs it to its end. @returns who got it, by number */
  async function sentTo(shop: CampaignShop, fields: object): Promise<number[]> {
    const draft = await shop.draft({ unit: `u${(units += 1)}`, ...fields });
    expect([draft.status, draft.body.errors]).toEqual([201, undefined]);
    const scheduled = await shop.post(`/v1/campaigns/${draft.body.id}/schedule`);
    expect([scheduled.status, scheduled.body.code]).toEqual([200, undefined]);
    await shop.run();
    expect((await shop.get(`/v1/campaigns/${draft.body.id}`)).body.state).toBe('sent');
    const got = await shop.received(draft.body.unit);
    expect([...got.values()].every((times) => times === 1)).toBe(true);
    return [...got.keys()].map((userId) => parseInt(userId.slice(1), 16)).sort((a, b) => a - b);
  }
  let units = 0;

  it('is everyone in any of several segments, but for those in any of others', async () => {
    const shop = await town.shop(8);
    const [gold, silver] = [await segment(shop, 'G', ranked('gold')), await segment(shop, 'S', ranked('silver'))];
    await shop.post('/v1/members/batch', {
      members: [1, 2, 3].map((i) => ({ externalId: `m${i}`, tags: [i < 3 ? 'vip' : 'staff'] })),
    });
    const vip = await segment(shop, 'V', { kind: 'tag', any: ['vip'] });
    const staff = await segment(shop, 'T', { kind: 'tag', any: ['staff'] });
    const named = (fields: object) => sentTo(shop, { rule: undefined, ...fields });
    expect(await named({ segmentIds: [gold, silver] })).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await named({ segmentIds: [gold, silver], excludeSegmentIds: [vip, staff] })).toEqual([0, 4, 5, 6, 7]);
    expect(await named({ segmentId: gold, excludeSegmentIds: [vip] })).toEqual([3, 5, 7]);
    expect(await sentTo(shop, { rule: ranked('gold'), excludeSegmentIds: [staff] })).toEqual([1, 5, 7]);
    const both = { kind: 'all', rules: [ranked('gold', 'silver'), { kind: 'not', rule: born('current') }] };
    expect(await sentTo(shop, { rule: both, excludeSegmentIds: [gold] })).toEqual([0, 2, 4, 6]);
  });

  it('names every segment that is not there, and keeps those that are from being deleted', async () => {
    const shop = await town.shop(0);
    const nowhere = '01900000-0000-7000-8000-000000000000';
    const paths = async (fields: object) =>
      (await shop.draft(fields)).body.errors.map(({ path }: { path: string }) => path).sort();
    expect(await paths({ rule: undefined, segmentIds: [nowhere], excludeSegmentIds: [nowhere] })).toEqual([
      '/excludeSegmentIds/0',
      '/segmentIds/0',
    ]);
    expect(await paths({ rule: undefined, audienceId: nowhere })).toEqual(['/audienceId']);
    expect(await paths({ segmentIds: [nowhere] })).toEqual(['']);
    expect(await paths({ rule: undefined, segmentIds: [] })).toEqual(['/segmentIds']);
    expect(await paths({ rule: undefined, segmentIds: [nowhere, nowhere] })).toEqual(['/segmentIds']);
    const [one, two] = [await segment(shop, '1', ranked('gold')), await segment(shop, '2', ranked('silver'))];
    const draft = await shop.draft({ rule: undefined, segmentIds: [one], excludeSegmentIds: [two] });
    expect(draft.body).toMatchObject({ segmentIds: [one], excludeSegmentIds: [two], segmentId: null, rule: null });
    for (const id of [one, two]) expect((await shop.request('DELETE', `/v1/segments/${id}`)).status).toBe(409);
    const changed = await shop.request('PATCH', `/v1/campaigns/${draft.body.id}`, { rule: ranked('gold') });
    expect(changed.body).toMatchObject({ segmentIds: null, excludeSegmentIds: [two], rule: ranked('gold') });
    const freed = await shop.request('PATCH', `/v1/campaigns/${draft.body.id}`, { excludeSegmentIds: [] });
    expect(freed.body).toMatchObject({ excludeSegmentIds: [], rule: ranked('gold') });
    for (const id of [one, two]) expect((await shop.request('DELETE', `/v1/segments/${id}`)).status).toBe(204);
  });

  it('refuses a rule that leaves no room for leaving anybody out, before it is sent', async () => {
    const shop = await town.shop(0);
    const id = await segment(shop, '1', ranked('gold'));
    let deep: object = ranked('gold');
    for (let depth = 1; depth < 8; depth += 1) deep = { kind: 'not', rule: deep };
    expect((await shop.draft({ rule: deep })).status).toBe(201);
    const refused = await shop.draft({ rule: deep, excludeSegmentIds: [id] });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: '/rule' }] } });
  });

  describe('by an uploaded file', () => {
    async function upload(shop: CampaignShop, file: string | Buffer, query = 'name=List') {
      const answer = await town.app.nest.inject({
        method: 'POST',
        url: `/v1/audiences?${query}`,
        headers: { authorization: `Bearer ${shop.workspace.key}`, 'content-type': 'text/csv' },
        payload: file,
      });
      return { status: answer.statusCode, body: answer.json() };
    }

    async function read(shop: CampaignShop, file: string | Buffer): Promise<string> {
      const { status, body } = await upload(shop, file);
      expect({ status, body }).toMatchObject({ status: 202, body: { state: 'reading', name: 'List' } });
      await shop.run();
      return body.id;
    }

    const audience = async (shop: CampaignShop, id: string) => (await shop.get(`/v1/audiences/${id}`)).body;
    const refused = async (shop: CampaignShop, id: string) =>
      (await shop.get(`/v1/audiences/${id}/refused`)).body.items.map(
        ({ line, reason, value }: { line: number; reason: string; value: string }) => [line, reason, value],
      );

    it('sends to the people it names, members and LINE users, and tells each row that names nobody', async () => {
      const shop = await town.shop(6);
      const stranger = `U${'f'.repeat(32)}`;
      const file = `m1\r\n${lineUserId(2)}\r\nnobody\r\n\r\nm1\r\n${lineUserId(1)}\r\n${stranger}\r\nm\u0007\r\n"m4"\r\n`;
      const id = await read(shop, file);
      expect(await audience(shop, id)).toMatchObject({
        ...{ state: 'ready', rows: 8, matched: 3, refused: 5, progress: 1, problem: null },
        channelId: shop.channelId,
      });
      expect(await refused(shop, id)).toEqual([
        [3, 'unknown_member', 'nobody'],
        [5, 'duplicate', 'm1'],
        [6, 'duplicate', lineUserId(1)],
        [7, 'unknown_line_user', stranger],
        [8, 'malformed', 'm\u0007'],
      ]);
      const page = await shop.get(`/v1/audiences/${id}/refused?limit=2`);
      const rest = await shop.get(`/v1/audiences/${id}/refused?limit=2&cursor=${page.body.nextCursor}`);
      expect(rest.body.items.map(({ line }: { line: number }) => line)).toEqual([6, 7]);
      expect(await sentTo(shop, { rule: undefined, audienceId: id })).toEqual([1, 2, 4]);
      const gold = await segment(shop, 'G', ranked('gold'));
      expect(await sentTo(shop, { rule: undefined, audienceId: id, excludeSegmentIds: [gold] })).toEqual([2, 4]);
    });

    it('reads UTF-8 and CP932, with a byte order mark or not, quoted or not, with names of columns or not', async () => {
      const shop = await town.shop(4);
      await shop.post('/v1/members/batch', { members: [{ externalId: '会員①' }, { externalId: '髙橋' }] });
      // 会員① and 髙橋 as Windows writes them: ① and 髙 are in code page 932, not in JIS X 0208.
      const [member, takahashi] = [Buffer.from('89ef88f58740', 'hex'), Buffer.from('fbfc8bb4', 'hex')];
      const nec = Buffer.concat([Buffer.from('名前,会員ID\n"a\nb",'), member, Buffer.from('\nx,'), takahashi]);
      const files: [Buffer | string, number][] = [
        ['\ufeff会員①\n"髙橋"', 2],
        ['\ufeff"会員ID","名前"\r\n"会員①","一"\r\n"髙橋","二"\r\n', 2],
        [Buffer.concat([member, Buffer.from('\r\n'), takahashi]), 2],
        [`lineUserId,memberId\n,m1\n${lineUserId(2)},\n`, 2],
        ['="m1"\n m2 \n', 2],
        ['memberId\r', 0],
      ];
      for (const [file, matched] of files) {
        const id = await read(shop, file);
        expect([String(file), await audience(shop, id)]).toMatchObject([String(file), { matched, refused: 0 }]);
      }
      // The names of the columns are CP932 too.
      const names = Buffer.concat([Buffer.from('x,'), Buffer.from('89ef88f5', 'hex'), nec.subarray(nec.indexOf('ID'))]);
      expect(await audience(shop, await read(shop, names))).toMatchObject({ rows: 2, matched: 2 });
    });

    it('reads a file of many parts as one, and goes on where it was after a death', async () => {
      const shop = await town.shop(3);
      const members = Array.from({ length: 1_000 }, (_, i) => ({ externalId: `${'x'.repeat(100)}${i}` }));
      await shop.post('/v1/members/batch', { members });
      // About 3 MB: each member thirty times, with a row that goes over several lines now and then.
      const rows = Array.from({ length: 30_000 }, (_, i) => {
        const id = members[i % 1_000]!.externalId;
        return i % 1_000 === 7 ? `"${id}","一\n二"` : id;
      });
      const { body } = await upload(shop, rows.join('\n'));
      expect(body.progress).toBe(0);
      await shop.run();
      expect(await audience(shop, body.id)).toMatchObject({
        state: 'ready',
        rows: 30_000,
        matched: 1_000,
        refused: 29_000,
      });
      const lines = await shop.get(`/v1/audiences/${body.id}/refused?limit=1000`);
      // Line 1,001 is the second of the row with line breaks.
      expect(lines.body.items.slice(0, 2)).toMatchObject([{ line: 1_002, reason: 'duplicate' }, { line: 1_003 }]);
    });

    it('takes an upload back, unless a campaign needs it', async () => {
      const shop = await town.shop(2);
      const id = await read(shop, 'm0\nm1\nm7\n');
      const draft = await shop.draft({ rule: undefined, audienceId: id });
      const url = `/v1/audiences/${id}`;
      expect((await shop.request('DELETE', url)).body).toMatchObject({
        code: 'campaigns.audience_in_use',
        details: { referrers: [{ kind: 'campaign', id: draft.body.id }] },
      });
      await shop.request('DELETE', `/v1/campaigns/${draft.body.id}`);
      expect((await shop.request('DELETE', url)).status).toBe(204);
      for (const path of ['', '/refused']) expect((await shop.get(url + path)).status).toBe(404);
      expect((await shop.draft({ rule: undefined, audienceId: id })).status).toBe(400);
      await shop.run();
      expect((await shop.get('/v1/audiences')).body.items).toEqual([]);
    });

    it('sends nothing before it is read, and no empty values to LINE users who are no members', async () => {
      const shop = await town.shop(2);
      const { body } = await upload(shop, `m0\n${lineUserId(1)}`);
      const messages = [{ type: 'text', text: '{{member.attributes.name}}' }];
      const draft = await shop.draft({ rule: undefined, audienceId: body.id, messages });
      const url = `/v1/campaigns/${draft.body.id}`;
      expect((await shop.post(`${url}/schedule`)).body).toMatchObject({ code: 'campaigns.audience_not_ready' });
      const links = await shop.get('/v1/members/m1/links');
      await shop.request('DELETE', `/v1/links/${links.body.items[0].id}`);
      await shop.run();
      expect((await shop.post(`${url}/schedule`)).body).toMatchObject({
        code: 'campaigns.audience_without_values',
        details: { people: 1 },
      });
      expect(await sentTo(shop, { rule: undefined, audienceId: body.id })).toEqual([0, 1]);
    });

    it('refuses what is no file of people', async () => {
      const shop = await town.shop(0);
      expect((await upload(shop, '')).body).toMatchObject({ status: 400, code: 'campaigns.audience_unreadable' });
      expect((await upload(shop, 'x'.repeat(1_100_000))).body).toMatchObject({ code: 'campaigns.audience_unreadable' });
      expect((await upload(shop, 'm1', 'nam=x')).status).toBe(400);
      const nowhere = '01900000-0000-7000-8000-000000000000';
      const elsewhere = await upload(shop, 'm1', `name=x&channelId=${nowhere}`);
      expect(elsewhere.body.errors).toMatchObject([{ path: '/channelId' }]);
      expect((await shop.post('/v1/audiences?name=x', {})).body).toMatchObject({ code: 'campaigns.no_csv' });
      const opened = await read(shop, `${'"x\n'.repeat(3)}m1`);
      expect(await audience(shop, opened)).toMatchObject({ state: 'ready', matched: 0 });
      expect((await shop.get('/v1/audiences')).body.items).toHaveLength(1);
    });
  });
});
