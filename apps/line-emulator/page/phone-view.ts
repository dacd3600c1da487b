import type { Channel, ChatEntry } from '../channels/channel.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { messageView, preview, quickReplyView } from './messages-view.js';

const shownPeople = 200;
/** Up to this many people the list is sorted by what happened last. */
const sortedPeople = 50_000;
const shownEntries = 200;

const inJapan = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', ...options });
const clockTime = inJapan({ hour: '2-digit', minute: '2-digit' });
const calendarDay = inJapan({ month: 'long', day: 'numeric', weekday: 'short' });

const characters = new Intl.Segmenter('ja', { granularity: 'grapheme' });

/** The face of somebody without a picture: first letter on a colour of their own. */
function avatar(name: string, number: number): Html {
  const [first] = characters.segment(name);
  return html`<span class="avatar" style="background:hsl(${(number * 47) % 360} 45% 62%)"
    >${first?.segment ?? '?'}</span
  >`;
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

/** The list of people, who was heard of last on top. */
export function peopleView(channel: Channel, q: string, chosen: string | undefined): Html {
  const found = chosenPeople(channel, q);
  const rows = found.slice(0, shownPeople).map((user) => {
    const userId = channel.users.userId(user);
    const name = channel.users.displayName(user);
    const state = channel.users.state(user);
    const heard = lastHeard(channel, user);
    return html`<a class="person${userId === chosen && ' chosen'}" data-user="${userId}" href="#${userId}">
      ${avatar(name, user)}
      <span class="who"><b>${name}</b><small>${heard?.words ?? 'no messages yet'}</small></span>
      <span class="when">${heard && clockTime.format(heard.at)}<em class="${state}">${state}</em></span>
    </a>`;
  });
  const more = found.length - rows.length;
  const rest = more > 0 && html`<p class="more">and ${more.toLocaleString('en')} more: search by name or id</p>`;
  return rows.length > 0 ? html`${rows}${rest}` : html`<p class="more">Nobody here.</p>`;
}

function entryView(channel: Channel, entry: ChatEntry): Html {
  const time = html`<time>${clockTime.format(entry.at)}</time>`;
  const fromAccount = entry.from === 'account';
  return html`${entry.messages.map(
    (message) =>
      html`<div class="line ${entry.from}">
        ${fromAccount && avatar(channel.account.displayName, 3)}${messageView(message)}${time}
      </div>`,
  )}`;
}

/** The conversation of one person with the account. */
export function chatView(channel: Channel, user: number): Html {
  const entries = channel.chatOf(user).slice(-shownEntries);
  let day = '';
  const lines = entries.map((entry) => {
    const today = calendarDay.format(entry.at);
    const isNew = today !== day;
    day = today;
    return html`${isNew && html`<div class="day">${today}</div>`}${entryView(channel, entry)}`;
  });
  const last = entries.at(-1);
  const chips = last?.from === 'account' ? quickReplyView(last.messages.at(-1)) : html``;
  const empty = lines.length === 0 && html`<div class="day">Nothing yet. What the account sends appears here.</div>`;
  return html`${empty}${lines}${chips}`;
}
