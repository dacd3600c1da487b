import { sorryTexts } from './sorry.js';

/** The words of our own sign-in, of a forgotten password, and of what goes wrong there. */
export const signInTexts = {
  ja: {
    signIn: {
      title: 'ログイン',
      lead: 'LINEと連携する会員さまご本人であることを確認します。',
      loginId: 'ログインID',
      password: 'パスワード',
      submit: 'ログインする',
      forgotten: 'パスワードを忘れた方',
      refused: 'ログインIDまたはパスワードが正しくありません。',
      wait: (minutes: number) =>
        `続けて間違えられたため、しばらくログインできません。約${minutes}分後にお試しください。`,
      busy: 'ただいま混み合っています。少し待ってから、もう一度お試しください。',
    },
    reset: {
      title: 'パスワードの再設定',
      lead: 'ご登録のメールアドレスに、新しいパスワードを決めるためのリンクをお送りします。',
      loginId: 'ログインID',
      submit: 'メールを送る',
      back: 'ログインに戻る',
      askedTitle: 'メールをご確認ください',
      asked:
        'ログインIDとメールアドレスが登録されているときは、まもなくメールが届きます。リンクは30分間有効です。' +
        '届かないときは、迷惑メールのフォルダーをご確認のうえ、お店にお問い合わせください。',
      wait: (minutes: number) => `続けてお申し込みがあったため、約${minutes}分後にもう一度お試しください。`,
    },
    newPassword: {
      title: '新しいパスワード',
      lead: '8文字以上で決めてください。ほかのサイトと同じパスワードは使わないでください。',
      password: '新しいパスワード',
      again: 'もう一度入力',
      submit: 'パスワードを変更する',
      differ: '2つの入力が同じではありません。',
      faults: {
        short: '8文字以上で入力してください。',
        long: '256文字以内で入力してください。',
        unstorable: '使えない文字が含まれています。',
        guessable: '推測されやすいパスワードです。別のものにしてください。',
        login_id: 'ログインIDに似ています。別のものにしてください。',
      },
      doneTitle: 'パスワードを変更しました',
      done: 'LINEに戻って、連携を続けてください。',
      goOn: 'ログインに進む',
      overTitle: 'このリンクは使えません',
      over: 'すでに使われたか、有効期限（30分）が切れています。もう一度メールをお送りください。',
      another: 'メールを送り直す',
    },
    company: {
      title: 'ログインを確認できませんでした',
      refused: 'ログインの結果を確認できませんでした。もう一度ログインしてください。',
      unknown: 'ログインした会員さまの情報が、まだこちらに届いていません。しばらくしてからもう一度お試しください。',
      cancelled: 'ログインは完了していません。',
      again: 'もう一度ログインする',
    },
  },
  en: {
    signIn: {
      title: 'Sign in',
      lead: 'Please show that you are the member who is to be linked to LINE.',
      loginId: 'Login ID',
      password: 'Password',
      submit: 'Sign in',
      forgotten: 'Forgot your password?',
      refused: 'The login ID or the password is not right.',
      wait: (minutes: number) =>
        `There were too many attempts. Please try again in about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      busy: 'We are busy at this moment. Please wait a little and try again.',
    },
    reset: {
      title: 'Set a new password',
      lead: 'We send a link to the mail address you have registered. With it you choose a new password.',
      loginId: 'Login ID',
      submit: 'Send the mail',
      back: 'Back to the sign-in',
      askedTitle: 'Please look into your mailbox',
      asked:
        'If the login ID and a mail address are registered, a mail arrives in a moment. Its link works for 30 minutes. ' +
        'If nothing arrives, look into the spam folder, then ask the shop.',
      wait: (minutes: number) =>
        `There were too many requests. Please try again in about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    },
    newPassword: {
      title: 'New password',
      lead: 'At least 8 characters, and please none that you use elsewhere.',
      password: 'New password',
      again: 'Once more',
      submit: 'Set the password',
      differ: 'The two are not the same.',
      faults: {
        short: 'Please use at least 8 characters.',
        long: 'Please use at most 256 characters.',
        unstorable: 'There is a character in it that cannot be used.',
        guessable: 'This password is easy to guess. Please choose another one.',
        login_id: 'This is too close to the login ID. Please choose another one.',
      },
      doneTitle: 'Your password is set',
      done: 'Please go back to LINE and go on linking there.',
      goOn: 'Go on to the sign-in',
      overTitle: 'This link does not work',
      over: 'It has been used, or its 30 minutes are over. Please have another mail sent.',
      another: 'Send another mail',
    },
    company: {
      title: 'We could not confirm your sign-in',
      refused: 'The result of the sign-in could not be confirmed. Please sign in again.',
      unknown: 'What we need to know about you has not arrived yet. Please try again in a while.',
      cancelled: 'The sign-in was not finished.',
      again: 'Sign in again',
    },
  },
};

sorryTexts({
  'linking.no_sign_in_key': {
    ja: { title: 'ただいまログインできません', text: 'ログインの準備が終わっていません。お店にお問い合わせください。' },
    en: { title: 'The sign-in is not ready yet', text: 'Something is still missing on our side. Please ask the shop.' },
  },
  'workspaces.passwords_busy': {
    ja: { title: 'ただいま混み合っています', text: '少し待ってから、もう一度お試しください。' },
    en: { title: 'We are busy at this moment', text: 'Please wait a little and try again.' },
  },
});
