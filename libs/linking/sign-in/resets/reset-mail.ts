import type { Mail } from '#mail';

export interface ResetMail {
  to: string;
  /** Of the channel, as the person knows it. */
  name: string;
  /** Where a new password is set. */
  url: string;
  lang: 'ja' | 'en';
}

/** The mail with a link that sets a password. Says nothing about whom it is for: mailboxes are shared. */
export function resetMail({ to, name, url, lang }: ResetMail): Mail {
  // A name is one line, whatever it holds.
  const sender = name.replace(/\s+/g, ' ').trim();
  return lang === 'ja'
    ? {
        to,
        subject: `【${sender}】パスワードの再設定`,
        text: [
          `${sender}のパスワードを再設定するお手続きを受け付けました。`,
          '下のリンクを開いて、新しいパスワードを決めてください。',
          '',
          url,
          '',
          'リンクは30分間有効で、一度だけ使えます。',
          'お心当たりがないときは、何もしないでください。パスワードは変わりません。',
          'このリンクを、ほかの人に教えないでください。',
          '',
        ].join('\n'),
      }
    : {
        to,
        subject: `${sender}: set a new password`,
        text: [
          `Somebody asked for a new password at ${sender}.`,
          'Open this link to choose one:',
          '',
          url,
          '',
          'The link works once, for 30 minutes.',
          'If it was not you, do nothing: your password stays as it is.',
          'Do not pass this link on.',
          '',
        ].join('\n'),
      };
}
