import { html, paragraphs, type Html } from '../html.js';
import type { Part } from '../link-page.settings.js';
import type { PageContext } from '../pages.service.js';
import { PAGE_TEXTS } from '../texts/pages.js';
import { sorryText } from '../texts/sorry.js';

/** What the link page depends on beyond its settings. */
export interface LinkPageState {
  /** Where LINE Login can begin from here; else the talk is the only way. */
  login: boolean;
  /** Somebody who is no friend yet has to become one: the way to it where it is known. */
  friend?: { url?: string; stillNone: boolean; blocked: boolean };
  /** Opens the talk. */
  talkUrl?: string;
  /** This browser's last attempt ran out of time. */
  expired: boolean;
  preview: boolean;
}

interface View {
  context: PageContext;
  state: LinkPageState;
  /** The company's words, else ours. */
  say: (key: keyof (typeof PAGE_TEXTS)['ja']) => string;
}

const parts: Record<Part, (view: View) => Html | false> = {
  logo: ({ context: { look, channelName } }) =>
    look.logoUrl !== undefined && html`<img class="logo" src="${look.logoUrl}" alt="${channelName}" />`,
  lead: ({ say }) => html`${paragraphs(say('lead'))}`,
  friend: (view) => friendPart(view),
  link: (view) => (view.state.login ? linkPart(view) : talkPart(view)),
  code: ({ context: { base }, say }) => html`<p><a class="button quiet" href="${base}/code">${say('code')}</a></p>`,
  unlink: ({ context: { base }, say }) => html`<p><a href="${base}/unlink">${say('unlink')}</a></p>`,
  privacy: ({ context: { page }, say }) =>
    page.privacyPolicyUrl !== null && html`<p><a href="${page.privacyPolicyUrl}">${say('privacy')}</a></p>`,
};

/** The link page: its parts in the order in which the company wants them. */
export function linkPage(context: PageContext, state: LinkPageState): { title: string; body: Html } {
  const own = context.page.texts[context.lang] as Record<string, string | undefined> | undefined;
  const view: View = { context, state, say: (key) => own?.[key] ?? PAGE_TEXTS[context.lang][key] };
  // Whoever has to become a friend is told so, even where the company's order has no place for it.
  const order = context.page.parts.includes('friend')
    ? context.page.parts
    : context.page.parts.flatMap((part): Part[] => (part === 'link' ? ['friend', part] : [part]));
  const body = html`${notes(view)}${order.map((part) => parts[part](view))}`;
  return { title: view.say('title'), body };
}

function notes({ context: { lang }, state, say }: View): Html {
  const expired =
    state.expired &&
    html`<div class="note" role="status"><p>${sorryText('linking.attempt_expired', lang).text}</p></div>`;
  const preview = state.preview && html`<div class="note" role="status"><p>${say('preview')}</p></div>`;
  return html`${preview}${expired}`;
}

function friendPart({ state: { friend }, say }: View): Html | false {
  if (!friend) return false;
  const words = friend.blocked
    ? (['stillBlocked', 'blocked', 'unblock'] as const)
    : (['stillNoFriend', 'friend', 'addFriend'] as const);
  const [still, wish, way] = words.map(say) as [string, string, string];
  const again = friend.stillNone && html`<p><strong>${still}</strong></p>`;
  const button = friend.url !== undefined && html`<p><a class="button" href="${friend.url}">${way}</a></p>`;
  return html`<div class="note" role="status">${again}${paragraphs(wish)}</div>
    ${button}`;
}

function linkPart({ context: { base, formToken }, state: { friend, preview }, say }: View): Html {
  const again = friend && (friend.blocked ? 'linkUnblocked' : 'linkAgain');
  const button = html`<button class="button" type="submit">${say(again ?? 'link')}</button>`;
  // A preview has no form that could be sent.
  if (preview) return html`<p><span class="button">${say('link')}</span></p>`;
  return html`<form method="post" action="${base}/start">
    <input type="hidden" name="formToken" value="${formToken}" />
    <input type="hidden" name="purpose" value="link" />
    ${button}
  </form>`;
}

function talkPart({ context: { page }, state: { talkUrl }, say }: View): Html {
  const [word = ''] = page.keywords.link;
  const text = word !== '' && html`<p>${say('talk').replace('{word}', word)}</p>`;
  return html`${text}${talkUrl !== undefined && html`<p><a class="button" href="${talkUrl}">${say('linkInTalk')}</a></p>`}`;
}
