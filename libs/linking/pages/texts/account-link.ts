import { sorryTexts } from './sorry.js';

/** What goes wrong between the talk and LINE's dialog. */
sorryTexts({
  'linking.invitation_over': {
    ja: {
      title: 'このリンクは使えません',
      text: '有効期限（10分）が切れたか、すでに使われています。LINEのトークで、もう一度はじめからお試しください。',
    },
    en: {
      title: 'This link cannot be used',
      text: 'It has expired (10 minutes) or was used before. Please start again in the LINE chat.',
    },
  },
  'linking.line_refused': {
    ja: {
      title: '連携できませんでした',
      text:
        'このリンクを受け取ったLINEアカウントと、今お使いのLINEアカウントが違います。連携は行われていません。' +
        'ご自身のLINEのトークから、もう一度はじめてください。',
    },
    en: {
      title: 'You are not linked',
      text:
        'The LINE account that got this link is not the one you are using now, so nothing has been linked. ' +
        'Please start again from your own LINE chat.',
    },
  },
});
