import type { JsonObject } from '../validation/problems.js';
import { tappable } from './actions-view.js';
import type { Holder } from './actions-view.js';
import { objectOf, objectsOf, textOf } from './fields.js';
import { Html, html, webAddress } from './html.js';

const fontSizes: Record<string, string> = {
  xxs: '11px',
  xs: '12px',
  sm: '13px',
  md: '15px',
  lg: '17px',
  xl: '20px',
  xxl: '24px',
  '3xl': '28px',
  '4xl': '32px',
  '5xl': '40px',
};
const spaces: Record<string, string> = {
  none: '0',
  xs: '2px',
  sm: '4px',
  md: '8px',
  lg: '12px',
  xl: '16px',
  xxl: '20px',
};
const sides: Record<string, string> = { start: 'left', center: 'center', end: 'right' };

/** A length or keyword of the flex language as CSS; anything else, and so anything dangerous, is dropped. */
function length(value: string, keywords: Record<string, string>): string | undefined {
  if (Object.hasOwn(keywords, value)) return keywords[value];
  return /^\d{1,4}(\.\d+)?(px|%)$/.test(value) ? value : undefined;
}

const colour = (value: string) => (/^#[0-9a-f]{3,8}$/i.test(value) ? value : undefined);

function styleOf(component: JsonObject, own: Record<string, string | undefined>): string {
  const flex = component['flex'];
  const rules: Record<string, string | undefined> = {
    ...own,
    'margin-top': own['margin-top'] ?? length(textOf(component, 'margin'), spaces),
    flex: typeof flex === 'number' ? `${flex} 1 0` : undefined,
  };
  return Object.entries(rules)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]))
    .join(';');
}

function box(component: JsonObject, holder: Holder): Html {
  const horizontal = ['horizontal', 'baseline'].includes(textOf(component, 'layout'));
  const style = styleOf(component, {
    gap: length(textOf(component, 'spacing'), spaces),
    padding: length(textOf(component, 'paddingAll'), spaces),
    background: colour(textOf(component, 'backgroundColor')),
    'border-radius': length(textOf(component, 'cornerRadius'), spaces),
    'align-items': textOf(component, 'layout') === 'baseline' ? 'baseline' : undefined,
  });
  const children = objectsOf(component, 'contents').map((child) => flexComponent(child, holder));
  const inside = html`${children}`;
  const className = `flex-box${horizontal ? ' row' : ''}`;
  return html`<div class="${className}" style="${style}">${inside}</div>`;
}

function text(component: JsonObject): Html {
  const style = styleOf(component, {
    'font-size': length(textOf(component, 'size'), fontSizes),
    'font-weight': textOf(component, 'weight') === 'bold' ? '700' : undefined,
    color: colour(textOf(component, 'color')),
    'text-align': sides[textOf(component, 'align')],
    'text-decoration': textOf(component, 'decoration') === 'line-through' ? 'line-through' : undefined,
  });
  const spans = objectsOf(component, 'contents');
  const inside = spans.length > 0 ? html`${spans.map((span) => text(span))}` : html`${textOf(component, 'text')}`;
  const className = component['wrap'] === true ? 'flex-text wrap' : 'flex-text';
  return html`<span class="${className}" style="${style}">${inside}</span>`;
}

function button(component: JsonObject, holder: Holder): Html {
  const kind = textOf(component, 'style') || 'link';
  const action = objectOf(component, 'action');
  const chosen = colour(textOf(component, 'color'));
  const style = styleOf(component, kind === 'link' ? { color: chosen } : { background: chosen });
  const inside = html`<span class="flex-button ${kind}" style="${style}">${textOf(action, 'label')}</span>`;
  return tappable(action, 'bare', { inside, holder });
}

function image(component: JsonObject): Html {
  const url = webAddress(component['url']);
  return url ? html`<img class="flex-image" src="${url}" alt="" loading="lazy" />` : html``;
}

const views: Record<string, (component: JsonObject, holder: Holder) => Html> = {
  box,
  text,
  span: text,
  button,
  image,
  icon: (component) => html`<span class="flex-icon">${image(component)}</span>`,
  video: (component, holder) => flexComponent(objectOf(component, 'altContent'), holder),
  separator: () => html`<hr />`,
};

function flexComponent(component: JsonObject, holder: Holder): Html {
  const type = textOf(component, 'type');
  const view = Object.hasOwn(views, type) ? views[type] : undefined;
  const inside = view ? view(component, holder) : html``;
  const action = objectOf(component, 'action');
  return type !== 'button' && textOf(action, 'type') ? tappable(action, 'bare', { inside, holder }) : inside;
}

function bubble(container: JsonObject, holder: Holder): Html {
  const blocks = ['header', 'hero', 'body', 'footer'].flatMap((name) => {
    const block = objectOf(container, name);
    return textOf(block, 'type') ? [html`<div class="flex-${name}">${flexComponent(block, holder)}</div>`] : [];
  });
  return html`<div class="card flex ${textOf(container, 'size')}">${blocks}</div>`;
}

/** A flex message's container: one bubble, or several side by side. */
export function flexView(container: JsonObject, holder: Holder): Html {
  if (textOf(container, 'type') !== 'carousel') return bubble(container, holder);
  return html`<div class="carousel">${objectsOf(container, 'contents').map((one) => bubble(one, holder))}</div>`;
}
