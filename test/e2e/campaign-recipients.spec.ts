import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { CampaignTown, type CampaignShop } from './campaign-shop.js';

describe('who got a campaign, and who did not', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  async function sent(shop: CampaignShop, fields: object = {}): Promise<string> {
    const { body } = await shop.draft(fields);
    await shop.post(`/v1/campaigns/${body.id}/schedule`);
    await shop.run();
    return body.id;
  }

  async function download(shop: CampaignShop, path: string) {
    const headers = { authorization: `Bearer ${shop.workspace.key}` };
    const answer = await town.app.nest.inject({ method: 'GET', url: `/v1/campaigns/${path}`, headers });
    const { statusCode: status, body } = answer;
    return { status, type: answer.headers['content-type'], body, disposition: answer.headers['content-disposition'] };
  }

  it('is a file for spreadsheets, of thousands of people', async () => {
    const shop = await town.shop(4_500);
    const id = await sent(shop, { rule: { kind: 'not', rule: { kind: 'rank', in: ['none'] } } });
    const { status, type, body, disposition } = await download(shop, `${id}/recipients.csv`);
    expect([status, type]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(disposition).toBe(`attachment; filename="recipients-${id}.csv"`);
    expect(body.startsWith('\ufeffmemberId,lineUserId,state,')).toBe(true);
    const rows = parse<Record<string, string>>(body, { bom: true, columns: true });
    expect(new Set(rows.map(({ memberId }) => memberId)).size).toBe(4_500);
    expect(rows.every(({ state, requestId }) => state === 'accepted' && requestId !== '')).toBe(true);
    expect(body.endsWith('\r\n')).toBe(true);
    const none = await download(shop, `${id}/recipients.csv?state=skipped`);
    expect(parse(none.body, { bom: true })).toHaveLength(1);
  });

  it('is no formula, whatever people are called', async () => {
    const shop = await town.shop(2);
    const memberId = '=HYPERLINK("http://evil.example")';
    await shop.request('PUT', `/v1/members/${encodeURIComponent(memberId)}`, { rank: 'gold' });
    const id = await sent(shop);
    const { body } = await download(shop, `${id}/recipients.csv?reason=not_linked`);
    expect(body).toContain(`"'=HYPERLINK(""http://evil.example"")",,skipped,not_linked`);
  });

  it('is told for a member over everything that was sent, the newest first', async () => {
    const shop = await town.shop(2);
    const ids: string[] = [];
    for (const rank of ['gold', 'gold', 'silver']) {
      ids.push(await sent(shop, { rule: { kind: 'rank', in: [rank] } }));
      shop.advance(1_000);
    }
    const { body: first } = await shop.get('/v1/members/m1/sends?limit=1');
    expect(first.items).toMatchObject([
      { originKind: 'campaign', originId: ids[1], state: 'accepted', variant: 0, requestId: expect.any(String) },
    ]);
    const { body: second } = await shop.get(`/v1/members/m1/sends?limit=1&cursor=${first.nextCursor}`);
    expect([second.items[0].originId, second.nextCursor]).toEqual([ids[0], null]);
    await shop.request('PUT', '/v1/members/alone', { rank: 'silver' });
    await sent(shop, { rule: { kind: 'rank', in: ['silver'] } });
    expect((await shop.get('/v1/members/alone/sends')).body.items).toMatchObject([
      { state: 'skipped', reason: 'not_linked', lineUserId: null },
    ]);
    expect((await shop.get('/v1/members/nobody/sends')).status).toBe(404);
    expect((await shop.get('/v1/members/m1/sends?cursor=x')).status).toBe(400);
    const other = await town.shop(0);
    expect((await other.get('/v1/members/m1/sends')).status).toBe(404);
  });

  it('is asked by member under either name, and by nothing that is no question', async () => {
    const shop = await town.shop(4);
    const id = await sent(shop);
    for (const query of ['member=m1', 'memberId=m1']) {
      const { body } = await shop.get(`/v1/campaigns/${id}/recipients?${query}`);
      expect(body.items).toMatchObject([{ memberId: 'm1', state: 'accepted', requestId: expect.any(String) }]);
      expect(parse((await download(shop, `${id}/recipients.csv?${query}`)).body, { bom: true })).toHaveLength(2);
    }
    expect((await shop.get(`/v1/campaigns/${id}/recipients?member=nobody`)).body.items).toEqual([]);
    const wrong: [string, string][] = [
      ['member=m1&memberId=m1', '/memberId'],
      ['state=sent', '/state'],
      ['reason=why', '/reason'],
      ['runId=x', '/runId'],
      ['order=up', '/order'],
    ];
    for (const [query, path] of wrong) {
      for (const route of ['recipients', 'recipients.csv']) {
        const { status, body } = await shop.get(`/v1/campaigns/${id}/${route}?${query}`);
        expect([query, status, body.errors?.[0].path]).toEqual([query, 400, path]);
      }
    }
    expect((await shop.get(`/v1/campaigns/${id}/recipients.csv?limit=5`)).status).toBe(400);
    const other = await town.shop(0);
    expect((await other.get(`/v1/campaigns/${id}/recipients.csv`)).status).toBe(404);
  });
});
