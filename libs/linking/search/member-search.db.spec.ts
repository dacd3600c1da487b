import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { linkingModules, LinkingStory, lineUser } from '../testing/linking-story.js';

interface Found {
  externalId: string;
  links: { lineUserId: string; role: string }[];
}

describe('The search of members', () => {
  let app: TestApp;
  let story: LinkingStory<TestApp>;

  beforeAll(async () => {
    app = await createTestApp({ imports: linkingModules });
    story = await LinkingStory.start(app, () => drainJobs(app.nest));
    await story.reset();
    const profiles = {
      m0: { email: 'Hanako@Shop.example', phone: '+81 90-1234-5678' },
      m5: { email: 'taro@shop.example' },
    };
    for (const [id, body] of Object.entries(profiles)) await app.request('PUT', `/v1/members/${id}`, { body });
    await app.request('PUT', '/v1/members/M100%25', { body: {} });
    await story.post([
      { memberId: 'm1', lineUserId: lineUser(1), linkedAt: '2026-01-31T15:00:00Z', role: 'contractor', friend: true },
      { memberId: 'm1', lineUserId: lineUser(2), linkedAt: '2026-03-01T00:00:00Z', role: 'user' },
      { memberId: 'm2', lineUserId: lineUser(3), linkedAt: '2026-02-10T00:00:00Z', role: 'user' },
      { memberId: 'm3', lineUserId: lineUser(4), linkedAt: '2026-01-01T00:00:00Z' },
      { memberId: 'm3', lineUserId: lineUser(5), linkedAt: '2026-01-01T00:00:00Z' },
      { memberId: 'm4', lineUserId: lineUser(6), linkedAt: '2026-02-01T00:00:00Z' },
    ]);
    const [ended] = await story.linksOf('m4');
    await story.end(ended!.id);
  }, 60_000);

  afterAll(() => app.close());

  async function find(query: string): Promise<string[]> {
    const { status, body } = await app.request('GET', `/v1/members?${query}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body.items.map(({ externalId }: Found) => externalId);
  }

  it('finds all, the linked, and the others', async () => {
    expect(await find('')).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'M100%']);
    expect(await find('linked=true')).toEqual(['m1', 'm2', 'm3']);
    expect(await find('linked=false')).toEqual(['m0', 'm4', 'm5', 'M100%']);
  });

  it('shows the summary and the live links', async () => {
    const { body } = await app.request('GET', '/v1/members?q=m1');
    expect(body).toEqual({
      items: [
        {
          externalId: 'm1',
          rank: null,
          birthMonth: null,
          registeredAt: null,
          visitCount: 0,
          purchaseCount: 0,
          purchaseTotal: 0,
          lastPurchaseAt: null,
          linked: true,
          friendState: 'friend',
          createdAt: app.scope.clock.now().toISOString(),
          links: [
            {
              id: expect.any(String),
              channelId: story.channelId,
              lineUserId: lineUser(1),
              role: 'contractor',
              route: 'import',
              linkedAt: '2026-01-31T15:00:00.000Z',
              friendState: 'friend',
            },
            expect.objectContaining({ lineUserId: lineUser(2), role: 'user', friendState: 'none' }),
          ],
        },
      ],
      nextCursor: null,
    });
  });

  it('finds by role and by the date of the same link, in the order of that date', async () => {
    expect(await find('role=user')).toEqual(['m2', 'm1']);
    expect(await find('role=contractor')).toEqual(['m1']);
    expect(await find('linkedFrom=2026-01-01')).toEqual(['m3', 'm1', 'm2']);
    expect(await find('linkedFrom=2026-02-01')).toEqual(['m1', 'm2']);
    expect(await find('linkedTo=2026-02-01')).toEqual(['m3']);
    expect(await find('linkedFrom=2026-02-01&linkedTo=2026-02-02')).toEqual(['m1']);
    expect(await find('linkedFrom=2026-02-01T00:00:00Z&linkedTo=2026-03-01T00:00:00Z')).toEqual(['m2']);
    expect(await find('role=contractor&linkedFrom=2026-02-15')).toEqual([]);
    expect(await find('role=user&linkedFrom=2026-02-15&linked=true')).toEqual(['m1']);
  });

  it('finds by the beginning of the id, to the letter, and by a whole mail address or telephone number', async () => {
    expect(await find('q=m')).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    expect(await find('q=M')).toEqual(['M100%']);
    expect(await find('q=%25')).toEqual([]);
    expect(await find('q=M100%25')).toEqual(['M100%']);
    expect(await find('q=Hanako@Shop.example')).toEqual(['m0']);
    expect(await find('q=Taro@Shop.example')).toEqual(['m5']);
    expect(await find('q=hanako')).toEqual([]);
    expect(await find(`q=${encodeURIComponent('+81 90-1234-5678')}`)).toEqual(['m0']);
    expect(await find('q=m&linked=true')).toEqual(['m1', 'm2', 'm3']);
    expect(await find('q=taro@shop.example&linked=true')).toEqual([]);
    expect(await find('q=m1&role=user')).toEqual(['m1']);
    expect(await find('q=m0&role=user')).toEqual([]);
  });

  it.each([
    '',
    'linked=true',
    'linked=false',
    'role=user',
    'linkedFrom=2020-01-01',
    'q=m',
    'q=m&linkedFrom=2020-01-01',
  ])('comes page by page for “%s”, each once', async (query) => {
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await app.request('GET', `/v1/members?${query}&limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      paged.push(...body.items.map(({ externalId }: Found) => externalId));
      cursor = body.nextCursor as string | null;
    } while (cursor !== null);
    expect(paged).toEqual(await find(query));
  });

  it.each([
    ['limit=1001', '/limit'],
    ['role=boss', '/role'],
    ['linkedFrom=yesterday', '/linkedFrom'],
    ['linkedTo=2026-02-30', '/linkedTo'],
    ['linked=maybe', '/linked'],
    ['linked=false&role=user', '/linked'],
    ['q=', '/q'],
    ['surprise=1', '/surprise'],
  ])('refuses %s', async (query, path) => {
    const { status, body } = await app.request('GET', `/v1/members?${query}`);
    expect({ status, path: body.errors?.[0]?.path }).toEqual({ status: 400, path });
  });

  it('refuses the cursor of another search', async () => {
    const { body } = await app.request('GET', '/v1/members?limit=1');
    const answer = await app.request('GET', `/v1/members?role=user&cursor=${body.nextCursor}`);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: '/cursor' }] } });
  });

  it('finds nothing of another workspace', async () => {
    const { key } = await app.workspace();
    for (const query of ['', 'linked=true', 'role=user', 'q=m1', 'q=taro@shop.example']) {
      expect((await app.request('GET', `/v1/members?${query}`, { key })).body.items).toEqual([]);
    }
  });
});
