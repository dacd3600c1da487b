import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { CampaignTown, type CampaignShop } from './campaign-shop.js';

const HOUR_MS = 3_600_000;

describe('the approval of a campaign', () => {
  let town: CampaignTown;

  beforeAll(async () => {
    town = await CampaignTown.open();
  }, 60_000);

  afterAll(() => town.close());

  /** A shop with six people, three of them gold, where more than two need a second pair of eyes. */
  async function shop(approvalAbove: number | null = 2): Promise<CampaignShop> {
    const opened = await town.shop(6);
    await opened.request('PATCH', '/v1/workspace', { approvalAbove });
    return opened;
  }

  async function colleague(of: CampaignShop, permits = ['campaigns.approve']): Promise<Record<string, string>> {
    const { body } = await of.post('/v1/api-keys', { name: 'colleague', permits });
    return { authorization: `Bearer ${body.key}` };
  }

  const later = (of: CampaignShop) => new Date(of.workspace.scope.clock.now().getTime() + HOUR_MS).toISOString();
  const get = async (of: CampaignShop, path: string) => (await of.get(`/v1/campaigns/${path}`)).body;

  async function scheduled(of: CampaignShop, fields: object = {}, body?: object): Promise<string> {
    const draft = await of.draft(fields);
    const answer = await of.post(`/v1/campaigns/${draft.body.id}/schedule`, body);
    expect([answer.status, answer.body.state]).toEqual([200, 'awaiting_approval']);
    return draft.body.id;
  }

  it('is asked for above the number of people, and for nobody else', async () => {
    const here = await shop(3);
    const few = await here.draft();
    expect((await here.post(`/v1/campaigns/${few.body.id}/schedule`)).body.state).toBe('scheduled');
    await here.run();
    await here.request('PATCH', '/v1/workspace', { approvalAbove: 2 });
    const id = await scheduled(here);
    await here.run();
    expect(await get(here, `${id}/approval`)).toMatchObject({ people: 3, approvedBy: null });
    expect(await get(here, `${few.body.id}/approval`)).toMatchObject({ people: null, digest: null });
    here.advance(24 * HOUR_MS);
    await here.run();
    expect([...(await here.received()).values()]).toEqual([1, 1, 1]);
    const headers = await colleague(here);
    expect((await here.request('POST', `/v1/campaigns/${id}/approve`, undefined, headers)).status).toBe(200);
    await here.run();
    expect(await get(here, id)).toMatchObject({ state: 'sent', totals: { accepted: 3 } });
    expect(await get(here, `${id}/approval`)).toMatchObject({ people: 3, approvedBy: expect.any(String) });
  });

  it('is not for who scheduled it, nor for who lacks the permit, nor for what waits for none', async () => {
    const here = await shop();
    const id = await scheduled(here);
    const url = `/v1/campaigns/${id}/approve`;
    expect(await here.post(url)).toMatchObject({ status: 403, body: { code: 'campaigns.own_approval' } });
    const reader = await colleague(here, ['campaigns.read', 'campaigns.send']);
    expect((await here.request('POST', url, undefined, reader)).status).toBe(403);
    const headers = await colleague(here);
    expect((await here.request('POST', url, { digest: 'x' }, headers)).body.errors).toMatchObject([
      { path: '/digest' },
    ]);
    expect((await here.request('POST', url, undefined, headers)).status).toBe(200);
    expect((await here.request('POST', url, undefined, headers)).body.code).toBe('campaigns.wrong_state');
    const other = await town.shop(0);
    expect((await other.post(url)).status).toBe(404);
  });

  it('is of what was seen: a draft that was changed, and a segment that was changed, ask again', async () => {
    const here = await shop();
    const rule = { kind: 'rank', in: ['gold'] };
    const segment = await here.post('/v1/segments', { name: 'S', rule });
    const headers = await colleague(here);
    const id = await scheduled(here, { rule: undefined, segmentId: segment.body.id }, { sendAt: later(here) });
    const { digest } = await get(here, `${id}/approval`);
    const approve = (body?: object) => here.request('POST', `/v1/campaigns/${id}/approve`, body, headers);
    expect((await approve({ digest: 'f'.repeat(64) })).body.code).toBe('campaigns.changed');
    expect((await approve({ digest })).body.state).toBe('scheduled');
    await here.request('PUT', `/v1/segments/${segment.body.id}`, {
      name: 'S',
      rule: { kind: 'rank', in: ['gold', 'silver'] },
    });
    here.advance(HOUR_MS);
    await here.run();
    expect(await get(here, id)).toMatchObject({ state: 'awaiting_approval' });
    expect((await here.received()).size).toBe(0);
    const seen = await get(here, `${id}/approval`);
    expect([seen.people, seen.approvedBy, seen.digest === digest]).toEqual([6, null, false]);
    expect((await here.post(`/v1/campaigns/${id}/undo`)).body.state).toBe('draft');
    await here.request('PATCH', `/v1/campaigns/${id}`, { messages: [{ type: 'text', text: 'other' }] });
    expect((await here.post(`/v1/campaigns/${id}/schedule`)).body.state).toBe('awaiting_approval');
    expect((await approve({ digest: seen.digest })).body.code).toBe('campaigns.changed');
    await approve();
    await here.run();
    expect(await here.textsOf(0)).toEqual(['other']);
  });

  it('is asked for when more people have come by the time it leaves', async () => {
    const here = await shop(3);
    const { body } = await here.draft();
    expect((await here.post(`/v1/campaigns/${body.id}/schedule`, { sendAt: later(here) })).body.state).toBe(
      'scheduled',
    );
    await here.request('PUT', '/v1/members/m0', { rank: 'gold' });
    here.advance(HOUR_MS);
    await here.run();
    expect(await get(here, body.id)).toMatchObject({ state: 'awaiting_approval' });
    expect(await get(here, `${body.id}/approval`)).toMatchObject({ people: 4 });
    expect((await here.received()).size).toBe(0);
  });

  it('is once for a campaign that comes back, and an undo window follows it', async () => {
    const here = await shop();
    const headers = await colleague(here);
    const id = await scheduled(here, { repeat: { cron: '0 * * * *' } });
    here.advance(3 * HOUR_MS);
    await here.run();
    expect((await get(here, `${id}/runs`)).items).toEqual([]);
    await here.request('POST', `/v1/campaigns/${id}/approve`, undefined, headers);
    await here.run();
    for (let hour = 0; hour < 2; hour += 1) {
      here.advance(HOUR_MS);
      await here.run();
    }
    const states = (await get(here, `${id}/runs`)).items.map(({ state }: { state: string }) => state);
    expect(states.slice(0, 2)).toEqual(['sent', 'sent']);
    await here.post(`/v1/campaigns/${id}/cancel`);
    const slow = await scheduled(here, { undoSeconds: 60 });
    await here.request('POST', `/v1/campaigns/${slow}/approve`, undefined, headers);
    here.advance(59_000);
    await here.run();
    expect(await get(here, slow)).toMatchObject({ state: 'scheduled' });
    here.advance(1_000);
    await here.run();
    expect(await get(here, slow)).toMatchObject({ state: 'sent' });
  });

  it('happens once, and not to what is taken back at the same moment', async () => {
    const here = await shop();
    const colleagues = await Promise.all([colleague(here), colleague(here), colleague(here)]);
    const id = await scheduled(here, {}, { sendAt: later(here) });
    const answers = await Promise.all(
      colleagues.map((headers) => here.request('POST', `/v1/campaigns/${id}/approve`, undefined, headers)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    for (let round = 0; round < 4; round += 1) {
      const raced = await scheduled(here, {}, { sendAt: later(here) });
      const [approved, undone] = await Promise.all([
        here.request('POST', `/v1/campaigns/${raced}/approve`, undefined, colleagues[0]),
        here.post(`/v1/campaigns/${raced}/undo`),
      ]);
      // Whoever comes second meets what the first has made of it; a draft is never approved.
      expect([undone.status, [200, 409].includes(approved.status)]).toEqual([200, true]);
      expect(await get(here, raced)).toMatchObject({ state: 'draft' });
    }
    const owner = new Client({ connectionString: town.app.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query(
      `select action from audit_entries where workspace_id = $1 and subject = $2 order by id`,
      [here.workspace.scope.workspaceId, `campaigns/${id}`],
    );
    await owner.end();
    const actions = rows.map(({ action }: { action: string }) => action.replace('campaigns.', ''));
    expect(actions).toEqual(['created', 'approval_asked', 'scheduled', 'approved']);
  });

  it('is of a number of people, or of nobody', async () => {
    const here = await town.shop(0);
    for (const approvalAbove of [-1, 1.5, '5', 2 ** 31]) {
      const { status, body } = await here.request('PATCH', '/v1/workspace', { approvalAbove });
      expect([status, body.errors[0].path]).toEqual([400, '/approvalAbove']);
    }
    expect((await here.request('PATCH', '/v1/workspace', { approvalAbove: 0 })).body.approvalAbove).toBe(0);
    expect((await here.request('PATCH', '/v1/workspace', { approvalAbove: null })).body.approvalAbove).toBeNull();
  });
});
