import { html, paragraphs, type Html } from '../html.js';
import type { PageContext } from '../pages.service.js';
import { PAGE_TEXTS } from '../texts/pages.js';
import type { Wording } from './consents.service.js';

/** What will be linked, and what the person agrees to by that. */
export function consentPage(context: PageContext, wording: Wording): { title: string; body: Html } {
  const { base, formToken, lang, attempt } = context;
  const say = PAGE_TEXTS[lang];
  const name = attempt?.lineDisplayName;
  const whom = name === undefined ? say.consentSomebody : say.consentLineUser.replace('{name}', () => name);
  const policy =
    wording.privacyPolicyUrl !== null &&
    html`<p>${say.consentPolicy} <a href="${wording.privacyPolicyUrl}">${say.privacy}</a></p>`;
  const token = html`<input type="hidden" name="formToken" value="${formToken}" />`;
  const body = html`<p><strong>${whom}</strong></p>
    <p>${say.consentWrong}</p>
    <div class="wording">${paragraphs(wording.text)}${policy}</div>
    <form method="post" action="${base}/consent">
      ${token}
      <input type="hidden" name="version" value="${wording.version}" />
      <button class="button" type="submit">${say.consent}</button>
    </form>
    <form method="post" action="${base}/cancel">
      ${token}<button class="button quiet" type="submit">${say.cancel}</button>
    </form>`;
  return { title: say.consentTitle, body };
}
