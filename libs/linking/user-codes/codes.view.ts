import { html, type Html } from '../pages/html.js';
import { sentences, type Lang } from '../pages/language.js';
import type { PageContext } from '../pages/page-context.js';
import { USER_CODE_TEXTS } from '../pages/texts/user-codes.js';

/** A code that waits for its user. */
export interface WaitingCode {
  code: string;
  name: string | null;
}

/** The codes of a contract, as its contractor sees them; nothing where none waits. */
export function codesView(lang: Lang, codes: WaitingCode[]): Html | false {
  if (codes.length === 0) return false;
  const said = USER_CODE_TEXTS[lang];
  const items = codes.map(
    ({ code, name }) =>
      html`<p class="wording">
        ${name ?? said.noName}<br /><strong><code>${code}</code></strong>
      </p>`,
  );
  return html`<h2>${said.codesTitle}</h2>
    <p>${sentences(lang, said.codesLead, said.caseMatters)}</p>
    ${items}`;
}

/** Before it is known whose LINE account it is. */
export function beginView({ lang, base, formToken, channel }: PageContext): Html {
  const said = USER_CODE_TEXTS[lang];
  const way =
    channel.loginChannelId === null
      ? html`<p>${said.inTalk}</p>`
      : html`<form method="post" action="${base}/code">
          <input type="hidden" name="formToken" value="${formToken}" />
          <input type="hidden" name="step" value="begin" />
          <button class="button" type="submit">${said.begin}</button>
        </form>`;
  return html`<p>${sentences(lang, said.lead, said.caseMatters)}</p>
    ${way}`;
}

/** @param mistake what was wrong with the code before */
export function codeForm({ lang, base, formToken }: PageContext, mistake?: string): Html {
  const said = USER_CODE_TEXTS[lang];
  const note = mistake !== undefined && html`<div class="note" role="alert"><p>${mistake}</p></div>`;
  return html`${note}
    <p>${said.lead}</p>
    <form method="post" action="${base}/code">
      <input type="hidden" name="formToken" value="${formToken}" />
      <label for="code">${said.label}</label>
      <input
        id="code"
        name="code"
        required
        maxlength="40"
        autocomplete="off"
        autocapitalize="none"
        autocorrect="off"
        spellcheck="false"
        aria-describedby="case"
      />
      <p id="case">${said.caseMatters}</p>
      <button class="button" type="submit">${said.submit}</button>
    </form>`;
}
