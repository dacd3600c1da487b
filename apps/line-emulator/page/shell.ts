import type { Channel } from '../channels/channel.js';
import type { Holder } from './actions-view.js';
import { holderFields } from './actions-view.js';
import { Html, html } from './html.js';
import { peopleView } from './people-view.js';
import { phoneParts } from './phone-view.js';
import { script } from './script.js';
import { style } from './style.js';

export interface View {
  channels: Channel[];
  channel: Channel | undefined;
  /** The person whose phone is open. */
  user: number | undefined;
  q: string;
}

/** The whole page; it works as it is, and the script keeps it up to date. */
export function shell({ channels, channel, user, q }: View, nonce: string): Html {
  const holder =
    channel && user !== undefined
      ? { channelId: channel.account.channelId, userId: channel.users.userId(user) }
      : undefined;
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>LINEエミュレーター</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body
        class="${holder && 'open'}"
        data-channel="${channel?.account.channelId}"
        data-user="${holder?.userId}"
        data-version="${channel?.version}"
      >
        <aside id="people">
          ${finder({ channels, channel, q })}
          <nav id="list" aria-label="人の一覧">
            ${channel ? peopleView(channel, q, holder?.userId) : html`<p class="more">チャネルがまだありません。</p>`}
          </nav>
        </aside>
        <main>
          ${
            channel && user !== undefined && holder
              ? phone(channel, user, holder)
              : html`<p id="hint">一覧から人を選ぶと、その人の端末が見られます。</p>`
          }
          <p id="notice" role="status" hidden></p>
        </main>
        <script nonce="${nonce}">
          ${new Html(script)};
        </script>
      </body>
    </html>`;
}

function finder({ channels, channel, q }: Omit<View, 'user'>): Html {
  const options = channels.map((one) => {
    const { channelId, displayName } = one.account;
    const selected = one === channel && new Html('selected');
    return html`<option value="${channelId}" ${selected}>${displayName} · ${channelId}</option>`;
  });
  return html`<form id="find" action="/">
    <h1>LINEエミュレーター</h1>
    <select name="channelId" aria-label="チャネル">
      ${options}
    </select>
    <input name="q" type="search" value="${q}" placeholder="名前・ユーザーID" aria-label="人を探す" />
    <noscript><button>表示</button></noscript>
  </form>`;
}

function phone(channel: Channel, user: number, holder: Holder): Html {
  const { head, talk, note, menu } = phoneParts(channel, user);
  return html`<section id="phone" aria-label="端末">
    <header id="head">${head}</header>
    <div id="scroll"><div id="talk" aria-live="polite">${talk}</div></div>
    <p id="note">${note}</p>
    <form id="say" method="post" action="/_phones/say">
      ${holderFields(holder)}
      <input
        name="text"
        autocomplete="off"
        required
        maxlength="5000"
        placeholder="メッセージを入力"
        aria-label="メッセージ"
      />
      <button aria-label="送信">➤</button>
    </form>
    <div id="menu">${menu}</div>
    <form id="act" method="post" action="/_phones/act">${holderFields(holder)}</form>
  </section>`;
}
