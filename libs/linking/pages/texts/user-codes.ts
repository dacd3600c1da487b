import type { Lang } from '../language.js';

interface UserCodeTexts {
  title: string;
  lead: string;
  /** The code is as good as its letters. */
  caseMatters: string;
  begin: string;
  /** Where LINE Login is not set up. @param word that opens it in the talk */
  inTalk: string;
  label: string;
  submit: string;
  wrong: string;
  wait: (time: string) => string;
  codesTitle: string;
  codesLead: string;
  noName: string;
}

const ja: UserCodeTexts = {
  title: 'ユーザーコードの入力',
  lead: 'ご契約者さまから受け取ったユーザーコード（10文字）を入力すると、ご利用者さまのLINEアカウントを連携できます。',
  caseMatters: '大文字と小文字は区別されます。',
  begin: 'LINEで本人確認をして進む',
  inTalk: 'LINEの公式アカウントのトークに、ユーザーコードをそのまま送ってください。',
  label: 'ユーザーコード',
  submit: '次へ進む',
  wrong: 'このコードでは連携できませんでした。コードをご確認のうえ、もう一度入力してください。',
  wait: (time) => `正しくないコードが続いたため、受け付けを休んでいます。約${time}後に、もう一度お試しください。`,
  codesTitle: 'ご利用者さまのユーザーコード',
  codesLead: 'ご利用者さまのLINEから、このコードを入力していただくと連携が完了します。',
  noName: 'ご利用者さま',
};

const en: UserCodeTexts = {
  title: 'Enter a user code',
  lead: 'With the user code (10 characters) from the contractor, you link your own LINE account as a user of the contract.',
  caseMatters: 'Upper and lower case matter.',
  begin: 'Go on with LINE',
  inTalk: 'Please send the user code in the chat of our official account on LINE.',
  label: 'User code',
  submit: 'Next',
  wrong: 'This code did not work. Please check it and enter it again.',
  wait: (time) => `Several wrong codes were entered, so none is taken for now. Please try again in about ${time}.`,
  codesTitle: 'User codes of your contract',
  codesLead: 'Each user links by entering this code from their own LINE account.',
  noName: 'User',
};

export const USER_CODE_TEXTS: Record<Lang, UserCodeTexts> = { ja, en };
