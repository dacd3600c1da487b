import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MY_PAGE, TalkStage } from './talk-stage.js';

const MINUTE = 60_000;

describe('Linking from the talk', () => {
  let stage: TalkStage;
  let hanako: string;
  let taro: string;

  beforeAll(async () => {
    stage = await TalkStage.start();
    hanako = stage.line.friend(0);
    taro = stage.line.friend(1);
  }, 60_000);

  afterAll(() => stage.close());

  beforeEach(() => stage.reset());

  const invited = async (userId: string): Promise<string> => {
    const said = await stage.says(userId, '連携');
    return said!.buttons[0]!.uri!;
  };

  describe('begins', () => {
    it('with a word or a button, and is answered with the way to the page, in Japanese', async () => {
      const expected = {
        text: expect.stringMatching(
          /^会員情報とLINEアカウントを連携します。.*10分以内.*「連携解除」.*いつでも解除できます。$/,
        ),
        buttons: [
          expect.objectContaining({
            label: '連携する',
            uri: expect.stringMatching(
              new RegExp(`^http://localhost:3000/p/line/connect/${stage.channelId}/link/[\\w-]{43}$`),
            ),
          }),
        ],
      };
      expect(await stage.says(hanako, '連携')).toEqual(expected);
      expect(await stage.presses(hanako, { label: '', data: 'tsunagi:link' })).toEqual(expected);
      expect(await stage.calls('reply')).toEqual({ 200: 2 });
      expect(await stage.calls('push')).toEqual({});
    });

    it('in English where the shop speaks English', async () => {
      await stage.settings({ language: 'en' });
      const said = await stage.says(hanako, '連携');
      await stage.settings({ language: 'ja' });
      expect(said).toMatchObject({
        text: expect.stringContaining('within 10 minutes'),
        buttons: [{ label: 'Link' }],
      });
    });

    it('not where linking is switched off, and not with anything else that people write', async () => {
      expect(await stage.says(hanako, '連携の件ですが')).toBeUndefined();
      await stage.settings({ enabled: false });
      const said = await stage.says(hanako, '連携');
      await stage.settings({ enabled: true });
      expect(said).toBeUndefined();
      expect(await stage.calls('linkToken')).toEqual({});
    });

    it('not for somebody who is linked already: they are shown the my-page and the way out', async () => {
      const links = [{ memberId: 'm1', lineUserId: hanako }];
      await stage.request('POST', '/v1/links/batch', { channelId: stage.channelId, links });
      expect(await stage.says(hanako, '連携')).toEqual({
        text: 'このLINEアカウントは、すでに連携されています。',
        buttons: [
          expect.objectContaining({ label: 'マイページを開く', uri: MY_PAGE }),
          expect.objectContaining({ label: '連携を解除する', data: 'tsunagi:unlink' }),
        ],
      });
      expect(await stage.calls('linkToken')).toEqual({});
    });

    it('for another role, by a button that names it', async () => {
      const links = [{ memberId: 'm1', lineUserId: hanako }];
      await stage.request('POST', '/v1/links/batch', { channelId: stage.channelId, links });
      const said = await stage.presses(hanako, { label: '', data: 'tsunagi:link:contractor' });
      const phone = stage.phone(hanako);
      await phone.opensDialog(await phone.goesAs('m1', said!.buttons[0]!.uri!));
      await stage.drain();
      expect(await stage.linksOf('m1')).toEqual([
        { lineUserId: hanako, role: 'member', route: 'import' },
        { lineUserId: hanako, role: 'contractor', route: 'account_link' },
      ]);
    });

    it('with a word about friends where LINE issues no token', async () => {
      await stage.line.control('POST /faults', { kind: '400', endpoint: 'linkToken' });
      expect(await stage.says(hanako, '連携')).toMatchObject({ text: expect.stringContaining('友だち追加') });
      expect(await stage.attempts()).toEqual([]);
    });
  });

  describe('answered', () => {
    it('not at all after its minute: nothing is pushed, and it is written down', async () => {
      await stage.line.onChannel('POST /users/message', { userId: hanako, text: '連携' });
      stage.advance(MINUTE);
      expect(await stage.answerTo(hanako)).toBeUndefined();
      expect(await stage.calls('linkToken')).toEqual({});
      expect((await stage.audited('linking.talk_unanswered')).at(-1)).toMatchObject({
        details: { type: 'message', reason: 'too_late' },
      });
    });

    it.each(['before500', 'dropped', '429-rate'])('in the end where LINE answers %s at first', async (kind) => {
      await stage.line.control('POST /faults', { kind, endpoint: 'reply', times: 1 });
      await stage.line.onChannel('POST /users/message', { userId: hanako, text: '連携' });
      await stage.drainWithFailures();
      stage.advance(2_000);
      expect(await stage.answerTo(hanako)).toMatchObject({ buttons: [{ label: '連携する' }] });
    });

    it('once where the first answer arrived although LINE did not say so; the run after that ends quietly', async () => {
      await stage.line.control('POST /faults', { kind: 'accepted-then-dropped', endpoint: 'reply', times: 1 });
      await stage.line.onChannel('POST /users/message', { userId: hanako, text: '連携' });
      await stage.drainWithFailures();
      stage.advance(2_000);
      expect(await stage.answerTo(hanako)).toBeUndefined();
      const heard = await stage.heard(hanako);
      expect(heard).toHaveLength(1);
      expect((await stage.audited('linking.talk_unanswered')).at(-1)).toMatchObject({
        details: { reason: 'refused_by_line', error: 'Invalid reply token' },
      });
      // The invitation that arrived works; the other attempt is one that nobody has the address of.
      const phone = stage.phone(hanako);
      await phone.opensDialog(await phone.goesAs('m1', heard[0]!.buttons[0]!.uri!));
      await stage.drain();
      expect(await stage.linksOf('m1')).toHaveLength(1);
    });

    it('never again after that minute, however often LINE fails', async () => {
      await stage.line.control('POST /faults', { kind: 'before500', endpoint: 'linkToken' });
      await stage.line.onChannel('POST /users/message', { userId: hanako, text: '連携' });
      for (let turn = 0; turn < 24; turn += 1) {
        await stage.drainWithFailures();
        stage.advance(3_000);
      }
      const tries = Object.values(await stage.calls('linkToken')).reduce((sum, n) => sum + n, 0);
      expect(tries).toBeGreaterThan(2);
      expect(tries).toBeLessThan(10);
      await stage.drain();
      expect(await stage.parked()).toEqual([]);
    }, 30_000);
  });

  describe('goes on', () => {
    it('from the button over sign-in and consent to LINE, and ends linked, with a word about it in the talk', async () => {
      const phone = stage.phone(hanako);
      const opened = await phone.open(await invited(hanako));
      expect(opened).toMatchObject({ status: 303, location: `${phone.base}/sign-in` });
      expect((await phone.open('/hand-over')).location).toBe(`${phone.base}/sign-in`);
      await phone.signsInAs('m1');
      expect((await phone.open('/hand-over')).location).toBe(`${phone.base}/consent`);
      expect((await phone.consents()).location).toBe(`${phone.base}/hand-over`);
      const { status, location } = await phone.open('/hand-over');
      expect(status).toBe(303);
      expect(location).toMatch(
        new RegExp(`^${stage.line.url}/dialog/bot/accountLink\\?linkToken=[\\w-]+&nonce=[\\w-]{43}$`),
      );
      expect(await stage.linksOf('m1')).toEqual([]);
      expect(await phone.opensDialog(location)).toEqual({ page: 'done', result: 'ok' });
      expect(await stage.answerTo(hanako)).toEqual({
        text: '連携が完了しました。連携は「連携解除」と送ると、いつでも解除できます。',
        buttons: [expect.objectContaining({ label: 'マイページを開く', uri: MY_PAGE })],
      });
      expect(await stage.linksOf('m1')).toEqual([{ lineUserId: hanako, role: 'member', route: 'account_link' }]);
      expect((await phone.open('/status')).location).toBe(`${phone.base}/done`);
      expect((await phone.open('/done')).body).toContain('連携が完了しました');
    });

    it('in the browser that opened the link last, until somebody has signed in', async () => {
      const url = await invited(hanako);
      const [first, second] = [stage.phone(hanako), stage.phone(hanako)];
      await first.open(url);
      await second.open(url);
      expect((await first.open('/hand-over')).status).toBe(409);
      await second.signsInAs('m1');
      expect(await first.open(url)).toMatchObject({
        status: 410,
        body: expect.stringContaining('このリンクは使えません'),
      });
      expect((await second.open(url)).location).toBe(`${second.base}/consent`);
    });

    it('nowhere on a computer, with an unknown ticket, or with one of another channel', async () => {
      const phone = stage.phone(hanako);
      expect(await phone.open(`/link/${'x'.repeat(43)}`)).toMatchObject({
        status: 410,
        body: expect.stringContaining('このリンクは使えません'),
      });
      expect((await phone.open('/link/x')).status).toBe(410);
      expect((await phone.open('/hand-over')).status).toBe(409);
      const url = new URL(await invited(hanako)).pathname;
      const answer = await stage.app.nest.inject({ url, headers: { host: 'localhost:3000', 'user-agent': 'Firefox' } });
      expect(answer.statusCode).toBe(404);
    });
  });

  describe('ends without a link', () => {
    it('where the link was forwarded: LINE says failed without a name, and the page tells it', async () => {
      const phone = stage.phone(taro);
      const dialog = await phone.goesAs('m2', await invited(hanako));
      expect(await phone.opensDialog(dialog)).toEqual({ page: 'error', result: 'failed' });
      await stage.drain();
      expect([await stage.linksOf('m2'), await stage.heard(taro)]).toEqual([[], []]);
      expect(await stage.attempts()).toEqual([{ state: 'failed', failure: 'linking.line_refused' }]);
      expect((await phone.open('/status')).location).toBe(`${phone.base}/done`);
      expect((await phone.open('/done')).body).toContain('LINEアカウントが違います');
    });

    it('where the token ran out: LINE says nothing, the attempt ends by itself and says so', async () => {
      const phone = stage.phone(hanako);
      const dialog = await phone.goesAs('m1', await invited(hanako));
      stage.advance(10 * MINUTE + 1);
      expect(await phone.opensDialog(dialog)).toEqual({ page: 'error' });
      expect((await phone.open('/status')).status).toBe(200);
      stage.advance(2 * MINUTE);
      expect((await phone.open('/status')).location).toBe(`${phone.base}/done`);
      expect((await phone.open('/done')).body).toContain('有効期限が切れました');
      expect(await stage.linksOf('m1')).toEqual([]);
    });

    it('where the page was closed: nothing arrives, and the link cannot be opened any more', async () => {
      const url = await invited(hanako);
      stage.advance(12 * MINUTE);
      expect(await stage.phone(hanako).open(url)).toMatchObject({ status: 410 });
    });

    it('where the member is linked with another LINE account: the person is told, in the talk and on the page', async () => {
      const links = [{ memberId: 'm1', lineUserId: taro }];
      await stage.request('POST', '/v1/links/batch', { channelId: stage.channelId, links });
      const phone = stage.phone(hanako);
      await phone.opensDialog(await phone.goesAs('m1', await invited(hanako)));
      expect(await stage.answerTo(hanako)).toMatchObject({
        text: expect.stringContaining('すでにほかのLINEアカウントと連携されています'),
      });
      expect(await stage.linksOf('m1')).toMatchObject([{ lineUserId: taro }]);
      expect((await phone.open('/done')).body).toContain('この会員は別のLINEアカウントと連携済みです');
    });
  });
});
