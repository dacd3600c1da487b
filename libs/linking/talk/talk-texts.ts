import type { LinkRole } from '../link.entity.js';
import type { Lang } from '../pages/language.js';
import { waitingTime } from '../user-codes/waiting-time.js';

/** Everything that is said in the talk. Texts of templates have at most 160 characters, labels 20. */
export interface TalkTexts {
  invite: string;
  inviteButton: string;
  /** How to end it; said whenever somebody is about to link or has linked, as LINE demands. */
  howToUnlink: (keyword: string) => string;
  friendsOnly: string;
  linkedAlready: string;
  linked: string;
  myPage: string;
  unlinkButton: string;
  askForCode: string;
  caseMatters: string;
  agreeToWording: string;
  agree: string;
  disagree: string;
  notAgreed: string;
  codeWrong: string;
  codeWait: (milliseconds: number) => string;
  takenLineUser: string;
  takenMember: string;
  failed: string;
  roles: Record<LinkRole, string>;
  notLinked: string;
  whichToUnlink: string;
  /** One of several links. */
  oneLink: (role: string, linkedOn: string) => string;
  allLinks: string;
  reallyUnlink: string;
  reallyUnlinkOne: (role: string) => string;
  yesUnlink: string;
  no: string;
  kept: string;
  unlinked: (roles: string[]) => string;
  answerExpired: string;
}

const ja: TalkTexts = {
  invite: '会員情報とLINEアカウントを連携します。下のボタンから、10分以内にお手続きください。',
  inviteButton: '連携する',
  howToUnlink: (keyword) => `連携は「${keyword}」と送ると、いつでも解除できます。`,
  friendsOnly: '連携の準備ができませんでした。友だち追加のうえ、もう一度お試しください。',
  linkedAlready: 'このLINEアカウントは、すでに連携されています。',
  linked: '連携が完了しました。',
  myPage: 'マイページを開く',
  unlinkButton: '連携を解除する',
  askForCode: 'ユーザーコード（10文字）を、このトークに送ってください。',
  caseMatters: '大文字と小文字は区別されます。',
  agreeToWording: '上の内容に同意して、このLINEアカウントを利用者として連携しますか？',
  agree: '同意して連携する',
  disagree: '中止する',
  notAgreed: '連携を中止しました。連携は行われていません。',
  codeWrong: 'このコードでは連携できませんでした。コードをご確認のうえ、もう一度送ってください。',
  codeWait: (milliseconds) =>
    `正しくないコードが続いたため、受け付けを休んでいます。あと約${waitingTime(milliseconds, 'ja')}後に、もう一度送ってください。`,
  takenLineUser: 'このLINEアカウントは、すでにほかの会員と連携されています。先にその連携を解除してください。',
  takenMember: 'この会員は、すでにほかのLINEアカウントと連携されています。先にその連携を解除してください。',
  failed: '連携できませんでした。はじめからもう一度お試しください。',
  roles: { contractor: '契約者', user: '利用者', member: '会員' },
  notLinked: 'このLINEアカウントは連携されていません。',
  whichToUnlink: '解除する連携をお選びください。',
  oneLink: (role, linkedOn) => `${role}としての連携（${linkedOn}から）`,
  allLinks: 'すべての連携',
  reallyUnlink: '連携をすべて解除しますか？会員向けのお知らせやメニューは使えなくなります。',
  reallyUnlinkOne: (role) => `${role}としての連携を解除しますか？会員向けのお知らせやメニューは使えなくなります。`,
  yesUnlink: '解除する',
  no: 'やめる',
  kept: '連携はそのままです。',
  unlinked: (roles) => (roles.length > 0 ? `連携を解除しました（${roles.join('、')}）。` : '連携は解除されています。'),
  answerExpired: 'この確認は期限が切れたか、すでに使われました。もう一度はじめからお試しください。',
};

const en: TalkTexts = {
  invite: 'Link your membership with your LINE account: press the button within 10 minutes.',
  inviteButton: 'Link',
  howToUnlink: (keyword) => `You can unlink at any time: send “${keyword}”.`,
  friendsOnly: 'Linking could not be prepared. Please add this account as a friend, then try again.',
  linkedAlready: 'This LINE account is linked already.',
  linked: 'You are linked.',
  myPage: 'Open my page',
  unlinkButton: 'Unlink',
  askForCode: 'Please send your user code (10 characters) in this talk.',
  caseMatters: 'Upper and lower case matter.',
  agreeToWording: 'Do you agree to the above, and link this LINE account as a user?',
  agree: 'Agree and link',
  disagree: 'Stop',
  notAgreed: 'You stopped. Nothing has been linked.',
  codeWrong: 'This code did not work. Please check it and send it again.',
  codeWait: (milliseconds) =>
    `Several wrong codes were sent, so none is taken for now. Please send it again in about ${waitingTime(milliseconds, 'en')}.`,
  takenLineUser: 'This LINE account is linked with another member. Please unlink that first.',
  takenMember: 'This member is linked with another LINE account. Please unlink that first.',
  failed: 'Linking did not work. Please start again.',
  roles: { contractor: 'contractor', user: 'user', member: 'member' },
  notLinked: 'This LINE account is not linked.',
  whichToUnlink: 'Which link should end?',
  oneLink: (role, linkedOn) => `Link as ${role} (since ${linkedOn})`,
  allLinks: 'All links',
  reallyUnlink: 'End all links? You will no longer get news and menus for members.',
  reallyUnlinkOne: (role) => `End the link as ${role}? You will no longer get news and menus for members.`,
  yesUnlink: 'Unlink',
  no: 'Keep',
  kept: 'Nothing was changed.',
  unlinked: (roles) => (roles.length > 0 ? `You are unlinked (${roles.join(', ')}).` : 'You are unlinked.'),
  answerExpired: 'This question has expired or was answered before. Please start again.',
};

export const TALK_TEXTS: Record<Lang, TalkTexts> = { ja, en };
