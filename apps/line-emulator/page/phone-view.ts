import type { Channel, ChatEntry } from '../channels/channel.js';
import type { UserState } from '../users/user-book.js';
import type { Holder } from './actions-view.js';
import { holderFields } from './actions-view.js';
import { avatar } from './avatar.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { menuView } from './menu-view.js';
import { messageView, quickReplyView } from './messages-view.js';
import { calendarDay, clockTime } from './times.js';

const shownEntries = 200;

/** One person's phone with the channel's talk open, as the parts of the page that change by themselves. */
export function phoneParts(channel: Channel, user: number): Record<'head' | 'talk' | 'note' | 'menu', Html> {
  const holder = { channelId: channel.account.channelId, userId: channel.users.userId(user) };
  const state = channel.users.state(user);
  return {
    head: headView(channel, user, holder),
    talk: talkView(channel, user, holder),
    note: html`${notes[state]}`,
    menu: menuView(channel, user, holder),
  };
}

const notes: Record<UserState, string> = {
  friend: '',
  blocked: 'この人はアカウントをブロックしています。今送ったメッセージは届きません。',
  stranger: 'この人はまだ友だちではありません。',
  deleted: 'このLINEアカウントは削除されました。',
  unknown: 'このプロバイダーでは知られていない人です。',
};

/** What a person in each state can do about it. */
const changes: Partial<Record<UserState, { to: UserState; label: string }>> = {
  friend: { to: 'blocked', label: 'ブロック' },
  blocked: { to: 'friend', label: 'ブロック解除' },
  stranger: { to: 'friend', label: '友だち追加' },
};

function headView(channel: Channel, user: number, holder: Holder): Html {
  const change = changes[channel.users.state(user)];
  const button =
    change &&
    html`<form method="post" action="/_phones/state">
      ${holderFields(holder)}<button name="state" value="${change.to}">${change.label}</button>
    </form>`;
  const back = `/?${new URLSearchParams({ channelId: holder.channelId }).toString()}`;
  return html`<a id="back" href="${back}" aria-label="一覧に戻る">‹</a>
    <span><b>${channel.account.displayName}</b><small>${channel.users.displayName(user)}の端末</small></span>
    ${button}`;
}

/** The conversation of one person with the account. */
function talkView(channel: Channel, user: number, holder: Holder): Html {
  const entries = channel.chatOf(user).slice(-shownEntries);
  let day = '';
  const lines = entries.map((entry) => {
    const today = calendarDay.format(entry.at);
    const isNew = today !== day;
    day = today;
    return html`${isNew && html`<div class="day">${today}</div>`}${entryView(channel, entry, holder)}`;
  });
  const last = entries.at(-1);
  const chips = last?.from === 'account' ? quickReplyView(last.messages.at(-1), holder) : html``;
  const empty =
    lines.length === 0 && html`<div class="day">まだ何もありません。届いたメッセージがここに並びます。</div>`;
  return html`${empty}${lines}${chips}`;
}

function entryView(channel: Channel, entry: ChatEntry, holder: Holder): Html {
  const time = html`<time>${clockTime.format(entry.at)}</time>`;
  const fromAccount = entry.from === 'account';
  return html`${entry.messages.map(
    (message) =>
      html`<div class="line ${entry.from}">
        ${fromAccount && avatar(channel.account.displayName, 3)}${messageView(message, holder)}${time}
      </div>`,
  )}`;
}
