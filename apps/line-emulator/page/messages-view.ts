import type { JsonObject } from '../validation/problems.js';
import { actionButton, tappable } from './actions-view.js';
import type { Holder } from './actions-view.js';
import { objectOf, objectsOf, textOf } from './fields.js';
import { flexView } from './flex-view.js';
import type { Html } from './html.js';
import { html, webAddress } from './html.js';

type View = (message: JsonObject, holder: Holder) => Html;

const bubble = (inside: Html) => html`<div class="bubble">${inside}</div>`;

function picture(url: unknown, className: string): Html {
  const address = webAddress(url);
  return address ? html`<img class="${className}" src="${address}" alt="" loading="lazy" />` : html``;
}

function card(column: JsonObject, holder: Holder): Html {
  const title = textOf(column, 'title');
  return html`<div class="card">
    ${picture(column['thumbnailImageUrl'], 'thumb')}
    <div class="card-text">
      ${title && html`<b>${title}</b>`}
      <p>${textOf(column, 'text')}</p>
    </div>
    ${objectsOf(column, 'actions').map((action) => actionButton(action, holder))}
  </div>`;
}

function template(message: JsonObject, holder: Holder): Html {
  const content = objectOf(message, 'template');
  const type = textOf(content, 'type');
  if (type === 'carousel') {
    return html`<div class="carousel">${objectsOf(content, 'columns').map((one) => card(one, holder))}</div>`;
  }
  if (type !== 'image_carousel') return card(content, holder);
  const columns = objectsOf(content, 'columns').map((column) => {
    const action = objectOf(column, 'action');
    const label = textOf(action, 'label');
    const inside = html`${picture(column['imageUrl'], 'square')}${label && html`<i>${label}</i>`}`;
    return tappable(action, 'bare picture', { inside, holder });
  });
  return html`<div class="carousel">${columns}</div>`;
}

const views: Record<string, View> = {
  text: (message) => bubble(html`${textOf(message, 'text')}`),
  textV2: (message) => bubble(html`${textOf(message, 'text')}`),
  sticker: (message) => html`<div class="sticker">☺<small>${textOf(message, 'stickerId')}</small></div>`,
  image: (message) => picture(message['previewImageUrl'] ?? message['originalContentUrl'], 'photo'),
  video: (message) => html`<div class="video">${picture(message['previewImageUrl'], 'photo')}<span>▶</span></div>`,
  audio: () => bubble(html`ボイスメッセージ`),
  location: (message) => bubble(html`<b>${textOf(message, 'title')}</b><br />${textOf(message, 'address')}`),
  coupon: (message) => bubble(html`<b>クーポン</b><br />${textOf(message, 'couponId')}`),
  imagemap: (message) => {
    const base = webAddress(message['baseUrl']);
    return base ? picture(`${base}/1040`, 'photo') : bubble(html`${textOf(message, 'altText')}`);
  },
  template,
  flex: (message, holder) => flexView(objectOf(message, 'contents'), holder),
};

/** One message object as a phone would show it; of a kind we cannot draw, its words. */
export function messageView(message: JsonObject, holder: Holder): Html {
  const type = textOf(message, 'type');
  const view = Object.hasOwn(views, type) ? views[type] : undefined;
  return view ? view(message, holder) : bubble(html`${textOf(message, 'altText') || `[${type}]`}`);
}

/** The chips above the keyboard. */
export function quickReplyView(message: JsonObject | undefined, holder: Holder): Html {
  const items = message ? objectsOf(objectOf(message, 'quickReply'), 'items') : [];
  if (items.length === 0) return html``;
  return html`<div class="chips">${items.map((item) => actionButton(objectOf(item, 'action'), holder, 'chip'))}</div>`;
}

/** A message in one line, for the list of people. */
export function preview(message: JsonObject): string {
  const words = textOf(message, 'text') || textOf(message, 'altText') || `[${textOf(message, 'type')}]`;
  return words.length > 40 ? `${words.slice(0, 40)}…` : words;
}
