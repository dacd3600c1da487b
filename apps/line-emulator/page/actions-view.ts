import type { JsonObject } from '../validation/problems.js';
import { textOf } from './fields.js';
import type { Html } from './html.js';
import { html, webAddress } from './html.js';

/** Something to tap: an address opens, a message or postback goes to the account. */
export function tappable(action: JsonObject, className: string, inside: Html): Html {
  const type = textOf(action, 'type');
  const href = type === 'uri' ? webAddress(action['uri']) : undefined;
  if (href) {
    return html`<a class="${className}" href="${href}" target="_blank" rel="noopener noreferrer">${inside}</a>`;
  }
  if (type === 'postback') {
    const shown = textOf(action, 'displayText') || textOf(action, 'text');
    const data = textOf(action, 'data');
    return html`<button class="${className}" data-postback="${data}" data-say="${shown}">${inside}</button>`;
  }
  if (type === 'message') {
    return html`<button class="${className}" data-say="${textOf(action, 'text')}">${inside}</button>`;
  }
  return html`<span class="${className}">${inside}</span>`;
}

export function actionButton(action: JsonObject, className = 'action'): Html {
  return tappable(action, className, html`${textOf(action, 'label') || textOf(action, 'text') || '›'}`);
}
