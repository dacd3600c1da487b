import type { LiveLink } from '../links.repository.js';
import { html, type Html } from '../pages/html.js';
import { writtenDay } from '../pages/language.js';
import type { PageContext } from '../pages/pages.service.js';
import { namedLink, UNLINK_TEXTS } from '../pages/texts/unlink.js';

interface View {
  title: string;
  body: Html;
  status?: number;
}

/** Before we know which LINE account it is. */
export function startView({ base, formToken, lang }: PageContext): View {
  const say = UNLINK_TEXTS[lang];
  const body = html`<p>${say.lead}</p>
    <form method="post" action="${base}/start">
      <input type="hidden" name="formToken" value="${formToken}" />
      <input type="hidden" name="purpose" value="unlink" />
      <button class="button" type="submit">${say.start}</button>
    </form>`;
  return { title: say.title, body };
}

/** What the LINE user may end, all of it chosen. @param problem is said above, where there is one */
export function chooseView(context: PageContext, links: LiveLink[], problem?: 'chooseOne'): View {
  const { base, formToken, lang } = context;
  const say = UNLINK_TEXTS[lang];
  const body = html`${problem && html`<p class="note" role="alert">${say[problem]}</p>`}
    <form method="post" action="${base}/unlink">
      <input type="hidden" name="formToken" value="${formToken}" />
      <p>${say.choose}</p>
      ${links.map((link) => choiceOf(context, link))}
      <p class="note">${say.effect}</p>
      <button class="button" type="submit">${say.confirm}</button>
    </form>
    <p><a class="button quiet" href="${base}">${say.cancel}</a></p>`;
  return { title: say.title, body, ...(problem && { status: 400 }) };
}

export function noneView({ lang }: PageContext): View {
  const say = UNLINK_TEXTS[lang];
  return { title: say.noneTitle, body: html`<p>${say.none}</p>` };
}

function choiceOf({ lang, scope }: PageContext, { id, externalId, role, linkedAt }: LiveLink): Html {
  const say = UNLINK_TEXTS[lang];
  const since = writtenDay(lang, linkedAt, scope.timeZone);
  const named = namedLink(lang, role, [`${say.member} ${externalId}`, `${say.since} ${since}`]);
  return html`<p>
    <label><input type="checkbox" name="link-${id}" value="on" checked /> ${named}</label>
  </p>`;
}
