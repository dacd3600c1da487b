import type { LiveLink } from '../links.repository.js';
import { html, type Html } from '../pages/html.js';
import { writtenDay } from '../pages/language.js';
import type { PageContext } from '../pages/pages.service.js';
import { TAKEOVER_TEXTS, TAKEOVER_WARNINGS } from '../pages/texts/takeover.js';
import { namedLink, UNLINK_TEXTS } from '../pages/texts/unlink.js';
import type { LoginWarning } from '../sign-in/logins/logins.dto.js';
import type { Takeover } from './takeovers.repository.js';

interface View {
  title: string;
  body: Html;
  status?: number;
}

/** What a LINE user can do here. */
export interface Choices {
  /** Links by member, each with what the member lacks for moving. */
  members: { externalId: string; warnings: LoginWarning[] }[];
  /** What went to another LINE user within the last day. */
  lost: Takeover[];
}

/** Before we know which LINE account it is. */
export function startView({ base, formToken, lang }: PageContext): View {
  const say = TAKEOVER_TEXTS[lang];
  const body = html`<p>${say.lead}</p>
    <p class="note">${say.notNeeded}</p>
    <form method="post" action="${base}/start">
      <input type="hidden" name="formToken" value="${formToken}" />
      <input type="hidden" name="purpose" value="takeover" />
      <button class="button" type="submit">${say.start}</button>
    </form>`;
  return { title: say.title, body };
}

/** The old account asks for a code, or objects; the new one enters it. @param isWrong the code that was entered */
export function choicesView(context: PageContext, { members, lost }: Choices, isWrong = false): View {
  const say = TAKEOVER_TEXTS[context.lang];
  const ask = members.map(
    ({ externalId, warnings }) =>
      html`<p>${say.member} ${externalId}</p>
        ${warningsOf(context, warnings)}
        ${form(context, 'ask', html`<input type="hidden" name="member" value="${externalId}" />`, say.ask)}`,
  );
  const enter = html`<label for="code">${say.code}</label>
    <p id="code-hint">${say.codeHint}</p>
    <input
      id="code"
      name="code"
      type="text"
      maxlength="20"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      aria-describedby="code-hint"
      required
    />`;
  const body = html`${isWrong && html`<p class="note" role="alert">${say.wrong}</p>`}
    ${lost.map((takeover) => lostPart(context, takeover))} ${members.length > 0 && html`<h2>${say.askTitle}</h2>`}
    ${ask}
    <h2>${say.enterTitle}</h2>
    ${form(context, 'enter', enter, say.enter)}
    <p class="note">${say.notNeeded}</p>`;
  return { title: say.title, body, ...(isWrong && { status: 400 }) };
}

/** The code, once. */
export function codeView(
  context: PageContext,
  { code, takeover, warnings }: { code: string; takeover: Takeover; warnings: LoginWarning[] },
): View {
  const say = TAKEOVER_TEXTS[context.lang];
  const page = `${context.address}/takeover`;
  const body = html`<p>${say.codeLead}<br /><a href="${page}">${page}</a></p>
    <p class="wording"><strong>${code}</strong></p>
    <p>${say.codeUntil} ${moment(context, takeover.expiresAt)}</p>
    <p class="note">${say.codeOnce}</p>
    ${warningsOf(context, warnings)}`;
  return { title: say.codeTitle, body };
}

/** What moves and what does not, before it does. */
export function confirmView(context: PageContext, links: LiveLink[], warnings: LoginWarning[]): View {
  const { base, formToken, lang, scope, attempt } = context;
  const say = TAKEOVER_TEXTS[lang];
  const token = html`<input type="hidden" name="formToken" value="${formToken}" />`;
  const list = links.map(({ externalId, role, linkedAt }) => {
    const since = `${UNLINK_TEXTS[lang].since} ${writtenDay(lang, linkedAt, scope.timeZone)}`;
    return html`<li>${namedLink(lang, role, [`${say.member} ${externalId}`, since])}</li>`;
  });
  const body = html`<p>${say.confirmLead}</p>
    <ul>
      ${list}
    </ul>
    <h2>${say.moves}</h2>
    <p>${say.movesList}</p>
    <h2>${say.stays}</h2>
    <p>${say.staysList}</p>
    <p class="note">${say.oldEnds}</p>
    ${attempt?.friend === false && html`<p class="note">${say.noFriend}</p>`} ${warningsOf(context, warnings)}
    <form method="post" action="${base}/takeover/confirm">
      ${token}<button class="button" type="submit">${say.confirm}</button>
    </form>
    <form method="post" action="${base}/cancel">
      ${token}<button class="button quiet" type="submit">${say.cancel}</button>
    </form>`;
  return { title: say.confirmTitle, body };
}

export function objectedView({ lang }: PageContext): View {
  const say = TAKEOVER_TEXTS[lang];
  return { title: say.objectedTitle, body: html`<p>${say.objected}</p>` };
}

function lostPart(context: PageContext, { id, doneAt, objectedAt }: Takeover): Html {
  const say = TAKEOVER_TEXTS[context.lang];
  const way =
    objectedAt === null
      ? form(context, 'object', html`<input type="hidden" name="takeover" value="${id}" />`, say.object)
      : html`<p>${say.objectedTitle}</p>`;
  return html`<h2>${say.lostTitle}</h2>
    <p>${say.lost}<br />${doneAt && moment(context, doneAt)}</p>
    ${way}`;
}

function warningsOf({ lang }: PageContext, warnings: LoginWarning[]): Html | false {
  const say = TAKEOVER_TEXTS[lang];
  return (
    warnings.length > 0 &&
    html`<div class="note">
      <p>${say.warningsTitle}</p>
      <ul>
        ${warnings.map((one) => html`<li>${TAKEOVER_WARNINGS[lang][one]}</li>`)}
      </ul>
    </div>`
  );
}

function form({ base, formToken }: PageContext, action: string, fields: Html, button: string): Html {
  return html`<form method="post" action="${base}/takeover">
    <input type="hidden" name="formToken" value="${formToken}" />
    <input type="hidden" name="action" value="${action}" />
    ${fields}
    <button class="button" type="submit">${button}</button>
  </form>`;
}

function moment({ lang, scope }: PageContext, instant: Date): string {
  const { timeZone } = scope;
  return new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(instant);
}
