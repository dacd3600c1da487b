import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeOnPhone } from './browser.js';
import { Shopper, type PhoneOptions } from './shopper.js';
import { BrowserStage, type Person } from './stage.js';

const MINUTE = 60_000;
const DESKTOP =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';

await describeOnPhone('A shopper whose way ends early', (browser) => {
  let stage: BrowserStage;

  beforeAll(async () => {
    stage = await BrowserStage.start();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await stage.line.control('DELETE /faults');
    await stage.site.settings({ enabled: true });
    await stage.line.onChannel('POST /channels', { webhookActive: true });
  });

  const arrive = (walk: string, { userId }: Person, more: PhoneOptions = {}) =>
    Shopper.arrive({ browser, stage }, walk, { userId, ...more });

  /** From the link page to our sign-in. */
  async function atSignIn(walk: string, person: Person): Promise<Shopper> {
    const shopper = await arrive(walk, person);
    await shopper.open();
    await shopper.tap('LINEで連携する');
    await shopper.sayWhoAtLine();
    await shopper.allow();
    return shopper;
  }

  /** Asks in the talk. @returns the address behind the button of the answer */
  async function invitationOf({ userId }: Person): Promise<string> {
    const { line } = stage.site;
    await line.says(userId, '連携');
    await stage.until('the invitation', async () => (await line.heard(userId)).length > 0);
    return (await line.heard(userId))[0]!.buttons[0]!.uri!;
  }

  it('turns back at LINE, reads that nothing was linked, and begins again', async () => {
    const person = await stage.person('清水 楓');
    const shopper = await arrive('cancelled', person);
    await shopper.open();
    await shopper.tap('LINEで連携する');
    await shopper.sayWhoAtLine();
    await shopper.tap('キャンセル');
    await shopper.see('連携を中止しました', 'cancelled');
    await shopper.tap('はじめからやり直す');
    await shopper.see('LINE連携', 'link-page');
    expect(await stage.ties(person.memberId)).toEqual([]);
  });

  it('stops at the consent', async () => {
    const person = await stage.person('森 大和');
    const shopper = await atSignIn('declined', person);
    await shopper.signIn(person.memberId);
    await shopper.tap('中止する');
    await shopper.see('連携を中止しました', 'declined');
    expect(await stage.ties(person.memberId)).toEqual([]);
  });

  it('mistypes the password, then has to wait, then gets in', async () => {
    const person = await stage.person('池田 莉子');
    const shopper = await atSignIn('wrong-password', person);
    await shopper.signIn(person.memberId, 'wrong');
    await shopper.see('ログイン', 'wrong', ['ログインIDまたはパスワードが正しくありません']);
    expect(await shopper.page.getByLabel('ログインID').inputValue()).toBe(person.memberId);
    expect(await shopper.page.getByLabel('パスワード').inputValue()).toBe('');
    // Twice as long after each one; long enough by then that a slow machine does not outwait it.
    for (let nth = 0; nth < 8; nth++) {
      stage.advance(30_000);
      await shopper.signIn(person.memberId, `wrong ${nth}`);
      await shopper.page.getByRole('alert').waitFor();
    }
    stage.advance(-30_000);
    await shopper.signIn(person.memberId);
    await shopper.see('ログイン', 'wait', ['しばらくログインできません']);
    stage.advance(15 * MINUTE);
    await shopper.signIn(person.memberId);
    await shopper.see('連携内容の確認', 'consent');
  });

  it.each([
    ['cannot be reached', 'dropped', 'LINEに接続できませんでした'],
    ['refuses', '400', 'LINEでの確認ができませんでした'],
  ])('comes back from LINE, which %s', async (_what, kind, title) => {
    const person = await stage.person('石井 杏');
    await stage.line.control('POST /faults', { kind, endpoint: 'login.token' });
    const shopper = await atSignIn(`line-${kind}`, person);
    await shopper.see(title, 'failed');
    await stage.line.control('DELETE /faults');
    await shopper.tap('はじめからやり直す');
    await shopper.see('LINE連携', 'link-page');
    await shopper.tap('LINEで連携する');
    await shopper.see('ログイン', 'sign-in');
  });

  it('comes back from LINE in another browser', async () => {
    const person = await stage.person('坂本 新');
    const shopper = await arrive('one-browser', person);
    await shopper.open();
    await shopper.tap('LINEで連携する');
    await shopper.see('LINEにログイン', 'line-login');
    const other = await arrive('another-browser', person);
    await other.open('', shopper.page.url());
    await other.sayWhoAtLine();
    await other.allow();
    await other.see('手続きの続きが見つかりません', 'not-here');
    expect(await stage.ties(person.memberId)).toEqual([]);
  });

  it('takes too long', async () => {
    const person = await stage.person('橋本 湊');
    const shopper = await atSignIn('expired', person);
    await shopper.see('ログイン', 'sign-in');
    stage.advance(31 * MINUTE);
    await shopper.signIn(person.memberId);
    await shopper.see('手続きの有効期限が切れました', 'expired');
    await shopper.tap('はじめからやり直す');
    await shopper.see('LINE連携', 'link-page');
    expect(await stage.ties(person.memberId)).toEqual([]);
  });

  it('opens an old invitation', async () => {
    const person = await stage.person('阿部 菜々');
    const uri = await invitationOf(person);
    stage.advance(13 * MINUTE);
    const shopper = await arrive('old-invitation', person, { inLine: true });
    await shopper.open('', uri);
    await shopper.see('このリンクは使えません', 'old-invitation');
  });

  it('waits for LINE, which never says what became of it', async () => {
    const person = await stage.person('石川 蒼');
    const shopper = await arrive('waiting', person, { inLine: true });
    await shopper.openTalk();
    await shopper.say('連携');
    await shopper.hear('10分以内にお手続きください');
    await shopper.tap('連携する');
    await shopper.signIn(person.memberId);
    await stage.line.onChannel('POST /channels', { webhookActive: false });
    await shopper.agree();
    await shopper.see('アカウントを連携しました', 'line-dialog');
    await shopper.open('/status');
    await shopper.see('LINEの確認を待っています', 'waiting');
    stage.advance(15 * MINUTE);
    // By itself: the page loads itself again.
    await shopper.see('手続きの有効期限が切れました', 'given-up');
    expect(await stage.ties(person.memberId)).toEqual([]);
  });

  it('is linked with another LINE account already, and is shown the way to move', async () => {
    const person = await stage.person('前田 ひかり');
    await stage.linked(person.memberId, person.userId);
    const other = { ...person, userId: await stage.site.line.newcomer('ひかり（2台目）') };
    const shopper = await atSignIn('member-taken', other);
    await shopper.signInAndAgree(person.memberId);
    await shopper.see('この会員は別のLINEアカウントと連携済みです', 'taken');
    await shopper.tap('LINEアカウントの引き継ぎへ');
    await shopper.see('LINEアカウントの引き継ぎ', 'takeover');
    expect(await stage.ties(person.memberId)).toMatchObject([{ lineUserId: person.userId }]);
  });

  it('has linked their LINE account with another member meanwhile, ends that, and is linked', async () => {
    const [person, other] = [await stage.person('石原 直美'), await stage.person('石原 直人')];
    const shopper = await atSignIn('line-user-taken', person);
    await shopper.signIn(person.memberId);
    await shopper.see('連携内容の確認', 'consent');
    await stage.linked(other.memberId, person.userId);
    await shopper.tap('同意して連携する');
    await shopper.see('このLINEアカウントは別の会員と連携済みです', 'taken');
    expect(await stage.ties(person.memberId)).toEqual([]);
    await shopper.tap('連携を解除する');
    await shopper.tap('LINEで確認する');
    await shopper.see('連携の解除', 'choose', [other.memberId]);
    await shopper.tap('連携を解除する');
    await shopper.see('連携を解除しました', 'unlinked');
    expect(await stage.ties(other.memberId)).toEqual([]);
    const grantOf = async () => (await stage.site.line.grants()).find(({ userId }) => userId === person.userId);
    await stage.until('LINE to know', async () => (await grantOf())?.deauthorized === true);
    await shopper.tap('あらためて連携する');
    await shopper.tap('LINEで連携する');
    await shopper.allow();
    await shopper.signInAndAgree(person.memberId);
    await shopper.see('連携が完了しました', 'done');
    expect(await stage.ties(person.memberId)).toMatchObject([{ lineUserId: person.userId, role: 'member' }]);
  });

  it('opens an invitation that somebody else has forwarded, and is not linked, nor is the other one', async () => {
    const [victim, attacker] = [await stage.person('藤田 翔'), await stage.person('岡田 蘭')];
    const uri = await invitationOf(attacker);
    const shopper = await arrive('forwarded', victim, { inLine: true });
    await shopper.openInLine();
    await shopper.open('', uri);
    await shopper.signIn(victim.memberId);
    await shopper.see('連携内容の確認', 'consent');
    await shopper.tap('同意して連携する');
    await shopper.see('アカウントを連携できませんでした', 'line-dialog');
    await stage.until('the refusal', async () => {
      await shopper.open('/done');
      return shopper.page.url().endsWith('/done');
    });
    await shopper.see('連携できませんでした', 'refused', ['受け取ったLINEアカウントと']);
    expect(await stage.ties(victim.memberId)).toEqual([]);
    expect(await stage.ties(attacker.memberId)).toEqual([]);
  });

  it('enters wrong codes, and has to wait longer each time', async () => {
    const shopper = await arrive('wrong-codes', await stage.person('後藤 樹'));
    await shopper.open('/code');
    await shopper.tap('LINEで本人確認をして進む');
    await shopper.sayWhoAtLine();
    await shopper.allow();
    const enter = async (nth: number) => {
      await shopper.fill('ユーザーコード', `Wr2ngC3de${nth}`);
      await shopper.tap('次へ進む');
      await shopper.page.getByRole('alert').waitFor();
    };
    for (let nth = 0; nth < 5; nth++) await enter(nth);
    await shopper.see('ユーザーコードの入力', 'wrong', ['このコードでは連携できませんでした']);
    await enter(5);
    await shopper.see('ユーザーコードの入力', 'wait', [/約\d+秒後/]);
    stage.advance(31_000);
    await enter(6);
    await enter(7);
    await shopper.see('ユーザーコードの入力', 'wait-longer', [/約\d+(秒|分)後/]);
  });

  it('finds no page at a desk, nor where linking is switched off', async () => {
    const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, userAgent: DESKTOP });
    const atDesk = await desk.newPage();
    const [shown, other] = [await atDesk.goto(stage.address()), await atDesk.goto(`${stage.origin}/nowhere`)];
    expect([shown?.status(), other?.status()]).toEqual([404, 404]);
    expect(await atDesk.goto(stage.address('/code')).then((answer) => answer?.status())).toBe(404);
    const shopper = await arrive('not-found', await stage.person('長谷川 心'));
    expect(await shopper.open()).toBe(200);
    await stage.site.settings({ enabled: false });
    for (const path of ['', '/code', '/takeover', '/unlink', '/done']) expect(await shopper.open(path)).toBe(404);
    await shopper.keep('not-found');
    expect(await shopper.page.content()).not.toContain('つなぎ珈琲店');
  });
});
