import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { PASSWORD } from '../../tools/demo/linking/site.js';
import { codeOf } from '../../tools/demo/linking/walks.js';
import { describeOnPhone } from './browser.js';
import { Shopper, type PhoneOptions } from './shopper.js';
import { BrowserStage, type Person } from './stage.js';

await describeOnPhone('A shopper who links', (browser) => {
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
  const tie = ({ userId }: Person, route: string, role = 'member') => [{ lineUserId: userId, role, route }];

  it.each([
    ['a tap on the menu', true, async (shopper: Shopper) => shopper.tap('連携')],
    ['a word in the talk, without scripts', false, async (shopper: Shopper) => shopper.say('連携')],
  ])('begins with %s, and ends in the talk', async (_how, javaScriptEnabled, begin) => {
    const person = await stage.person('佐藤 花子');
    const walk = javaScriptEnabled ? 'account-link' : 'account-link-without-scripts';
    const shopper = await arrive(walk, person, { inLine: true, javaScriptEnabled });
    await stage.menuShown(person);
    await shopper.openTalk();
    await shopper.keep('talk');
    await begin(shopper);
    await shopper.hear('10分以内にお手続きください', 'invitation');
    await shopper.tap('連携する');
    await shopper.signInAndAgree(person.memberId);
    await shopper.see('アカウントを連携しました', 'line-dialog');
    await shopper.openTalk();
    await shopper.hear('連携が完了しました', 'linked');
    expect(await stage.ties(person.memberId)).toEqual(tie(person, 'account_link'));
    await shopper.open('/done');
    await shopper.see('連携が完了しました', 'done');
  });

  it('comes to the link page with a phone’s browser, adds the account at LINE, signs in and agrees', async () => {
    const person = await stage.person('鈴木 一郎', 'stranger');
    const shopper = await arrive('login', person);
    await shopper.open();
    await shopper.see('LINE連携', 'link-page');
    await shopper.tap('LINEで連携する');
    await shopper.sayWhoAtLine();
    await shopper.allow();
    await shopper.see('友だちに追加しますか？', 'line-add-friend');
    await shopper.tap('友だち追加');
    await shopper.signInAndAgree(person.memberId);
    await shopper.see('連携が完了しました', 'done', ['マイページへ']);
    expect(await stage.ties(person.memberId)).toEqual(tie(person, 'login'));
  });

  it('goes all of that way without scripts', async () => {
    const person = await stage.person('高橋 あゆみ');
    const shopper = await arrive('login-without-scripts', person, { javaScriptEnabled: false });
    await shopper.open();
    await shopper.see('LINE連携', 'link-page');
    await shopper.tap('LINEで連携する');
    await shopper.sayWhoAtLine();
    await shopper.allow();
    await shopper.signInAndAgree(person.memberId);
    await shopper.see('連携が完了しました', 'done');
    expect(await stage.ties(person.memberId)).toEqual(tie(person, 'login'));
  });

  it('skips the page in LINE’s own browser, and is done at once the next time', async () => {
    const person = await stage.person('田中 太郎');
    const shopper = await arrive('in-line', person, { inLine: true });
    await stage.menuShown(person);
    await shopper.openTalk();
    await shopper.tap(/を開く$/);
    await shopper.allow();
    await shopper.signInAndAgree(person.memberId);
    await shopper.see('連携が完了しました', 'done');
    await shopper.open();
    await shopper.see('連携が完了しました', 'again');
    const later = await arrive('in-line-later', person, { inLine: true });
    await later.openInLine();
    await later.see('すでに連携済みです', 'already');
  });

  it('reads all of it in English', async () => {
    const person = await stage.person('Jane Smith', 'stranger');
    const shopper = await arrive('english', person);
    await shopper.open();
    await shopper.tap('English');
    await shopper.see('Link with LINE', 'link-page', ['Enter a user code']);
    for (const [path, title] of [
      ['/code', 'Enter a user code'],
      ['/takeover', 'Move to a new LINE account'],
      ['/unlink', 'End the link'],
      ['/reset', 'Set a new password'],
    ]) {
      await shopper.open(path);
      await shopper.see(title!, path!.slice(1));
    }
    await shopper.open();
    expect(await shopper.page.locator('html').getAttribute('lang')).toBe('en');
    await shopper.tap('Link with LINE');
    await shopper.sayWhoAtLine();
    await shopper.allow();
    await shopper.tap('友だち追加');
    await shopper.see('Sign in', 'sign-in');
    await shopper.fill('Login ID', person.memberId);
    await shopper.fill('Password', 'wrong');
    await shopper.tap('Sign in');
    await shopper.see('Sign in', 'wrong-password', ['is not right']);
    await shopper.fill('Password', PASSWORD);
    await shopper.tap('Sign in');
    await shopper.see('Please check before linking', 'consent', ['“Jane Smith”']);
    await shopper.tap('Agree and link');
    await shopper.see('You are linked', 'done');
    expect(await shopper.page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('enters a code that the contractor has got, in the talk and on the page', async () => {
    const [parent, child, other] = [
      await stage.person('渡辺 誠'),
      await stage.person('渡辺 陸'),
      await stage.person('渡辺 葵'),
    ];
    const users = (members: Person[]) => ({ users: members.map(({ memberId }) => ({ memberId })) });
    await stage.site.api.put(`/v1/members/${parent.memberId}/users`, users([child]));
    await stage.site.settings({ role: 'contractor' });
    const contractor = await arrive('contractor', parent);
    await contractor.open();
    await contractor.tap('LINEで連携する');
    await contractor.sayWhoAtLine();
    await contractor.allow();
    await contractor.signInAndAgree(parent.memberId);
    await contractor.see('連携が完了しました', 'done');
    await stage.site.settings({ role: 'member' });
    const code = await codeOf(stage.site, parent.memberId);
    await contractor.open('/code');
    await contractor.see('ユーザーコードの入力', 'codes', ['ご利用者さまのユーザーコード', code]);

    const inTalk = await arrive('code-in-talk', child, { inLine: true });
    await stage.menuShown(child);
    await inTalk.openTalk();
    await inTalk.tap('コード');
    await inTalk.hear('ユーザーコード（10文字）を', 'asked');
    await inTalk.say(code);
    await inTalk.hear('上の内容に同意して', 'consent');
    await inTalk.tap('同意して連携する');
    await inTalk.hear('連携が完了しました', 'linked');
    expect(await stage.ties(child.memberId)).toEqual(tie(child, 'user_code', 'user'));

    await stage.site.api.put(`/v1/members/${parent.memberId}/users`, users([child, other]));
    const onPage = await arrive('code-on-page', other);
    await onPage.open();
    await onPage.see('LINE連携', 'link-page');
    await onPage.tap('ユーザーコードを入力する');
    await onPage.see('ユーザーコードの入力', 'begin');
    await onPage.tap('LINEで本人確認をして進む');
    await onPage.sayWhoAtLine();
    await onPage.allow();
    await onPage.see('ユーザーコードの入力', 'form', ['大文字と小文字は区別されます']);
    await onPage.fill('ユーザーコード', await codeOf(stage.site, parent.memberId));
    await onPage.tap('次へ進む');
    await onPage.see('連携内容の確認', 'consent');
    await onPage.tap('同意して連携する');
    await onPage.see('連携が完了しました', 'done');
    expect(await stage.ties(other.memberId)).toEqual(tie(other, 'user_code', 'user'));
  });
});
