import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, formTokenOf, testScope, type TestApp } from '#testing';
import { EmulatedLogin } from '../testing/emulated-login.js';
import { linkPageModules, LinkPageStory } from './testing/link-page-story.js';

describe('A page', () => {
  let app: TestApp;
  let line: EmulatedLogin;
  let story: LinkPageStory;

  beforeAll(async () => {
    const { clock } = testScope();
    line = await EmulatedLogin.start(clock.now());
    const config = { lineApiBaseUrl: line.url, lineLoginBaseUrl: line.url };
    app = await createTestApp({ imports: linkPageModules, clock, config });
    story = await LinkPageStory.start(app, line);
  }, 60_000);

  afterAll(async () => {
    line.stop();
    await app.close();
  });

  describe('takes forms', () => {
    const shown = async () => {
      const phone = story.phone();
      const { body } = await phone.get(story.base);
      return { phone, formToken: formTokenOf({ body }) };
    };

    it.each([
      ['formToken=%', 400],
      ['formToken=%ff', 400],
      ['formToken=a&formToken=a', 400],
      ['', 403],
      ['x', 403],
      [`x=${'a'.repeat(9_000)}`, 413],
    ])('%#: what is none is told on a page', async (payload, status) => {
      const { phone } = await shown();
      const answer = await phone.post(`${story.base}/start`, payload);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    });

    it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', ''])(
      'and nothing of the type %j',
      async (type) => {
        const { phone, formToken } = await shown();
        const answer = await phone.post(`${story.base}/start`, { formToken }, { 'content-type': type });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      },
    );

    it('not from another site, nor from another browser', async () => {
      const { phone, formToken } = await shown();
      const foreign = { 'sec-fetch-site': 'cross-site' };
      expect((await phone.post(`${story.base}/start`, { formToken }, foreign)).status).toBe(403);
      expect((await story.phone().post(`${story.base}/start`, { formToken })).status).toBe(403);
      expect((await phone.post(`${story.base}/start`, { formToken })).status).toBe(303);
    });

    it('nowhere else in the API', async () => {
      const answer = await story.phone().post('/v1/segments/preview', { a: 'b' });
      expect(answer.status).toBe(415);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'http.unsupported_media_type' });
    });
  });
});
