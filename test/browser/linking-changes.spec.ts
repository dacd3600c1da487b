import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeOnPhone } from './browser.js';
import { Shopper, type PhoneOptions } from './shopper.js';
import { BrowserStage, type Person } from './stage.js';

/** What the page says to who is no friend yet, and to who blocks the account. */
const STRANGER = {
  way: '友だち追加する',
  goOn: '追加したので、連携を続ける',
  needed: '友だち追加が必要です',
  notYet: 'まだ友だち追加を確認できません',
};
const BLOCKED = {
  way: 'ブロックを解除する',
  goOn: '解除したので、連携を続ける',
  needed: 'ブロックされています',
  notYet: 'まだブロックの解除を確認できません',
};

await describeOnPhone('A shopper whose circumstances change', (browser) => {
  let stage: BrowserStage;

  beforeAll(async () => {
    stage = await BrowserStage.start();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  const arrive = (walk: string, { userId }: Person, more: PhoneOptions = {}) =>
    Shopper.arrive({ browser, stage }, walk, { userId, ...more });

  async function linked(name: string): Promise<Person> {
    const person = await stage.person(name);
    await stage.linked(person.memberId, person.userId);
    return person;
  }

  it('moves to a new LINE account; the old one is told, and can object', async () => {
    const person = await linked('吉田 さくら');
    const newPhone = { ...person, userId: await stage.site.line.newcomer('さくら（新）') };
    const old = await arrive('takeover-old', person);
    await old.open('/takeover');
    await old.see('LINEアカウントの引き継ぎ', 'begin');
    await old.tap('LINEで確認する');
    await old.sayWhoAtLine();
    await old.allow();
    await old.see('LINEアカウントの引き継ぎ', 'choices', [person.memberId]);
    await old.tap('コードを発行する');
    await old.see('引き継ぎコード', 'code', ['有効期限']);
    const code = await old.page.locator('.wording strong').innerText();

    const to = await arrive('takeover-new', newPhone);
    await to.open('/takeover');
    await to.tap('LINEで確認する');
    await to.sayWhoAtLine();
    await to.allow();
    await to.fill('引き継ぎコード', 'Wr0ngC0de9');
    await to.tap('次へ');
    await to.see('LINEアカウントの引き継ぎ', 'wrong-code', ['引き継ぎコードが正しくありません']);
    await to.fill('引き継ぎコード', code);
    await to.tap('次へ');
    await to.see('ログイン', 'sign-in');
    await to.signIn(person.memberId);
    await to.see('引き継ぎ内容の確認', 'confirm', ['引き継がれないもの']);
    await to.tap('やめる');
    await to.see('手続きを中止しました', 'stopped');
    expect(await stage.ties(person.memberId)).toMatchObject([{ lineUserId: person.userId }]);
    await to.tap('はじめからやり直す');
    await to.tap('LINEで確認する');
    await to.fill('引き継ぎコード', code);
    await to.tap('次へ');
    await to.signIn(person.memberId);
    await to.tap('引き継ぐ');
    await to.see('引き継ぎが完了しました', 'done', ['このLINEアカウントに引き継ぎました']);
    expect(await stage.ties(person.memberId)).toMatchObject([{ lineUserId: newPhone.userId }]);

    await old.openTalk();
    await old.hear('引き継', 'told');
    await old.open('/takeover');
    await old.see('LINEアカウントの引き継ぎ', 'lost', ['連携が引き継がれました']);
    await old.tap('心当たりがない（お店に知らせる）');
    await old.see('お店に知らせました', 'objected');
  });

  it('is told what is wrong with a takeover code', async () => {
    const [person, thief] = [await linked('佐々木 海斗'), await stage.person('山口 凛')];
    const body = { channelId: stage.site.channelId };
    const { code } = await stage.site.api.post<{ code: string }>(`/v1/members/${person.memberId}/takeover`, body);
    const enter = async (walk: string, who: Person) => {
      const shopper = await arrive(walk, who);
      await shopper.open('/takeover');
      await shopper.tap('LINEで確認する');
      await shopper.sayWhoAtLine();
      await shopper.allow();
      await shopper.fill('引き継ぎコード', code);
      await shopper.tap('次へ');
      return shopper;
    };
    const same = await enter('takeover-same', person);
    await same.see('同じLINEアカウントです', 'same-account');
    await same.tap('はじめからやり直す');
    await same.see('LINEアカウントの引き継ぎ', 'again', [person.memberId]);
    const other = await enter('takeover-thief', thief);
    await other.signIn(thief.memberId);
    await other.see('別の会員のコードです', 'other-member');
    stage.advance(25 * 60 * 60_000);
    const late = await enter('takeover-late', { ...thief, userId: await stage.site.line.newcomer('凛（新）') });
    await late.see('この引き継ぎコードは使えません', 'over');
    expect(await stage.ties(person.memberId)).toMatchObject([{ lineUserId: person.userId }]);
  });

  it('ends the link on the page', async () => {
    const person = await linked('松本 健');
    const shopper = await arrive('unlink-page', person);
    await shopper.open();
    await shopper.tap('連携を解除する');
    await shopper.see('連携の解除', 'begin');
    await shopper.tap('LINEで確認する');
    await shopper.sayWhoAtLine();
    await shopper.allow();
    await shopper.see('連携の解除', 'choose', [person.memberId]);
    await shopper.page.getByRole('checkbox').uncheck();
    await shopper.tap('連携を解除する');
    await shopper.see('連携の解除', 'nothing-chosen', ['1つ以上選んでください']);
    await shopper.tap('連携を解除する');
    await shopper.see('連携を解除しました', 'done');
    expect(await stage.ties(person.memberId)).toEqual([]);
    const grantOf = async () => (await stage.site.line.grants()).find(({ userId }) => userId === person.userId);
    await stage.until('LINE to know', async () => (await grantOf())?.deauthorized === true);
    await shopper.open('/unlink');
    await shopper.tap('LINEで確認する');
    // As after any first time: what was consented to has ended.
    await shopper.allow();
    await shopper.see('連携されていません', 'none');
  });

  it.each([true, false])('ends the link in the talk, and sees the first menu again (scripts: %s)', async (scripts) => {
    const person = await linked('井上 美咲');
    const walk = scripts ? 'unlink-talk' : 'unlink-talk-without-scripts';
    const shopper = await arrive(walk, person, { inLine: true, javaScriptEnabled: scripts });
    await stage.menuShown(person, 'user');
    await shopper.openTalk();
    await shopper.keep('linked');
    await shopper.tap('連携解除');
    await shopper.hear('連携を解除しますか', 'question');
    await shopper.tap('解除する');
    await shopper.hear('連携を解除しました（会員）', 'unlinked');
    expect(await stage.ties(person.memberId)).toEqual([]);
    await stage.menuShown(person, 'default');
    await shopper.openTalk();
    await shopper.page.getByRole('button', { name: '連携', exact: true }).waitFor();
    await shopper.keep('first-menu');
  });

  it('has forgotten the password, and goes on with a new one from the mail', async () => {
    const person = await stage.person('木村 悠真');
    const shopper = await arrive('reset', person);
    await shopper.open();
    await shopper.tap('LINEで連携する');
    await shopper.sayWhoAtLine();
    await shopper.allow();
    await shopper.see('ログイン', 'sign-in');
    await shopper.tap('パスワードを忘れた方');
    await shopper.see('パスワードの再設定', 'ask');
    await shopper.fill('ログインID', person.memberId);
    await shopper.tap('メールを送る');
    await shopper.see('メールをご確認ください', 'asked');
    const mail = shopper.page.getByRole('link', { name: /\/reset\// });
    await stage.until('the mail', async () => {
      await shopper.open('', `${stage.line.url}/mail`);
      return (await mail.count()) > 0;
    });
    await shopper.keep('mail');
    const address = await mail.first().innerText();
    await mail.first().tap();
    await shopper.see('新しいパスワード', 'new-password');
    const choose = async (password: string, again = password) => {
      await shopper.fill('新しいパスワード', password);
      await shopper.fill('もう一度入力', again);
      await shopper.tap('パスワードを変更する');
    };
    await choose('umbrella in july', 'umbrella in june');
    await shopper.see('新しいパスワード', 'differ', ['同じではありません']);
    await choose('umbrella in july');
    await shopper.see('パスワードを変更しました', 'changed');
    await shopper.tap('ログインに進む');
    await shopper.signIn(person.memberId, 'umbrella in july');
    await shopper.agree();
    await shopper.see('連携が完了しました', 'done');
    await shopper.open('', address);
    await shopper.see('このリンクは使えません', 'used-link');
  });

  it.each([
    ['does not add the account', 'stranger', '追加しない', '友だち追加'],
    ['blocks the account', 'blocked', '解除しない', 'ブロック解除'],
  ] as const)('%s, and comes round to the page until that has changed', async (_what, state, skip, change) => {
    const { way, goOn, needed, notYet } = state === 'blocked' ? BLOCKED : STRANGER;
    const person = await stage.person('林 陽菜', state === 'stranger' ? 'stranger' : 'friend');
    if (state === 'blocked') await stage.site.line.setState(person.userId, 'blocked');
    const shopper = await arrive(`no-friend-${state}`, person);
    await shopper.open();
    await shopper.tap('LINEで連携する');
    await shopper.sayWhoAtLine();
    await shopper.allow();
    await shopper.tap(skip);
    await shopper.see('LINE連携', 'friends-first', [needed]);
    await shopper.tap(goOn);
    await shopper.see('LINE連携', 'still-none', [notYet]);
    expect(await stage.ties(person.memberId)).toEqual([]);
    await shopper.tap(way);
    await shopper.page.getByRole('button', { name: change, exact: true }).waitFor();
    await shopper.keep('account');
    await shopper.tap(change);
    await shopper.page.getByRole('button', { name: 'ブロック', exact: true }).waitFor();
    const goesOn = shopper.page.getByRole('button', { name: 'LINEで連携する', exact: true });
    await stage.until('the account to know', async () => {
      await shopper.open();
      return goesOn.isVisible();
    });
    await shopper.see('LINE連携', 'friends-now');
    await shopper.tap('LINEで連携する');
    await shopper.signInAndAgree(person.memberId);
    await shopper.see('連携が完了しました', 'done');
    expect(await stage.ties(person.memberId)).toMatchObject([{ lineUserId: person.userId }]);
  });
});
