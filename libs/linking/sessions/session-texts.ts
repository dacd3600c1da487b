import { sorryTexts } from '../pages/texts/sorry.js';

sorryTexts({
  'linking.session_over': {
    ja: {
      title: 'このログインは終了しています',
      text: 'もとのサイトに戻り、LINEでのログインをもう一度お試しください。',
      elsewhere: true,
    },
    en: {
      title: 'This sign-in is over',
      text: 'Go back to the site you came from and sign in with LINE again.',
      elsewhere: true,
    },
  },
});
