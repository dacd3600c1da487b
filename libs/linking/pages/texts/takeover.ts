import type { LoginWarning } from '../../sign-in/logins/logins.dto.js';
import type { Lang } from '../language.js';
import { sorryTexts } from './sorry.js';

const ja = {
  title: 'LINEアカウントの引き継ぎ',
  lead: '新しいLINEアカウントに、会員連携を引き継ぎます。前のアカウントで引き継ぎコードを発行し、新しいアカウントでそのコードを入力してください。',
  notNeeded:
    '機種変更をしても同じLINEアカウントを使い続ける場合、この手続きは必要ありません。電話番号が変わっただけの場合も同じです。',
  start: 'LINEで確認する',
  askTitle: '引き継ぎコードを発行する（前のアカウント）',
  ask: 'コードを発行する',
  member: '会員番号',
  enterTitle: '引き継ぎコードを入力する（新しいアカウント）',
  code: '引き継ぎコード',
  codeHint: '10文字です。大文字と小文字は区別されます。',
  enter: '次へ',
  codeTitle: '引き継ぎコード',
  codeLead: '新しいLINEアカウントで次のページを開き、コードを入力してください。大文字と小文字は区別されます。',
  codeUntil: '有効期限',
  codeOnce: 'コードは1回だけ使えます。新しく発行すると、前のコードは使えなくなります。他の人に教えないでください。',
  warningsTitle: '引き継ぐ前にご確認ください',
  confirmTitle: '引き継ぎ内容の確認',
  confirmLead: '次の会員連携を、今お使いのLINEアカウントに引き継ぎます。',
  moves: '引き継がれるもの',
  movesList:
    '会員連携と役割、ポイント・クーポン・会員ランク、購入や来店の記録、お店とのやりとりの記録、進行中のお知らせ',
  stays: '引き継がれないもの',
  staysList:
    '前のLINEアカウントの友だち、トーク画面に残っているメッセージ、スタンプ、LINEコインなど、LINEアプリそのもののデータ',
  oldEnds:
    '前のLINEアカウントの連携は解除され、そのアカウントにお知らせが届きます。まちがえた場合は、1日以内にお店へご連絡ください。',
  noFriend: '新しいLINEアカウントで公式アカウントを友だち追加すると、お知らせを受け取れます。',
  confirm: '引き継ぐ',
  cancel: 'やめる',
  lostTitle: '連携が引き継がれました',
  lost: 'このLINEアカウントの会員連携は、次の日時に別のLINEアカウントへ引き継がれました。',
  object: '心当たりがない（お店に知らせる）',
  objectedTitle: 'お店に知らせました',
  objected: 'お店が内容を確認します。お急ぎの場合は、お店へ直接ご連絡ください。',
  wrong: '引き継ぎコードが正しくありません。大文字と小文字も含めて、もう一度ご確認ください。',
};

const en: Record<keyof typeof ja, string> = {
  title: 'Move to a new LINE account',
  lead: 'Your member link moves to your new LINE account. Get a takeover code with the old account, then enter it with the new one.',
  notNeeded:
    'If you keep the same LINE account on a new phone, or only your phone number has changed, you do not need this.',
  start: 'Check with LINE',
  askTitle: 'Get a takeover code (old account)',
  ask: 'Get a code',
  member: 'Member number',
  enterTitle: 'Enter the takeover code (new account)',
  code: 'Takeover code',
  codeHint: 'Ten characters. Upper and lower case matter.',
  enter: 'Next',
  codeTitle: 'Your takeover code',
  codeLead: 'Open the following page with your new LINE account and enter this code. Upper and lower case matter.',
  codeUntil: 'Good until',
  codeOnce: 'It works once. A newer code takes the place of this one. Do not show it to anybody.',
  warningsTitle: 'Before you move',
  confirmTitle: 'Please check before moving',
  confirmLead: 'These member links move to the LINE account you are using now.',
  moves: 'What moves',
  movesList:
    'Your member link and roles, points, coupons and rank, the record of purchases and visits, your talk with the shop as the shop has it, and messages that are under way',
  stays: 'What does not move',
  staysList:
    'What belongs to the LINE app itself: friends of the old account, messages in its chats, stickers and LINE coins',
  oldEnds:
    'The link of your old LINE account ends, and that account is told. If this was a mistake, please contact the shop within a day.',
  noFriend: 'Add our official account as a friend with your new LINE account to get messages.',
  confirm: 'Move',
  cancel: 'Stop',
  lostTitle: 'Your link has moved',
  lost: 'The member link of this LINE account moved to another LINE account at this time.',
  object: 'That was not my wish (tell the shop)',
  objectedTitle: 'The shop has been told',
  objected: 'The shop will look into it. If it is urgent, please contact the shop directly.',
  wrong: 'This takeover code is not right. Please check it again, upper and lower case too.',
};

