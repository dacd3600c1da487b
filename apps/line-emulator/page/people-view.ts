import type { Channel } from '../channels/channel.js';
import type { UserState } from '../users/user-book.js';
import { avatar } from './avatar.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { preview } from './messages-view.js';
import { clockTime } from './times.js';

const shownPeople = 200;
/** Up to this many people the list is sorted by what happened last. */
const sortedPeople = 50_000;

export const stateNames: Record<UserState, string> = {
  friend: '友だち',
  blocked: 'ブロック中',
  deleted: '退会',
  stranger: '友だち以外',
  unknown: '不明',
};

/** Where a person's phone is shown. */
export function phoneAddress(channelId: string, userId: string): string {
  return `/?${new URLSearchParams({ channelId, userId }).toString()}`;
}

/** The list of people, who was heard of last on top. */
export function peopleView(channel: Channel, q: string, chosen: string | undefined): Html {
  const found = chosenPeople(channel, q);
  const rows = found.slice(0, shownPeople).map((user) => {
    const userId = channel.users.userId(user);
    const name = channel.users.displayName(user);
    const state = channel.users.state(user);
    const heard = lastHeard(channel, user);
    const href = phoneAddress(channel.account.channelId, userId);
    return html`<a class="person${userId === chosen && ' chosen'}" data-user="${userId}" href="${href}">
      ${avatar(name, user)}
      <span class="who"><b>${name}</b><small>${heard?.words ?? 'まだ何もありません'}</small></span>
      <span class="when">${heard && clockTime.format(heard.at)}<em class="${state}">${stateNames[state]}</em></span>
    </a>`;
  });
  const more = found.length - rows.length;
  const rest =
    more > 0 && html`<p class="more">ほか${more.toLocaleString('ja')}人。名前かユーザーIDで探してください</p>`;
  return rows.length > 0 ? html`${rows}${rest}` : html`<p class="more">誰もいません。</p>`;
}

function chosenPeople(channel: Channel, q: string): number[] {
  const { users } = channel;
  const found: number[] = [];
  for (const user of users.list()) {
    const fits = q === '' || users.displayName(user).includes(q) || users.userId(user).startsWith(q);
    if (fits && users.state(user) !== 'unknown') found.push(user);
  }
  if (found.length <= sortedPeople) {
    const at = new Map(found.map((user) => [user, lastAt(channel, user)]));
    found.sort((a, b) => (at.get(b) ?? 0) - (at.get(a) ?? 0));
  }
  return found;
}

function lastHeard(channel: Channel, user: number): { at: number; words: string } | undefined {
  const send = channel.ledger.latestDeliveredTo(user);
  const wrote = channel.chats.of(user).at(-1);
  if (wrote && (!send || wrote.at >= send.at)) return { at: wrote.at, words: preview(wrote.message) };
  return send && { at: send.at, words: preview(channel.ledger.contents.messages(send.content).at(-1) ?? {}) };
}

function lastAt(channel: Channel, user: number): number {
  const wroteAt = channel.chats.of(user).at(-1)?.at ?? 0;
  return Math.max(channel.ledger.latestDeliveredTo(user)?.at ?? 0, wroteAt);
}
