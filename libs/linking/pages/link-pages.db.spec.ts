import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AGENTS, createTestApp, testScope, type TestApp } from '#testing';
import { EmulatedLogin } from '../testing/emulated-login.js';
import { DEFAULT_LINK_PAGE } from './link-page.settings.js';
import { linkPageModules, LinkPageStory } from './testing/link-page-story.js';

const HOUR = 60 * 60_000;

describe('The settings of a link page', () => {
  let app: TestApp;
  let line: EmulatedLogin;
  let story: LinkPageStory;

  beforeAll(async () => {
    const { clock } = testScope();
    line = await EmulatedLogin.start(clock.now());
    const config = { lineApiBaseUrl: line.url, lineLoginBaseUrl: line.url, publicUrl: 'https://tsunagi.example' };
    app = await createTestApp({ imports: linkPageModules, clock, config });
    story = await LinkPageStory.start(app, line);
  }, 60_000);

  afterAll(async () => {
    line.stop();
    await app.close();
  });

  const url = (channelId = story.channelId) => `/v1/channels/${channelId}/link-page`;
  const change = (body: object, key?: string, channelId?: string) =>
    app.request('PATCH', url(channelId), { body, ...(key !== undefined && { key }) });
  const computer = () => story.phone({ agent: AGENTS.computer, host: 'tsunagi.example' });

  it('are the defaults until somebody changes them, with what follows from them', async () => {
    const fresh = await story.connect({ lineChannelId: '77', accessToken: 'x', verify: false });
    const { body } = await app.request('GET', url(fresh));
    expect(body).toEqual({
      ...DEFAULT_LINK_PAGE,
      url: `https://tsunagi.example/p/line/connect/${fresh}`,
      callbackUrls: [`https://tsunagi.example/p/line/connect/${fresh}/callback`],
      previewUrl: expect.stringContaining(`https://tsunagi.example/p/line/connect/${fresh}/preview?token=`),
      missing: ['enabled', 'verified-credentials'],
    });
    expect((await app.request('GET', url())).body.missing).toEqual([]);
  });

  it('change one by one: the absent stay, null clears', async () => {
    await change({ memberPageUrl: 'https://shop.example/my', parts: ['lead', 'link'] });
    expect((await change({ language: 'en' })).body).toMatchObject({
      enabled: true,
      language: 'en',
      memberPageUrl: 'https://shop.example/my',
      parts: ['lead', 'link'],
    });
    expect((await change({ memberPageUrl: null, language: 'ja' })).body).toMatchObject({ memberPageUrl: null });
  });

  it('all at once by several people lose nothing', async () => {
    const changes = [{ role: 'contractor' }, { phoneOnly: false }, { returnUrls: ['https://a.example'] }];
    await Promise.all(changes.map((body) => change(body)));
    expect((await app.request('GET', url())).body).toMatchObject(Object.assign({}, ...changes));
    await change({ ...DEFAULT_LINK_PAGE, enabled: true });
  });

  it.each<[object, string]>([
    [{ surprise: 1 }, '/surprise'],
    [{ enabled: 'yes' }, '/enabled'],
    [{ enabled: null }, '/enabled'],
    [{ host: 'https://shop.example' }, '/host'],
    [{ host: 'Shop.example' }, '/host'],
    [{ host: 'shop.example/x' }, '/host'],
    [{ host: '' }, '/host'],
    [{ host: 'tsunagi.example' }, '/host'],
    [{ language: 'fr' }, '/language'],
    [{ logoUrl: 'http://shop.example/logo.png' }, '/logoUrl'],
    [{ logoUrl: 'javascript:alert(1)' }, '/logoUrl'],
    [{ logoUrl: 'data:image/png;base64,x' }, '/logoUrl'],
    [{ logoUrl: 'https://user:pass@shop.example/' }, '/logoUrl'],
    [{ privacyPolicyUrl: 'http://shop.example/' }, '/privacyPolicyUrl'],
    [{ memberPageUrl: '//shop.example' }, '/memberPageUrl'],
    [{ colours: { accent: '#06c755', background: '#ffffff', text: '#000000' } }, '/colours/accent'],
    [{ colours: { accent: '#000000', background: '#ffffff', text: '#999999' } }, '/colours/text'],
    [{ colours: { accent: 'red', background: '#ffffff', text: '#000000' } }, '/colours/accent'],
    [{ colours: { accent: '#000000', background: '#ffffff' } }, '/colours/text'],
    [{ colours: { accent: '#000000', background: '#fff;}x{', text: '#000000' } }, '/colours/background'],
    [{ texts: { ja: { lede: 'x' } } }, '/texts/ja/lede'],
    [{ texts: { fr: {} } }, '/texts/fr'],
    [{ texts: { ja: { title: 'x'.repeat(61) } } }, '/texts/ja/title'],
    [{ parts: ['lead'] }, '/parts'],
    [{ parts: [] }, '/parts'],
    [{ parts: ['link', 'link'] }, '/parts'],
    [{ parts: ['link', 'footer'] }, '/parts/1'],
    [{ consentText: { ja: '同意' } }, '/consentText/en'],
    [{ signIn: { kind: 'company' } }, '/signIn/url'],
    [{ signIn: { kind: 'company', url: 'http://shop.example/' } }, '/signIn/url'],
    [{ signIn: { kind: 'nobody' } }, '/signIn/kind'],
    [{ returnUrls: ['https://shop.example/'] }, '/returnUrls/0'],
    [{ returnUrls: ['https://shop.example', 'http://shop.example'] }, '/returnUrls/1'],
    [{ keywords: { link: [], unlink: [] } }, '/keywords/code'],
    [{ role: 'boss' }, '/role'],
  ])('%j are refused with the place', async (body, path) => {
    const before = (await app.request('GET', url())).body;
    const answer = await change(body);
    expect({ status: answer.status, path: answer.body.errors?.[0]?.path }).toEqual({ status: 400, path });
    const draft = await app.request('POST', `${url()}/preview`, { body: { settings: body } });
    expect(draft.body.errors?.[0]?.path).toBe(`/settings${path}`);
    const { previewUrl: _before, ...saved } = before;
    expect((await app.request('GET', url())).body).toMatchObject(saved);
  });

  it('take a host once in the whole installation, also when several want it at once', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => app.workspace()));
    const channels = await Promise.all(others.map(({ key }) => story.connect({ verify: false }, key)));
    const wants = others.map(({ key }, n) => change({ host: 'wanted.example' }, key, channels[n]));
    const answers = await Promise.all(wants);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused.map(({ body }) => body.errors[0].path)).toEqual(['/host', '/host', '/host', '/host']);
    const at = answers.findIndex(({ status }) => status === 200);
    expect(answers[at]!.body.url).toBe(`https://wanted.example/p/line/connect/${channels[at]}`);
    await change({ host: null }, others[at]!.key, channels[at]);
    expect(await change({ host: 'wanted.example' })).toMatchObject({ status: 200 });
    await change({ host: null });
  });

  describe('before they are saved', () => {
    const preview = async (settings: object) => {
      const { status, body } = await app.request('POST', `${url()}/preview`, { body: { settings } });
      expect(status).toBe(201);
      return body as { url: string; expiresAt: string };
    };

    it('show on any device what the page would be, without a form, for an hour', async () => {
      const { url: address, expiresAt } = await preview({ texts: { ja: { lead: 'まだ秘密の言葉' } } });
      const page = await computer().get(address);
      expect(page.status).toBe(200);
      expect(page.body).toContain('まだ秘密の言葉');
      expect(page.body).toContain('プレビュー');
      expect(page.body).not.toContain('<form');
      expect((await computer().get(`${address}&lang=en`)).body).toContain('This is a preview');
      expect((await story.phone({ host: 'tsunagi.example' }).get(story.base)).body).not.toContain('まだ秘密の言葉');
      expect(Date.parse(expiresAt) - app.scope.clock.now().getTime()).toBe(HOUR);
      app.scope.clock.advance(HOUR);
      expect((await computer().get(address)).status).toBe(404);
    });

    it('show a page that is not switched on yet', async () => {
      await change({ enabled: false });
      const { body } = await app.request('GET', url());
      expect((await computer().get(body.previewUrl)).status).toBe(200);
      expect((await story.phone({ host: 'tsunagi.example' }).get(story.base)).status).toBe(404);
      await change({ enabled: true });
    });

    it('are nobody’s to see without a token of this page', async () => {
      const { url: address } = await preview({});
      const other = await story.connect({ lineChannelId: '78', accessToken: 'y', verify: false });
      const token = new URL(address).searchParams.get('token')!;
      for (const path of [
        `${story.base}/preview`,
        `${story.base}/preview?token=`,
        `${story.base}/preview?token=x`,
        `${story.base}/preview?token=${token.slice(0, -4)}AAAA`,
        `${story.base}/preview?token=${token}&token=${token}`,
        `/p/line/connect/${other}/preview?token=${token}`,
      ]) {
        expect([path, (await computer().get(path)).status]).toEqual([path, 404]);
      }
    });
  });

  it('are not found in another workspace', async () => {
    const { key } = await app.workspace();
    expect(await app.request('GET', url(), { key })).toMatchObject({ status: 404 });
    expect(await change({ enabled: false }, key)).toMatchObject({ status: 404 });
    const body = { settings: {} };
    expect(await app.request('POST', `${url()}/preview`, { key, body })).toMatchObject({ status: 404 });
  });
});
