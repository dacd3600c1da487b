import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import type { Seen } from '#testing';
import type { Phone } from './phone.js';
import { TalkStage } from './talk-stage.js';

const MINUTE = 60_000;

describe('A user of a contract', () => {
  let stage: TalkStage;
  let papa: string;
  let taro: string;
  let hana: string;

  beforeAll(async () => {
    stage = await TalkStage.start();
    [papa, taro, hana] = [0, 1, 2].map((n) => stage.line.friend(n)) as [string, string, string];
  }, 60_000);

  afterAll(() => stage.close());

  beforeEach(() => stage.reset());

  /** m0 pays, m1 uses. */
  const give = async (userMemberId = 'm1'): Promise<string> =>
    (await stage.request('POST', '/v1/members/m0/user-codes', { userMemberId, label: '長男' })).body.code;

  describe('in the talk', () => {
    it('is told how, by a word or a button, and that case matters', async () => {
      const how = {
        text:
          'ユーザーコード（10文字）を、このトークに送ってください。大文字と小文字は区別されます。' +
          '連携は「連携解除」と送ると、いつでも解除できます。',
        buttons: [],
      };
      expect(await stage.says(taro, 'コード')).toEqual(how);
      expect(await stage.presses(taro, { label: '', data: 'tsunagi:code' })).toEqual(how);
    });

    it('links with the code, and is told so', async () => {
      const code = await give();
      expect(await stage.uses(taro, ` ${code} `)).toMatchObject({
        text: expect.stringMatching(/^連携が完了しました。/),
      });
      expect(await stage.linksOf('m1')).toEqual([{ lineUserId: taro, role: 'user', route: 'user_code' }]);
      await give('m2');
      expect(await stage.uses(hana, code)).toMatchObject({ text: expect.stringContaining('連携できませんでした') });
    });

    it('is asked first whether they agree, which is written down to the letter', async () => {
      const [code, privacyPolicyUrl] = [await give(), 'https://shop.example/privacy'];
      const consentText = { ja: '花屋の会員情報とLINEをつなぎます。', en: 'x' };
      await stage.settings({ consentText, privacyPolicyUrl });
      const asked = (await stage.says(taro, code))!;
      expect((await stage.heard(taro)).map(({ text }) => text)).toEqual([
        `${consentText.ja}\n\n${privacyPolicyUrl}`,
        '上の内容に同意して、このLINEアカウントを利用者として連携しますか？',
      ]);
      const [agree, stop] = asked.buttons;
      expect(await stage.presses(taro, stop!)).toMatchObject({ text: '連携を中止しました。連携は行われていません。' });
      expect(await stage.linksOf('m1')).toEqual([]);
      await stage.settings({ consentText: { ...consentText, ja: '別の文面です。' } });
      const again = (await stage.presses(taro, agree!))!;
      expect(await stage.linksOf('m1')).toEqual([]);
      expect(await stage.presses(taro, again.buttons[0]!)).toMatchObject({ text: expect.stringContaining('完了') });
      const consents = await stage.app.get(Database).query(
        stage.app.scope,
        sql`select c.text, c.privacy_policy_url as url, c.lang from links l
              join link_consents c on c.workspace_id = l.workspace_id and c.id = l.consent_id`,
      );
      expect(consents).toEqual([{ text: '別の文面です。', url: privacyPolicyUrl, lang: 'ja' }]);
      await stage.settings({ consentText: null, privacyPolicyUrl: null });
    });

    it('is not linked by a button with a code that is wrong, used, or made up', async () => {
      const code = await give();
      const { data } = (await stage.says(taro, code))!.buttons[0]!;
      const made = data!.replace(code, 'Ab3dEfGh2j');
      expect(await stage.presses(hana, { label: '', data: made })).toMatchObject({
        text: expect.stringContaining('このコードでは連携できませんでした'),
      });
      await stage.presses(taro, { label: '', data });
      await give('m2');
      expect(await stage.presses(hana, { label: '', data })).toMatchObject({
        text: expect.stringContaining('このコードでは連携できませんでした'),
      });
      expect(await stage.linksOf('m1')).toMatchObject([{ lineUserId: taro }]);
    });

    it('is told of a wrong code that case matters, whatever was wrong with it', async () => {
      const code = await give();
      const wrong =
        'このコードでは連携できませんでした。コードをご確認のうえ、もう一度送ってください。大文字と小文字は区別されます。';
      for (const text of [code.toLowerCase(), 'Ab3dEfGh2j'])
        expect(await stage.says(taro, text)).toMatchObject({ text: wrong });
    });

    it('is told how long to wait after too many wrong ones', async () => {
      const code = await give();
      for (let i = 0; i < 5; i += 1) await stage.says(taro, 'Ab3dEfGh2j');
      expect(await stage.uses(taro, code)).toMatchObject({ text: expect.stringContaining('あと約30秒後に') });
      stage.advance(30_000);
      await stage.says(taro, 'Ab3dEfGh2j');
      expect(await stage.uses(taro, code)).toMatchObject({ text: expect.stringContaining('あと約1分後に') });
      stage.advance(MINUTE);
      expect(await stage.uses(taro, code)).toMatchObject({ text: expect.stringContaining('完了') });
    });

    it('is left alone where no code waits for anybody, and with what cannot be a code', async () => {
      expect(await stage.says(taro, 'Ab3dEfGh2j')).toBeUndefined();
      await give();
      for (const text of ['understand', '0312345678', 'こんにちは'])
        expect(await stage.says(taro, text)).toBeUndefined();
    });

    it('is told why, where the LINE account is another user already', async () => {
      const [first, second] = [await give('m1'), await give('m2')];
      await stage.uses(taro, first);
      expect(await stage.uses(taro, second)).toMatchObject({ text: expect.stringContaining('すでにほかの会員と連携') });
    });

    it('is linked once, and told so in the end, where the first answer did not get through', async () => {
      const code = await give();
      await give('m2');
      const { data } = (await stage.says(taro, code))!.buttons[0]!;
      await stage.line.control('POST /faults', { kind: 'before500', endpoint: 'reply', times: 1 });
      await stage.line.onChannel('POST /users/postback', { userId: taro, data });
      await stage.drainWithFailures();
      expect(await stage.linksOf('m1')).toHaveLength(1);
      stage.advance(2_000);
      expect(await stage.answerTo(taro)).toMatchObject({ text: expect.stringContaining('完了') });
      expect(await stage.linksOf('m1')).toHaveLength(1);
    });

    it('may be the contractor: both roles with one LINE account', async () => {
      const said = await stage.presses(papa, { label: '', data: 'tsunagi:link:contractor' });
      const phone = stage.phone(papa);
      await phone.opensDialog(await phone.goesAs('m0', said!.buttons[0]!.uri!));
      await stage.drain();
      const { body } = await stage.request('GET', '/v1/members/m0/user-codes');
      expect(body.items).toMatchObject([{ userMemberId: 'm0', state: 'open' }]);
      await stage.uses(papa, body.items[0].code);
      expect(await stage.liveLinksOf(papa)).toEqual([{ role: 'contractor' }, { role: 'user' }]);
    });
  });

  describe('on the page', () => {
    /** From the page's button over LINE Login to the form. */
    const atTheForm = async (userId: string): Promise<{ phone: Phone; form: Seen }> => {
      const phone = stage.phone(userId);
      const login = await phone.send(await phone.open('/code'));
      const back = await phone.logsIn(login.location);
      expect(back.location).toBe(`${phone.base}/code`);
      return { phone, form: await phone.open('/code') };
    };

    it('links: LINE Login, code, consent, done', async () => {
      const code = await give();
      const { phone, form } = await atTheForm(taro);
      expect(form.body).toContain('大文字と小文字は区別されます');
      expect((await phone.send(form, { code: ` ${code}` })).location).toBe(`${phone.base}/consent`);
      expect(await stage.linksOf('m1')).toEqual([]);
      expect((await phone.consents()).location).toBe(`${phone.base}/done`);
      expect(await stage.linksOf('m1')).toEqual([{ lineUserId: taro, role: 'user', route: 'user_code' }]);
      await stage.drain();
      const { body } = await stage.request('GET', '/v1/members/m0/user-codes');
      expect(body.items).toMatchObject([{ state: 'used', code: null }]);
    });

    it('is told of wrong codes and of waiting, on the form', async () => {
      const code = await give();
      const { phone, form } = await atTheForm(taro);
      for (let i = 0; i < 5; i += 1) {
        const answer = await phone.send(form, { code: code.toLowerCase() });
        expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('大文字と小文字は区別されます') });
      }
      expect(await phone.send(form, { code })).toMatchObject({
        status: 429,
        body: expect.stringContaining('約30秒後'),
      });
      stage.advance(30_000);
      expect((await phone.send(form, { code })).location).toBe(`${phone.base}/consent`);
    });

    it('keeps a code from others while consenting, and lets it go by stopping', async () => {
      const code = await give();
      const one = await atTheForm(taro);
      const other = await atTheForm(hana);
      await one.phone.send(one.form, { code });
      expect((await other.phone.send(other.form, { code })).status).toBe(400);
      expect(await stage.uses(hana, code)).toMatchObject({ text: expect.stringContaining('連携できませんでした') });
      const consent = await one.phone.open('/consent');
      await one.phone.send(consent, {}, 1);
      expect((await other.phone.send(other.form, { code })).location).toBe(`${other.phone.base}/consent`);
      await other.phone.consents();
      expect(await stage.linksOf('m1')).toMatchObject([{ lineUserId: hana }]);
    });

    it('keeps a code no longer than the attempt lives, and for ever once linked', async () => {
      const code = await give();
      const one = await atTheForm(taro);
      await one.phone.send(one.form, { code });
      stage.advance(32 * MINUTE);
      const other = await atTheForm(hana);
      await other.phone.send(other.form, { code });
      await other.phone.consents();
      await give('m2');
      expect(await stage.uses(taro, code)).toMatchObject({ text: expect.stringContaining('連携できませんでした') });
      stage.advance(60 * MINUTE);
      expect(await stage.uses(taro, code)).toMatchObject({ text: expect.stringContaining('連携できませんでした') });
      expect(await stage.linksOf('m1')).toMatchObject([{ lineUserId: hana }]);
    });

    it('makes one link of ten browsers that enter one code at the same time', async () => {
      const code = await give();
      const all = [];
      for (let n = 0; n < 10; n += 1) all.push(await atTheForm(stage.line.friend(n)));
      const answers = await Promise.all(all.map(({ phone, form }) => phone.send(form, { code })));
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(9);
    });

    it('makes one link of browsers and talks that bring one code at the same time', async () => {
      const code = await give();
      const browsers = [];
      for (let n = 0; n < 5; n += 1) browsers.push(await atTheForm(stage.line.friend(n)));
      const { data } = (await stage.says(taro, code))!.buttons[0]!;
      const events = [5, 6, 7, 8, 9].map((n) => ({
        type: 'postback',
        userId: stage.line.friend(n),
        postback: { data },
      }));
      await stage.line.onChannel('POST /webhooks', { events, separately: true });
      const entering = browsers.map(({ phone, form }) => phone.send(form, { code }));
      const [entered] = await Promise.all([Promise.all(entering), stage.runAtOnce()]);
      const goOn = browsers.filter((_, n) => entered[n]!.status === 303);
      await Promise.all(goOn.map(({ phone }) => phone.consents()));
      await stage.drain();
      expect(await stage.linksOf('m1')).toHaveLength(1);
    });

    it('shows a contractor who has linked the codes of the contract, and nobody else', async () => {
      const said = await stage.presses(papa, { label: '', data: 'tsunagi:link:contractor' });
      const code = await give();
      const phone = stage.phone(papa);
      const dialog = await phone.goesAs('m0', said!.buttons[0]!.uri!);
      expect((await phone.open('/code')).body).not.toContain(code);
      await phone.opensDialog(dialog);
      await stage.drain();
      expect((await phone.open('/code')).body).toContain(code);
      expect((await phone.open('/code')).body).toContain('長男');
      // Whoever has just linked sees them at once, without asking.
      expect((await phone.open('/done')).body).toContain(code);
      expect((await stage.phone(papa).open('/code')).body).not.toContain(code);
    });

    it('is not shown to somebody with a forwarded invitation of the contractor', async () => {
      const code = await give();
      const links = [{ memberId: 'm0', lineUserId: papa, role: 'contractor' }];
      await stage.request('POST', '/v1/links/batch', { channelId: stage.channelId, links });
      const said = await stage.presses(papa, { label: '', data: 'tsunagi:link:member' });
      const phone = stage.phone(taro);
      await phone.open(said!.buttons[0]!.uri!);
      expect((await phone.open('/code')).body).not.toContain(code);
      expect((await phone.open('/done')).body).not.toContain(code);
    });

    it('refuses a form of another browser', async () => {
      const { phone } = await atTheForm(taro);
      expect(await phone.post('/code', { code: 'Ab3dEfGh2j', formToken: 'x' })).toMatchObject({ status: 403 });
    });
  });
});
