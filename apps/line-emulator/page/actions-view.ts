import type { JsonObject } from '../validation/problems.js';
import { textOf } from './fields.js';
import type { Html } from './html.js';
import { html, webAddress } from './html.js';

/** Whose phone it is: what is tapped there happens in that person's name. */
export interface Holder {
  channelId: string;
  userId: string;
}

/** Where an address opens in the browser inside LINE, which knows whose phone it is; undefined if it is not the web's. */
export function browseAddress({ channelId, userId }: Holder, uri: unknown): string | undefined {
  const url = webAddress(uri);
  return url && `/_emulator/browse?${new URLSearchParams({ channelId, userId, url }).toString()}`;
}

/** Something to tap: an address opens, everything else is posted with the page's own form. */
export function tappable(action: JsonObject, className: string, { inside, holder }: { inside: Html; holder: Holder }) {
  const type = textOf(action, 'type');
  if (type === 'uri') {
    const href = browseAddress(holder, action['uri']);
    return href ? html`<a class="${className}" href="${href}">${inside}</a>` : untappable(className, inside);
  }
  if (!['message', 'postback', 'datetimepicker', 'clipboard'].includes(type)) return untappable(className, inside);
  const value = JSON.stringify(action);
  return html`<button class="${className}" form="act" name="action" value="${value}">${inside}</button>`;
}

function untappable(className: string, inside: Html): Html {
  return html`<span class="${className}">${inside}</span>`;
}

export function actionButton(action: JsonObject, holder: Holder, className = 'action'): Html {
  const inside = html`${textOf(action, 'label') || textOf(action, 'text') || '›'}`;
  return tappable(action, className, { inside, holder });
}

/** The fields that say whose phone a form was sent from. */
export function holderFields({ channelId, userId }: Holder): Html {
  return html`<input type="hidden" name="channelId" value="${channelId}" /><input
      type="hidden"
      name="userId"
      value="${userId}"
    />`;
}
