import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeliveryJobsModule, Sends } from '#delivery';
import { LinkingHttpModule } from '#linking';
import { MembersHttpModule } from '#members';
import { ChannelsHttpModule } from '#channels';
import { SegmentsHttpModule } from '#segments';
import { createTestApp, type TestApp } from '#testing';
import { CampaignStart } from './campaign-start.service.js';
import { CampaignsHttpModule, CampaignsJobsModule } from './campaigns.module.js';
import { Campaigns } from './campaigns.service.js';

describe('A campaign for a role', () => {
  let app: TestApp;
  let channelId: string;

  beforeAll(async () => {
    const line = [ChannelsHttpModule, MembersHttpModule, LinkingHttpModule, SegmentsHttpModule, DeliveryJobsModule];
    app = await createTestApp({ imports: [...line, CampaignsHttpModule, CampaignsJobsModule] });
    const channel = { name: 'S', lineChannelId: '1', channelSecret: 's', accessToken: 't', verify: false };
    channelId = (await app.request('POST', '/v1/channels', { body: channel })).body.id;
  }, 60_000);

  afterAll(() => app.close());

  const create = (more: object) =>
    app.request('POST', '/v1/campaigns', {
      body: {
        ...{ name: 'points', channelId, rule: { kind: 'registered' }, messages: [{ type: 'text', text: 'hello' }] },
        ...more,
      },
    });

  it('says so, can be changed, and is for any role where nothing is said', async () => {
    const { status, body } = await create({ role: 'contractor' });
    expect({ status, role: body.role }).toEqual({ status: 201, role: 'contractor' });
    const patch = (change: object) => app.request('PATCH', `/v1/campaigns/${body.id}`, { body: change });
    expect((await patch({ name: 'more points' })).body).toMatchObject({ role: 'contractor' });
    expect((await patch({ role: 'user' })).body).toMatchObject({ role: 'user' });
    expect((await patch({ role: null })).body).toMatchObject({ role: null });
    expect((await create({})).body).toMatchObject({ role: null });
    expect(await create({ role: 'boss' })).toMatchObject({ status: 400, body: { errors: [{ path: '/role' }] } });
  });

  it('hands its role on to the send', async () => {
    const { body } = await create({ role: 'contractor' });
    await app.request('POST', `/v1/campaigns/${body.id}/schedule`, { body: {} });
    await app.get(CampaignStart).start(app.scope, body.id);
    const { sendId } = await app.get(Campaigns).get(app.scope, body.id);
    expect(await app.get(Sends).get(app.scope, sendId!)).toMatchObject({ role: 'contractor' });
  });
});
