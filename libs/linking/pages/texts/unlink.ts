import type { LinkRole } from '../../link.entity.js';
import type { Lang } from '../language.js';

const ja = {
  title: '連携の解除',
  lead: '会員情報とLINEアカウントの連携を解除します。まず、連携しているLINEアカウントを確認します。',
  start: 'LINEで確認する',
  choose: '解除する連携を選んでください。',
  member: '会員番号',
  since: '連携日',
  effect:
    '解除すると、会員向けのお知らせはLINEに届かなくなり、トーク画面のメニューも連携前のものに戻ります。会員登録やポイントはなくなりません。もう一度連携することもできます。',
  confirm: '連携を解除する',
  cancel: 'やめる',
  noneTitle: '連携されていません',
  none: 'このLINEアカウントは、会員と連携されていません。手続きは必要ありません。',
  chooseOne: '解除する連携を1つ以上選んでください。',
};

const en: Record<keyof typeof ja, string> = {
  title: 'End the link',
  lead: 'This ends the link between your membership and your LINE account. First, let us see which LINE account it is.',
  start: 'Check with LINE',
  choose: 'Please choose what to end.',
  member: 'Member number',
  since: 'Linked since',
  effect:
    'You will no longer get messages for members on LINE, and the menu of our chat becomes the one from before. Your membership and your points stay. You can link again at any time.',
  confirm: 'End the link',
  cancel: 'Keep it',
  noneTitle: 'You are not linked',
  none: 'This LINE account is not linked with a member. There is nothing you need to do.',
  chooseOne: 'Please choose at least one link to end.',
};

export const UNLINK_TEXTS: Record<Lang, Record<keyof typeof ja, string>> = { ja, en };

export const ROLE_NAMES: Record<Lang, Record<LinkRole, string>> = {
  ja: { contractor: '契約者', user: '利用者', member: '会員' },
  en: { contractor: 'contractor', user: 'user', member: 'member' },
};

/** A link in a list: the role, and what else tells it from others. */
export function namedLink(lang: Lang, role: LinkRole, details: string[]): string {
  const name = ROLE_NAMES[lang][role];
  return lang === 'ja' ? `${name}（${details.join('、')}）` : `${name} (${details.join(', ')})`;
}
