import type { Channel } from '../channels/channel.js';
import { avatar } from '../page/avatar.js';
import type { Html } from '../page/html.js';
import { html } from '../page/html.js';
import type { AuthorizeRequest } from './authorize-request.js';
import { mayBefriend } from './authorize.js';
import type { Page } from './browser.js';
import { canSignIn } from './browser.js';

const shownPeople = 30;

function person({ users }: Channel, userId: string): Html {
  const user = users.enter(userId);
  return who(users.displayName(user), user);
}

/** Face and name; `number` gives the colour. */
function who(name: string, number: number, words?: string): Html {
  return html`<div class="who">
    ${avatar(name, number)}
    <p><b>${name}</b></p>
    ${words !== undefined && html`<p class="quiet">${words}</p>`}
  </div>`;
}

/** A form that says one step further; `told` is what earlier steps said. */
function step(name: string, told: Record<string, string>, inside: Html): Html {
  const fields = Object.entries({ step: name, ...told }).map(
    ([key, value]) => html`<input type="hidden" name="${key}" value="${value}" />`,
  );
  return html`<form method="post">${fields}${inside}</form>`;
}

/** Stands for the mail address and password: whoever is picked is signed in. */
export function signInScreen(channel: Channel, problem?: string): Page {
  const { users } = channel;
  const people: Html[] = [];
  for (const user of users.list()) {
    const userId = users.userId(user);
    if (!canSignIn(channel, userId)) continue;
    if (people.length === shownPeople) break;
    const name = users.displayName(user);
    people.push(
      html`<li>
        <button class="person" name="userId" value="${userId}">${avatar(name, user)}<span>${name}</span></button>
      </li>`,
    );
  }
  const byId = html`<input type="text" name="userId" aria-label="ユーザーID" placeholder="ユーザーID" required />
    <button class="no">このIDでログイン</button>`;
  const body = html`<h1>LINEにログイン</h1>
    <p class="quiet">どなたとしてログインしますか？</p>
    ${problem !== undefined && html`<p role="alert">${problem}</p>`}
    ${step(
      'sign-in',
      {},
      html`<ul>
        ${people}
      </ul>`,
    )}
    ${step('sign-in', {}, byId)}`;
  return { title: 'ログイン', body, status: problem === undefined ? 200 : 400 };
}

/** Single sign-on: the browser knows them, but they are asked. */
export function confirmScreen({ channel }: AuthorizeRequest, told: Told): Page {
  const body = html`<h1>次のアカウントでログイン</h1>
    ${person(channel, told.userId)} ${step('confirm', told, html`<button class="go">ログイン</button>`)}
    ${step('switch', {}, html`<button class="plain">別のアカウントでログイン</button>`)}`;
  return { title: 'ログイン', body };
}

const permissions: Record<string, [string, string]> = {
  profile: ['メインプロフィール情報', '必須'],
  openid: ['あなたの内部識別子', '必須'],
  email: ['メールアドレス', '任意'],
};

export function consentScreen(request: AuthorizeRequest, told: Told): Page {
  const { channel, scopes, botPrompt } = request;
  const { displayName } = channel.account;
  const asked = scopes.map((scope) => {
    const [words = scope, need] = permissions[scope] ?? [];
    return html`<li><span>${words}</span><em>${need}</em></li>`;
  });
  const option = botPrompt === 'normal' && friendOption(request, told.userId);
  const body = html`${who(displayName, 0, 'サービス提供者があなたに次の権限を求めています。')}
    <ul>
      ${asked}
    </ul>
    <p class="quiet">${nameOf(channel, told.userId)} としてログインします。</p>
    ${step('consent', told, html`${option}<button class="go">許可する</button>`)}
    ${step('cancel', told, html`<button class="no">キャンセル</button>`)}`;
  return { title: '同意', body };
}

/** A checkbox for those who have not added the account or block it; a note for friends. */
function friendOption(request: AuthorizeRequest, userId: string): Html {
  const { displayName } = request.channel.account;
  if (!mayBefriend(request, userId)) return html`<p class="quiet">${displayName} は友だち追加済みです。</p>`;
  const words = isBlocked(request, userId) ? 'のブロックを解除する' : 'を友だち追加する';
  return html`<label
    ><input type="checkbox" name="addFriend" value="true" /><span>${displayName} ${words}</span></label
  >`;
}

/** The extra screen of `bot_prompt=aggressive`. */
export function addFriendScreen(request: AuthorizeRequest, told: Told): Page {
  const { displayName } = request.channel.account;
  const blocked = isBlocked(request, told.userId);
  const add = html`<button class="go" name="addFriend" value="true">
    ${blocked ? 'ブロックを解除' : '友だち追加'}
  </button>`;
  const skip = html`<button class="no" name="addFriend" value="false">
    ${blocked ? '解除しない' : '追加しない'}
  </button>`;
  const body = html`<h1>${blocked ? 'ブロックを解除しますか？' : '友だちに追加しますか？'}</h1>
    ${who(displayName, 0, 'LINE公式アカウントからお知らせが届きます。')}
    ${step('add-friend', told, html`${add}${skip}`)}`;
  return { title: '友だち追加', body };
}

/** A wrong client or callback address is never redirected to. */
export function badRequestScreen(parameter: string): Page {
  const body = html`<h1>400 Bad Request</h1>
    <p>Invalid ${parameter} value. Check if it is registered in a LINE developers site.</p>
    <p class="quiet">リクエストが正しくないため、ログインできません。元の画面に戻り、もう一度お試しください。</p>`;
  return { title: '400 Bad Request', body, status: 400 };
}

export const linkedScreen: Page = {
  title: 'アカウント連携',
  body: html`<h1>アカウントを連携しました</h1>
    <p>トーク画面に戻ってください。</p>`,
};

export const notLinkedScreen: Page = {
  title: 'アカウント連携',
  body: html`<h1>アカウントを連携できませんでした</h1>
    <p>連携を始めたLINEアカウントと異なるアカウントで開かれています。トーク画面からもう一度お試しください。</p>`,
  status: 400,
};

export const linkErrorScreen: Page = {
  title: 'アカウント連携',
  body: html`<h1>エラーが発生しました</h1>
    <p>リンクの有効期限が切れているか、すでに使用されています。トーク画面からもう一度お試しください。</p>`,
  status: 400,
};

/** What the screens hand on to the next. */
export interface Told extends Record<string, string> {
  userId: string;
}

const nameOf = ({ users }: Channel, userId: string) => users.displayName(users.enter(userId));

const isBlocked = ({ channel: { users } }: AuthorizeRequest, userId: string) =>
  users.state(users.enter(userId)) === 'blocked';
