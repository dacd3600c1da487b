/** What people are told of their own link, in the language of the channel's link page. */
export const NOTICE_TEXTS = {
  ja: {
    unlinked: '会員連携を解除しました。',
    /** @param page where the old account can object */
    takenFrom: (page: string) =>
      '会員連携が、別のLINEアカウントに引き継がれました。このLINEアカウントの連携は解除されています。\n' +
      `お心当たりがない場合は、1日以内にこちらからお知らせください。\n${page}`,
    takenTo: '会員連携を、このLINEアカウントに引き継ぎました。',
    givenBack: '会員連携を、このLINEアカウントに戻しました。',
    takenBack: '会員連携は、元のLINEアカウントに戻されました。このLINEアカウントの連携は解除されています。',
  },
  en: {
    unlinked: 'Your member link has ended.',
    takenFrom: (page: string) =>
      'Your member link has moved to another LINE account, and has ended for this one.\n' +
      `If that was not your wish, please tell us here within a day.\n${page}`,
    takenTo: 'Your member link has moved to this LINE account.',
    givenBack: 'Your member link has come back to this LINE account.',
    takenBack: 'Your member link has gone back to the LINE account it came from, and has ended for this one.',
  },
};

export type NoticeTexts = (typeof NOTICE_TEXTS)['ja'];
