import type { Channel } from '../channels/channel.js';
import type { Area, RichMenu, Size } from '../rich-menus/rich-menu.js';
import type { JsonObject } from '../validation/problems.js';
import type { Holder } from './actions-view.js';
import { browseAddress, holderFields } from './actions-view.js';
import { textOf } from './fields.js';
import { Html, html, webAddress } from './html.js';

/** The rich menu this person sees, under a bar that opens and closes it; nothing if they see none. */
export function menuView(channel: Channel, user: number, holder: Holder): Html {
  const { kept } = channel.richMenus.shownTo(user);
  if (!kept) return html``;
  const { richMenuId, menu } = kept;
  const image = `/_phones/menu-image?${new URLSearchParams({ channelId: holder.channelId, richMenuId }).toString()}`;
  return html`<details data-menu="${richMenuId}" ${menu.selected && new Html('open')}>
    <summary>${menu.chatBarText}</summary>
    <form method="post" action="/_phones/tap">
      ${holderFields(holder)}
      <div class="menu-image" style="aspect-ratio:${menu.size.width}/${menu.size.height}">
        <img src="${image}" alt="${menu.chatBarText}" />
        ${menu.areas.map((area, i) => areaView(area, i, { menu, holder }))}
      </div>
    </form>
  </details>`;
}

/** A place to tap; where two overlap, the one that is listed first is on top. */
function areaView(area: Area, i: number, { menu, holder }: { menu: RichMenu; holder: Holder }): Html {
  const { action } = area;
  const style = `${placeOf(area, menu.size)};z-index:${menu.areas.length - i}`;
  const name = nameOf(action, i);
  if (action['type'] !== 'uri') {
    return html`<button class="area" name="area" value="${i}" aria-label="${name}" style="${style}"></button>`;
  }
  const uri = action['uri'];
  const href = browseAddress(holder, uri) ?? (String(uri).startsWith('tel:') ? String(uri) : undefined);
  return href
    ? html`<a class="area" href="${href}" aria-label="${name}" style="${style}"></a>`
    : html`<span class="area" role="link" aria-disabled="true" aria-label="${name}" style="${style}"></span>`;
}

function placeOf({ bounds: { x, y, width, height } }: Area, size: Size): string {
  const share = (part: number, whole: number) => `${((part / whole) * 100).toFixed(3)}%`;
  const [left, top] = [share(x, size.width), share(y, size.height)];
  return `left:${left};top:${top};width:${share(width, size.width)};height:${share(height, size.height)}`;
}

/** What a screen reader says: the label, which is there for it, or else what the tap does. */
function nameOf(action: JsonObject, i: number): string {
  const words = ['label', 'displayText', 'text'].map((name) => textOf(action, name)).find((text) => text !== '');
  if (words !== undefined) return words;
  const alias = textOf(action, 'richMenuAliasId');
  if (alias !== '') return `メニュー切替 ${alias}`;
  const url = webAddress(action['uri']);
  return url ? `${new URL(url).host}を開く` : `エリア${i + 1}`;
}