export const TAKEOVER_TEXTS: Record<Lang, Record<keyof typeof ja, string>> = { ja, en };

export const TAKEOVER_WARNINGS: Record<Lang, Record<LoginWarning, string>> = {
  ja: {
    no_login: 'ログインIDとパスワードがまだ登録されていません。新しいアカウントでの確認に必要です。',
    no_password: 'パスワードがまだ設定されていません。新しいアカウントでの確認に必要です。',
    no_email: 'メールアドレスが登録されていません。パスワードを忘れると引き継げなくなります。',
    email_not_verified:
      'ご登録のメールアドレスに届くか、まだ確認できていません。ログイン画面の「パスワードを忘れた方」からメールを受け取ると確認できます。',
  },
  en: {
    no_login: 'You have no login ID and password yet. You will need them with your new account.',
    no_password: 'You have no password yet. You will need one with your new account.',
    no_email: 'We have no mail address of yours. Without one, a forgotten password cannot be reset.',
    email_not_verified:
      'We do not know yet whether mail reaches you. “Forgot your password?” on the sign-in page sends one, which settles it.',
  },
};

const ASK_AGAIN = {
  ja: 'お手数ですが、前のLINEアカウントまたはお店で、新しいコードを発行してください。',
  en: 'Please get a new code with your old LINE account or from the shop.',
};

sorryTexts({
  'linking.takeover_over': {
    ja: { title: 'この引き継ぎコードは使えません', text: `すでに使われたか、有効期限が切れています。${ASK_AGAIN.ja}` },
    en: { title: 'This takeover code is over', text: `It has been used, or has expired. ${ASK_AGAIN.en}` },
  },
  'linking.takeover_code_wrong': {
    ja: { title: '引き継ぎコードが正しくありません', text: ja.wrong },
    en: { title: 'This takeover code is not right', text: en.wrong },
  },
  'linking.takeover_too_often': {
    ja: { title: 'しばらくお待ちください', text: 'コードのまちがいが続きました。少し時間をおいてお試しください。' },
    en: { title: 'Please wait a little', text: 'There were too many wrong codes. Please try again later.' },
  },
  'linking.takeover_same_account': {
    ja: {
      title: '同じLINEアカウントです',
      text: 'コードは、新しいLINEアカウントで入力してください。今のアカウントのままでよければ、手続きは必要ありません。',
    },
    en: {
      title: 'This is the same LINE account',
      text: 'Enter the code with your new LINE account. To keep this one, there is nothing you need to do.',
    },
  },
  'linking.takeover_other_member': {
    ja: { title: '別の会員のコードです', text: `ログインした会員のコードではありません。${ASK_AGAIN.ja}` },
    en: { title: 'This code is for another member', text: `It is not for the member who signed in. ${ASK_AGAIN.en}` },
  },
  'linking.takeover_not_linked': {
    ja: { title: '引き継ぐ連携がありません', text: '前のLINEアカウントの連携は、すでに解除されています。' },
    en: { title: 'There is nothing to move', text: 'The link of the old LINE account has ended already.' },
  },
});
