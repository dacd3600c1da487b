import type { Lang } from '../language.js';

export interface SorryText {
  title: string;
  /** What happened and what to do now, as somebody who shops understands it. */
  text: string;
  /** There is no way on from our pages: the person has to go back to where they came from. */
  elsewhere?: true;
}

type Sentences = Record<string, Record<Lang, SorryText>>;

const byCode: Sentences = {};

/** Says what an error code means for people. Each part of linking speaks of its own codes. */
export function sorryTexts(sentences: Sentences): void {
  Object.assign(byCode, sentences);
}

/** @returns a sentence for every code: one of our own making where nobody has written any */
export function sorryText(code: string, lang: Lang): SorryText {
  return (Object.hasOwn(byCode, code) ? byCode[code]! : UNKNOWN)[lang];
}

/** Every code that has a sentence. */
export function explainedCodes(): string[] {
  return Object.keys(byCode);
}

const UNKNOWN: Record<Lang, SorryText> = {
  ja: { title: '手続きを続けられませんでした', text: 'お手数ですが、もう一度はじめからお試しください。' },
  en: { title: 'We could not go on', text: 'Please start again from the beginning.' },
};

const BUSY: Record<Lang, SorryText> = {
  ja: { title: 'ただいま混み合っています', text: '1分ほど待ってから、もう一度お試しください。' },
  en: { title: 'We are busy right now', text: 'Please wait about a minute and try again.' },
};

const AGAIN: Record<Lang, SorryText> = {
  ja: {
    title: 'もう一度お試しください',
    text: '入力内容を確認できませんでした。前の画面に戻らず、はじめからやり直してください。',
  },
  en: { title: 'Please try again', text: 'We could not read what was sent. Please start again from the beginning.' },
};

const EXPIRED: Record<Lang, SorryText> = {
  ja: {
    title: '手続きの有効期限が切れました',
    text: '安全のため、手続きには制限時間があります。お手数ですが、もう一度はじめからお試しください。',
  },
  en: {
    title: 'The time for this has run out',
    text: 'To keep you safe, this can only be done within a limited time. Please start again.',
  },
};

const NO_ANSWER: Record<Lang, SorryText> = {
  ja: {
    title: 'LINEに接続できませんでした',
    text: '連携はまだ行われていません。少し時間をおいて、もう一度お試しください。',
  },
  en: {
    title: 'LINE could not be reached',
    text: 'Nothing has been linked yet. Please wait a moment and try again.',
  },
};

sorryTexts({
  'http.malformed_form': AGAIN,
  'http.body_too_large': AGAIN,
  'http.unsupported_media_type': AGAIN,
  'http.too_many_requests': BUSY,
  'http.unavailable': BUSY,
  'linking.too_many_starts': BUSY,
  'linking.form_invalid': AGAIN,
  'linking.form_forged': {
    ja: {
      title: 'もう一度お試しください',
      text: '画面が古くなったか、別の画面で手続きが始まっています。Cookieが有効なブラウザで、はじめからやり直してください。',
    },
    en: {
      title: 'Please try again',
      text: 'This screen is out of date, or another one has been opened since. Please start again in a browser that accepts cookies.',
    },
  },
  'linking.attempt_missing': {
    ja: {
      title: '手続きの続きが見つかりません',
      text: '別のブラウザで開いたか、時間が経ちすぎた可能性があります。お手数ですが、この画面からはじめてください。',
    },
    en: {
      title: 'We cannot find where you were',
      text: 'You may have come back in another browser, or too much time has passed. Please start again from here.',
    },
  },
  'linking.attempt_expired': EXPIRED,
  'linking.attempt_over': {
    ja: {
      title: 'この手続きは終わっています',
      text: 'すでに完了したか、取り消された手続きです。必要な場合は、もう一度はじめてください。',
    },
    en: {
      title: 'This is already over',
      text: 'It has been completed or cancelled before. Start again if you still need to.',
    },
  },
  'linking.cancelled': {
    ja: {
      title: '連携を中止しました',
      text: '連携は行われていません。連携するときは、もう一度はじめからお進みください。',
    },
    en: {
      title: 'You stopped linking',
      text: 'Nothing has been linked. To link, please start again.',
    },
  },
  'linking.stopped': {
    ja: { title: '手続きを中止しました', text: '連携は、これまでのままです。' },
    en: { title: 'You stopped', text: 'Your link is as it was before.' },
  },
  'linking.login_failed': {
    ja: {
      title: 'LINEでの確認ができませんでした',
      text: '連携はまだ行われていません。もう一度はじめからお試しください。',
    },
    en: {
      title: 'LINE could not confirm who you are',
      text: 'Nothing has been linked yet. Please start again.',
    },
  },
  'linking.login_unavailable': {
    ja: {
      title: 'このページからは連携できません',
      text: 'LINEアプリで公式アカウントのトークを開き、そこから連携をはじめてください。',
    },
    en: {
      title: 'Linking does not start from this page',
      text: 'Please open the chat of our official account in the LINE app and begin there.',
    },
  },
  'linking.id_token_refused': {
    ja: {
      title: 'LINEでの確認ができませんでした',
      text: '連携はまだ行われていません。もう一度はじめからお試しください。',
    },
    en: { title: 'LINE could not confirm who you are', text: 'Nothing has been linked yet. Please start again.' },
  },
  'linking.line_unreachable': NO_ANSWER,
  'linking.line_user_taken': {
    ja: {
      title: 'このLINEアカウントは別の会員と連携済みです',
      text: 'いまログインした会員とは連携していません。連携する会員を変える場合は、先に今の連携を解除してから、もう一度お手続きください。お心当たりがない場合は、お店にお問い合わせください。',
    },
    en: {
      title: 'This LINE account is linked to another member',
      text: 'It was not linked to the member you have just signed in as. To change the member, end the present link first, then link again. If you do not know of that link, please contact the shop.',
    },
  },
  'linking.member_taken': {
    ja: {
      title: 'この会員は別のLINEアカウントと連携済みです',
      text: '機種変更などでLINEアカウントが変わった場合は、引き継ぎの手続きをご利用ください。',
    },
    en: {
      title: 'This member is linked to another LINE account',
      text: 'If you have a new LINE account, please move your link with a takeover code.',
    },
  },
});
